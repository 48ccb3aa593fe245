# SPDX-License-Identifier: MIT

"""check, report and handover on two hosts with planted trouble: what was found is kept, told, and compared."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from labtest import CONFIG, LAB, PROGRAM, LabTest, lab, run, sql


class MemoryTest(LabTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="nocdesk-memory-")
        os.chmod(self.folder, 0o700)
        self.state = {"XDG_STATE_HOME": self.folder}
        for host in ("sw1", "sw2"):
            sql(host, "CREATE TABLE IF NOT EXISTS test_alarms AS SELECT * FROM e_alarm_current")
            sql(host, "DELETE FROM e_alarm_current")

    def tearDown(self):
        for host in ("sw1", "sw2"):
            sql(host, "DELETE FROM e_alarm_current")
            sql(host, "INSERT INTO e_alarm_current SELECT * FROM test_alarms")
            sql(host, "DROP TABLE test_alarms")
        shutil.rmtree(self.folder)
        super().tearDown()

    def command(self, *words):
        return run(*words, env=self.state)

    def document(self, *words):
        done = self.command(*words, "--format", "json")
        if not done.stdout:
            raise AssertionError(f"{words} printed nothing: {done.stderr}")
        return json.loads(done.stdout), done

    def plant(self, host, number, name):
        sql(host, "INSERT INTO e_alarm_current (id, name, type, level, starttime, value) VALUES "
                  f"({number}, '{name}', 20000, 3, UNIX_TIMESTAMP() * 1000, 12.5)")

    def alarm_lines(self, part):
        return [(row["change"], row["host"]) for row in part if row["step"] == "Current alarms"]

    def test_what_checks_found_is_kept_compared_and_handed_over(self):
        self.assertIn("no memory yet", self.command("report").stderr)
        self.document("check")
        self.plant("sw1", 990001, "PLANTED-<b>")
        self.document("check")
        second, done = self.document("report")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.alarm_lines(second["difference"]), [("new", "sw1")])
        step = next(row for row in second["runs"][0]["steps"] if row["id"] == "current-alarms" and row["host"] == "sw1")
        self.assertEqual((step["state"], step["evidence"][0]["object"]), ("critical", "PLANTED-<b>"))
        points = [row for row in second["open_points"] if row["step"] == "Current alarms"]
        self.assertEqual([row["host"] for row in points], ["sw1"])

        handover, done = self.document("handover")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row["object"] for row in handover["alarms"]], ["PLANTED-<b>"])
        self.assertEqual(handover["state"], "critical")
        self.assertNotIn("unread", handover)
        self.assertTrue([row for row in handover["open_points"] if row["step"] == "Current alarms"])

        sql("sw1", "DELETE FROM e_alarm_current")
        self.document("check")
        third, _ = self.document("report")
        self.assertEqual(self.alarm_lines(third["difference"]), [("gone", "sw1")])
        self.assertTrue([row for row in third["trends"] if row["figure"] == "Alarms"])
        first, _ = self.document("report", "1")
        self.assertEqual(first["runs"][0]["run"], 1)
        self.assertEqual(first["difference"], [])
        whole, _ = self.document("report", "today")
        self.assertEqual([(row["checklist"], row["runs"]) for row in whole["run_counts"]], [("morning", 3)])

    def test_actions_stand_in_the_report_with_their_entries(self):
        done = self.command("ban", "203.0.113.77", "--for", "60s", "--reason", "test <i>", "--host", "sw1", "--format", "json")
        entry = json.loads(done.stdout)["results"][0]["audit"]
        try:
            self.document("check", "gateway-down")
            report, _ = self.document("report", "today")
            self.assertEqual([(row["audit"], row["target"], row["result"]) for row in report["actions"]],
                             [(entry, "203.0.113.77", "done")])
            handover, _ = self.document("handover")
            self.assertIn("203.0.113.77", [row["address"] for row in handover["bans"] if row["host"] == "sw1"])
            path = os.path.join(self.folder, "report.html")
            self.command("report", "today", "--report", path)
            with open(path, encoding="utf-8") as html:
                text = html.read()
            self.assertIn("test &lt;i&gt;", text)
            self.assertIn(entry, text)
            self.assertIn("<svg", text)
        finally:
            self.command("unban", "203.0.113.77", "--host", "sw1")

    def test_a_lost_host_comes_first_in_the_handover(self):
        lab("fault", "sw2", "sshd", "stop")
        handover, done = self.document("handover", "--timeout", "8")
        self.assertEqual(done.returncode, 1)
        self.assertEqual({row["host"] for row in handover["unread"]}, {"sw2"})
        text = self.command("handover", "--timeout", "8").stdout
        self.assertLess(text.index("== Not known"), text.index("== Open alarms"))

    def test_a_check_by_another_user_says_why_it_is_not_kept_and_goes_on(self):
        os.chmod(self.folder, 0o755)
        os.mkdir(os.path.join(self.folder, "nocdesk"), 0o755)
        os.chown(os.path.join(self.folder, "nocdesk"), 65534, 65534)
        done = self.command("check", "--host", "sw1")
        self.assertRegex(done.stdout, r"^(OK|WARNING|CRITICAL) - ")
        self.assertIn("the run was not recorded", done.stderr)
        self.assertIn("must be yours", done.stderr)

    def test_no_record_leaves_nothing(self):
        done = subprocess.run([LAB, "exec", PROGRAM, "check", "--no-record", "--config", CONFIG], capture_output=True,
                              text=True, timeout=60, env={**os.environ, **self.state})
        self.assertTrue(done.stdout)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "nocdesk", "memory.db")))


if __name__ == "__main__":
    unittest.main()
