# SPDX-License-Identifier: MIT

"""Each pane against what is really so on the host, found out by another way."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from labtest import CONFIG, LAB, PROGRAM, RUN, LabTest, Watch, lab, run, show, sql, until


def rows_of(document, host="sw1"):
    return [row for row in document["rows"] if row["host"] == host]


class PaneTest(LabTest):
    def test_alarms_are_those_of_the_table(self):
        truth = {row[0] for row in sql("sw1", "SELECT name FROM e_alarm_current")}
        document = show("alarms")
        self.assertEqual({row["object"] for row in rows_of(document)}, truth)
        for row in rows_of(document):
            self.assertIn(row["severity"], ("critical", "major", "minor", "warning", "info"))
            for limit in ("lower", "upper"):
                self.assertNotIn(row[limit], (-2147483648, 2147483647))

    def test_a_new_alarm_appears(self):
        sql("sw1", "INSERT INTO e_alarm_current (id, name, type, level, starttime, value) VALUES "
                   "(990001, 'TEST-ALARM', 20000, 3, UNIX_TIMESTAMP() * 1000, 12.5)")
        try:
            with Watch("alarms") as watch:
                until(lambda: watch.newest and any(row["object"] == "TEST-ALARM" and
                                                   row["severity"] == "critical"
                                                   for row in rows_of(watch.newest)),
                      10, lambda: watch.newest)
        finally:
            sql("sw1", "DELETE FROM e_alarm_current WHERE id = 990001")

    def test_calls_are_live_dialogs_of_known_gateways(self):
        with Watch("calls") as watch:
            until(lambda: watch.newest and rows_of(watch.newest), 30, lambda: watch.newest)
            gateways = {row[0] for row in sql("sw1", "SELECT name FROM e_gatewaymapping")}
            for row in rows_of(watch.newest):
                self.assertIn(row["mapping_gateway"], gateways)
                self.assertIn(row["state"], ("setup", "alerting", "talking"))
                if row["state"] == "talking":
                    self.assertGreaterEqual(row["duration_s"], 0)

    def test_gateways_agree_with_a_plain_group_by(self):
        def truth():
            return {row[0]: row[1:] for row in sql("sw1", """
                SELECT calleegatewayid, COUNT(*), SUM(COALESCE(holdtime,0) > 0), SUM(COALESCE(holdtime,0))
                FROM e_cdr_%s WHERE calleegatewayid <> '' GROUP BY calleegatewayid"""
                % time.strftime("%Y%m%d", time.gmtime()))}
        until(lambda: sum(int(row[0]) for row in truth().values()) > 20, 60, "twenty calls have ended")
        seen = {}

        def no_call_ended_meanwhile():
            seen["before"] = truth()
            seen["document"] = show("gateways", "--window", "today", "--filter", "kind=routing")
            return truth() == seen["before"]
        until(no_call_ended_meanwhile, 60, "a reading during which no call ends")
        before, document = seen["before"], seen["document"]
        self.assertEqual(document["window"], "today")
        rows = {row["gateway"]: row for row in rows_of(document)}
        for gateway, (attempts, answered, talk) in before.items():
            row = rows[gateway]
            self.assertEqual(row["attempts"], int(attempts))
            self.assertEqual(row["answered"], int(answered))
            self.assertEqual(row["talk_s"], int(talk))
            self.assertAlmostEqual(row["asr_pct"], 100 * int(answered) / int(attempts), delta=0.06)
            if int(answered):
                self.assertAlmostEqual(row["acd_s"], int(talk) / int(answered), delta=0.06)

    def test_a_gateway_without_calls_has_unknown_asr_not_zero(self):
        document = show("gateways", "--window", "5m")
        idle = [row for row in rows_of(document) if row["attempts"] == 0]
        for row in idle:
            self.assertIsNone(row["asr_pct"])
            self.assertIsNone(row["acd_s"])

    def test_firewall_counters_are_those_of_iptables(self):
        document = show("firewall", "--filter", "chain=SIP_SCANNER_BLOCK family=ipv4")
        listed = lab("host", "sw1", "iptables", "-nvxL", "SIP_SCANNER_BLOCK", "--line-numbers").splitlines()[2:]
        rows = rows_of(document)
        self.assertEqual(len([row for row in rows if row["num"]]), len(listed))
        for line in listed:
            num, packets = line.split()[:2]
            row = next(row for row in rows if row["num"] == int(num))
            self.assertLessEqual(row["packets"], int(packets))
            self.assertIsNotNone(row["pps"], "two samples give a rate")

    def test_health_values_are_of_the_host(self):
        rows = {row["metric"]: row for row in rows_of(show("health"))}
        load = next(row for name, row in rows.items() if "load" in name)
        self.assertGreaterEqual(load["value"], 0)
        clock = next(row for name, row in rows.items() if "clock" in name)
        self.assertLess(abs(clock["value"]), 500)
        for row in rows.values():
            self.assertIn(row["state"], ("ok", "warning", "critical", "unknown"))
            if row["value"] is None:
                self.assertEqual(row["state"], "unknown")

    def test_flood_counts_an_options_scan_and_names_the_scanner(self):
        with Watch("flood") as watch:
            watch.wait_live()
            lab("attack", "options", "--seconds", "8", "--host", "sw1")
            scanner = until(lambda: next((row for row in rows_of(watch.newest)
                                          if row["source"].startswith("192.0.2.")), None),
                            20, lambda: watch.newest)[0]
            self.assertGreater(scanner["packets"], 0)
            self.assertGreater(scanner["options_pm"], 0)

    def test_a_brute_force_suspends_an_endpoint_and_it_is_listed(self):
        with Watch("suspended") as watch:
            watch.wait_live()
            lab("attack", "register", "--seconds", "15", "--host", "sw1")
            row = until(lambda: next(iter(rows_of(watch.newest)), None), 20, lambda: watch.newest)[0]
            self.assertTrue(row["source_ip"].startswith("192.0.2."))
            self.assertGreaterEqual(row["failures"], 6)
            self.assertGreater(row["remaining_s"], 0)
            self.assertLessEqual(row["remaining_s"], 180)
            self.assertIn("403", row["evidence"])

    def test_both_hosts_are_in_every_pane(self):
        for pane in ("alarms", "gateways", "firewall", "health"):
            document = show(pane)
            self.assertEqual({row["host"] for row in document["rows"]}, {"sw1", "sw2"}, pane)
            self.assertTrue(all(host["state"] == "live" for host in document["hosts"]), document["hosts"])

    def test_secrets_are_in_no_output(self):
        secrets = {row[0] for row in sql("sw1", "SELECT password FROM e_phone WHERE password <> ''")}
        secrets.add("noc-lab")
        for pane in ("alarms", "calls", "gateways", "suspended", "firewall", "flood", "health"):
            done = run("show", pane, "--format", "json")
            for secret in secrets:
                self.assertNotIn(f'"{secret}"', done.stdout)
                self.assertNotIn(secret, done.stderr)

    def test_a_missing_table_is_said_and_costs_no_other_figure(self):
        lab("fault", "sw1", "mysql", "drop-table", "e_gatewayrouting")
        document = show("gateways")
        host = next(host for host in document["hosts"] if host["host"] == "sw1")
        self.assertIn("e_gatewayrouting", (host["error"] or "") + (host["note"] or ""))
        self.assertTrue(rows_of(document))

    def test_a_missing_column_leaves_its_cells_unknown(self):
        lab("fault", "sw1", "mysql", "drop-column", "e_gatewayrouting", "capacity")
        document = show("gateways", "--filter", "kind=routing")
        self.assertTrue(rows_of(document))
        host = next(host for host in document["hosts"] if host["host"] == "sw1")
        self.assertIsNone(host["error"])


class CommandTest(LabTest):
    def test_an_unreachable_host_gives_exit_code_1_and_the_others_rows(self):
        lab("fault", "sw2", "sshd", "refuse")
        done = run("show", "health", "--format", "json")
        document = json.loads(done.stdout)
        self.assertEqual(done.returncode, 1)
        states = {host["host"]: host for host in document["hosts"]}
        self.assertEqual(states["sw1"]["state"], "live")
        self.assertEqual(states["sw2"]["state"], "down")
        self.assertRegex(states["sw2"]["error"], r"sw2.*refused")
        self.assertIsNone(states["sw2"]["age_ms"])
        self.assertTrue(rows_of(document, "sw1"))

    def test_filter_sort_and_limit(self):
        document = show("gateways", "--filter", "kind=mapping", "--sort", "-gateway", "--limit", "3")
        names = [row["gateway"] for row in document["rows"]]
        self.assertEqual(len(names), 3)
        self.assertEqual(names, sorted(names, reverse=True))

    def test_csv_and_text(self):
        done = run("show", "gateways", "--format", "csv", "--host", "sw1")
        self.assertTrue(done.stdout.startswith("host,gateway,kind,"))
        text = run("show", "gateways", "--host", "sw1").stdout
        self.assertNotIn("\033", text)
        self.assertIn("CARRIER-A", text)

    def test_doctor_finds_a_healthy_host_healthy(self):
        done = run("doctor", "--format", "json", "--host", "sw1")
        document = json.loads(done.stdout)
        states = {step["id"]: step for step in document["hosts"][0]["steps"]}
        self.assertEqual(done.returncode, 0, done.stdout)
        for step in ("connection", "host-key", "login", "mysql", "http", "capture", "clock", "firewall"):
            self.assertEqual(states[step]["state"], "ok", states[step])

    def test_doctor_names_what_is_wrong(self):
        for words, step in ((("mysql", "kill"), "mysql"), (("web", "404"), "http"),
                            (("tcpdump", "absent"), "capture"), (("sshd", "deny-login"), "login")):
            lab("fault", "sw1", *words)
            done = run("doctor", "--format", "json", "--host", "sw1")
            steps = {found["id"]: found for found in json.loads(done.stdout)["hosts"][0]["steps"]}
            self.assertEqual(steps[step]["state"], "failed", (words, steps))
            self.assertEqual(done.returncode, 1)
            lab("fault", "sw1", "clear")

    def test_an_unknown_host_key_is_refused_by_show_with_its_fingerprint(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "nocdesk.ini")
            with open(CONFIG, encoding="utf-8") as source:
                text = re.sub(r"known_hosts = .*", f"known_hosts = {folder}/known_hosts", source.read())
            with open(config, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                out.write(text)
            done = run("show", "health", "--host", "sw1", config=config)
            self.assertEqual(done.returncode, 1)
            self.assertIn("SHA256:", done.stderr)
            self.assertFalse(os.path.exists(f"{folder}/known_hosts"))

    def test_configuration_faults_are_all_named_with_their_lines(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "wrong.ini")
            with open(config, "w", encoding="utf-8") as file:
                file.write("[nocdesk]\ntheem = dark\n[host sw1]\nport = 99999\nlegacy = perhaps\n[hots sw2]\n")
            done = run("show", "alarms", config=config)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(done.stdout, "")
            for line, word in ((2, "theme"), (4, "65535"), (5, "legacy"), (6, "host")):
                self.assertRegex(done.stderr, rf"wrong\.ini:{line}: .*{word}")

    def test_a_password_in_a_file_that_others_may_read_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "open.ini")
            with open(config, "w", encoding="utf-8") as file:
                file.write("[host sw1]\nmysql_password = sesam\n")
            os.chmod(config, 0o644)
            done = run("show", "alarms", config=config)
            self.assertEqual(done.returncode, 2)
            self.assertIn("chmod 600", done.stderr)
            self.assertNotIn("sesam", done.stderr)

    def test_wrong_words_are_usage_errors(self):
        for words in (("shwo",), ("show",), ("show", "alarmz"), ("show", "alarms", "more"),
                      ("show", "alarms", "--fliter", "x"), ("show", "alarms", "--filter", "severty=1"),
                      ("show", "alarms", "--sort", "nothing"), ("show", "alarms", "--limit", "0"),
                      ("show", "alarms", "--format", "xml"), ("doctor", "--filter", "x"),
                      ("show", "alarms", "--window", "1h"), ("show", "alarms", "--host", "sw9")):
            done = run(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ""), words)
            self.assertTrue(done.stderr.startswith("nocdesk: "), words)

    def test_a_filter_error_points_at_the_character(self):
        done = run("show", "gateways", "--filter", "kind=routing asr_pt<40")
        caret = done.stderr.splitlines()[2]
        self.assertEqual(caret.index("^") - 2, len("kind=routing "))
        self.assertIn("asr_pct", done.stderr)

    def test_local_link_reads_this_machine_without_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            # Of this machine a host sees its own folder, whatever else is hidden from it.
            program = shutil.copy(PROGRAM, f"{RUN}/sw1/nocdesk")
            done = subprocess.run([LAB, "host", "sw1", "env", f"XDG_CONFIG_HOME={folder}", "HOME=" + folder,
                                   program, "show", "health", "--format", "json"],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            document = json.loads(done.stdout)
            self.assertEqual(document["hosts"][0]["host"], "localhost")
            self.assertTrue(document["rows"])


if __name__ == "__main__":
    unittest.main()
