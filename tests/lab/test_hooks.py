# SPDX-License-Identifier: MIT

"""Hooks on real hosts: told once, by checks and consoles together; told when it is over; a lost host; a hook that fails."""

import json
import os
import subprocess
import sys
import tempfile
import time
import unittest

from labtest import CONFIG, HERE, LAB, NAME, PROGRAM, SLOWER, LabTest, fault, run, sql, until

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tui"))
from terminal import Terminal  # noqa: E402


class HooksTest(LabTest):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="hooks-")
        self.told_path = os.path.join(self.folder, "told")
        self.script = os.path.join(self.folder, "page")
        self.write_script('cat >>"${0%/*}/told"')
        self.terminals = []
        sql("sw1", "CREATE TABLE IF NOT EXISTS test_alarms AS SELECT * FROM e_alarm_current")
        sql("sw1", "DELETE FROM e_alarm_current")

    def tearDown(self):
        for terminal in self.terminals:
            terminal.close()
        fault("sw1", "clear")
        sql("sw1", "DELETE FROM e_alarm_current WHERE id >= 990000")
        sql("sw1", "INSERT INTO e_alarm_current SELECT * FROM test_alarms")
        sql("sw1", "DROP TABLE test_alarms")
        subprocess.run(["rm", "-r", self.folder], check=True)
        super().tearDown()

    def write_script(self, body):
        with open(self.script, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o700)) as file:
            file.write("#!/bin/sh\n" + body + "\n")

    def configure(self, *lines):
        """The lab's configuration with one hook; a state folder of the test's own."""
        path = os.path.join(self.folder, "nocdesk.ini")
        with open(CONFIG, encoding="utf-8") as source:
            text = source.read().replace("[nocdesk]\n", f"[nocdesk]\nstate_dir = {self.folder}/state\n", 1)
        if "state_dir" not in text:
            text = f"[nocdesk]\nstate_dir = {self.folder}/state\n" + text
        text += f"\n[hook pager]\ncommand = {self.script}\nhosts = sw1\n" + "".join(line + "\n" for line in lines)
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
        return path

    def told(self, event=None):
        if not os.path.exists(self.told_path):
            return []
        with open(self.told_path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        return [row for row in rows if event in (None, row["event"])]

    def plant(self, number=1):
        sql("sw1", "INSERT INTO e_alarm_current (id, name, type, level, starttime, value) VALUES "
                   f"(99000{number}, 'TEST-{number}', 20000, 3, UNIX_TIMESTAMP() * 1000, 12.5)")

    def clear(self):
        sql("sw1", "DELETE FROM e_alarm_current WHERE id >= 990000")

    def check(self, config):
        return run("check", "--host", "sw1", config=config)

    def test_an_alarm_is_told_once_again_after_the_quiet_period_and_when_it_is_over(self):
        config = self.configure("on = alarm", "quiet = 20s")
        self.check(config)
        self.assertEqual(self.told(), [])
        self.plant()
        began = time.monotonic()
        self.check(config)
        told = time.monotonic()
        self.assertEqual([row["event"] for row in self.told()], ["raised"])
        row = self.told()[0]
        self.assertEqual((row["host"], row["kind"], row["scope"], row["level"]), ("sw1", "alarm", "alarms", "critical"))
        self.assertIn("TEST-1", row["object"])
        self.assertTrue(row["sentence"].startswith("sw1: critical alarm: "), row)
        self.check(config)
        if time.monotonic() - began < 19:
            self.assertEqual(len(self.told()), 1)
        time.sleep(max(0, told + 21 - time.monotonic()))
        self.check(config)
        self.assertEqual([row["event"] for row in self.told()], ["raised", "again"])
        self.clear()
        self.check(config)
        self.assertEqual([row["event"] for row in self.told()], ["raised", "again", "cleared"])
        self.check(config)
        self.assertEqual(len(self.told()), 3)
        self.assertEqual(os.stat(f"{self.folder}/state/hooks.json").st_mode & 0o777, 0o600)

    def test_a_lost_host_is_told_and_its_return_and_no_alarm_is_called_over_meanwhile(self):
        config = self.configure("on = host alarm")
        self.plant()
        self.check(config)
        fault("sw1", "sshd", "refuse")
        self.check(config)
        self.assertEqual([(row["event"], row["kind"]) for row in self.told()], [("raised", "alarm"), ("raised", "host")])
        self.assertIn("refused", self.told()[1]["sentence"])
        fault("sw1", "clear")
        until(lambda: self.check(config).returncode != 3 and len(self.told()) > 2, 30, "the host back")
        self.assertEqual([(row["event"], row["kind"]) for row in self.told()[2:]], [("cleared", "host")])

    def test_two_consoles_and_a_check_tell_one_alarm_once(self):
        config = self.configure("on = alarm")
        for number in range(2):
            terminal = Terminal([LAB, "exec", PROGRAM, "--config", config], cols=120, rows=40,
                                env={"LAB": NAME, "HOME": self.folder, "XDG_STATE_HOME": f"{self.folder}/{number}"})
            self.terminals.append(terminal)
        for terminal in self.terminals:
            terminal.wait_for("sw1", 20 * SLOWER)
        time.sleep(3)
        self.plant()
        self.pump_until(lambda: self.told("raised"), 40)
        self.check(config)
        time.sleep(2)
        self.assertEqual(len(self.told()), 1, self.told())
        self.clear()
        self.pump_until(lambda: self.told("cleared"), 40)
        time.sleep(2)
        self.assertEqual([row["event"] for row in self.told()], ["raised", "cleared"])
        for terminal in self.terminals:
            began = time.monotonic()
            terminal.send("q")
            self.assertEqual(terminal.wait_exit(10), 0)
            self.assertLessEqual(time.monotonic() - began, 1 * SLOWER)

    def pump_until(self, true, seconds):
        def both():
            for terminal in self.terminals:
                while terminal.pump(0):
                    pass
            return true()
        until(both, seconds, lambda: f"told: {self.told()}")

    def test_a_hook_that_fails_is_said_once_and_tried_again_and_the_check_is_as_without_it(self):
        config = self.configure("on = alarm", "quiet = 1s")
        self.plant()
        without = self.check(CONFIG)
        self.write_script("echo no route to the pager >&2; exit 5")
        first = self.check(config)
        self.assertIn("hook pager: exit status 5: no route to the pager; not told: sw1: critical alarm", first.stderr)
        self.assertEqual(first.returncode, without.returncode)
        time.sleep(1.1)
        self.assertEqual(self.check(config).stderr, "")
        self.write_script('cat >>"${0%/*}/told"')
        time.sleep(1.1)
        third = self.check(config)
        self.assertIn("hook pager works again", third.stderr)
        self.assertEqual([row["event"] for row in self.told()], ["raised"])

    def test_doctor_tries_each_hook_and_says_what_came_of_it(self):
        config = self.configure()
        done = run("doctor", "--hooks", config=config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"pager +ok ")
        self.assertEqual([row["event"] for row in self.told()], ["test"])
        self.write_script("exit 9")
        done = run("doctor", "--hooks", config=config)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"pager +FAILED +exit status 9")


if __name__ == "__main__":
    unittest.main()
