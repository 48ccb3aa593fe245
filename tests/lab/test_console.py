# SPDX-License-Identifier: MIT

"""The console on the lab's hosts: live panes, a dead host beside a live one, a changed mind about a host key, quitting."""

import os
import re
import sys
import tempfile
import time
import unittest

from labtest import CONFIG, HERE, LAB, NAME, PROGRAM, SLOWER, LabTest, fault

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tui"))
from terminal import Terminal  # noqa: E402


class ConsoleTest(LabTest):
    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.terminal = None

    def tearDown(self):
        if self.terminal:
            self.terminal.close()
        self.state.cleanup()
        super().tearDown()

    def open(self, *words, config=CONFIG, cols=120, rows=40):
        self.terminal = Terminal([LAB, "exec", PROGRAM, "--config", config, *words], cols=cols, rows=rows,
                                 env={"LAB": NAME, "HOME": self.state.name, "XDG_STATE_HOME": self.state.name})
        return self.terminal

    def wait_match(self, pattern, seconds=20):
        self.terminal.wait(lambda: re.search(pattern, self.terminal.text()), pattern, seconds * SLOWER)

    def quit_within(self, seconds):
        began = time.monotonic()
        self.terminal.send("q")
        self.assertEqual(self.terminal.wait_exit(10), 0)
        self.assertLessEqual(time.monotonic() - began, seconds * SLOWER)

    def test_every_pane_is_live_by_its_number(self):
        terminal = self.open()
        self.wait_match(r"sw1 +live")
        self.wait_match(r"sw2 +live")
        for key, title, pattern in (("1", "Alarms", "CARRIER-C"), ("2", "Calls", r"CUST-"),
                                    ("3", "Gateways", "CARRIER-A"), ("4", "Suspended", "Suspended"),
                                    ("5", "Firewall", "SIP_TRUSTED"), ("6", "flood", r"203\.0\.113\."),
                                    ("7", "Health", "load over 1 min")):
            terminal.send(key)
            self.wait_match(title)
            self.wait_match(pattern)
            self.wait_match(r"sw1 lab live")
        self.quit_within(1)

    def test_a_dead_host_is_said_and_the_other_lives(self):
        terminal = self.open("--pane", "health")
        self.wait_match(r"sw1 lab live")
        fault("sw1", "sshd", "refuse")
        self.wait_match(r"refused")
        self.wait_match(r"sw2 lab live")
        fault("sw1", "clear")
        self.wait_match(r"sw1 lab live", 8)
        self.quit_within(1)
        self.assertIsNotNone(terminal.status)

    def test_quitting_takes_a_second_at_most_with_a_frozen_host(self):
        self.open("--pane", "gateways")
        self.wait_match(r"sw1 lab live")
        fault("sw1", "sshd", "sessions-stop")
        fault("sw2", "mysql", "stop")
        time.sleep(1.5)  # so that commands and statements hang
        self.quit_within(1)

    def test_an_unknown_host_key_is_asked_once_and_remembered(self):
        known = os.path.join(self.state.name, "known_hosts")
        config = os.path.join(self.state.name, "nocdesk.ini")
        with open(CONFIG, encoding="utf-8") as source:
            text = re.sub(r"known_hosts = .*", f"known_hosts = {known}", source.read())
        with open(config, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(text)
        terminal = self.open("--host", "sw1", config=config)
        self.wait_match(r"SHA256:")
        terminal.send("yes\r")
        self.wait_match(r"sw1 +live")
        with open(known, encoding="utf-8") as file:
            self.assertIn("198.18.0.11", file.read())
        self.quit_within(1)

    def test_the_diary_says_what_the_hosts_were_asked(self):
        self.open()
        self.wait_match(r"sw1 +live")
        self.quit_within(1)
        with open(os.path.join(self.state.name, "nocdesk", "nocdesk.log"), encoding="utf-8") as file:
            text = file.read()
        self.assertRegex(text, r"sw1: connected to 198\.18\.0\.11:22")
        self.assertRegex(text, r"sw1: in \d+ s \d+ connections, \d+ commands, \d+ statements, \d+ requests")
        self.assertNotIn("noc-lab", text)


if __name__ == "__main__":
    unittest.main()
