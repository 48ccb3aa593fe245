# SPDX-License-Identifier: MIT

"""Valgrind sees no error and no definite leak after a session in the lab."""

import os
import re
import tempfile
import unittest

from labtest import CONFIG, LAB, NAME, PROGRAM, LabTest, fault, run

import sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tui"))
from terminal import Terminal  # noqa: E402


@unittest.skipIf("/san" in PROGRAM or "/tsan" in PROGRAM, "a sanitizer is looking already")
class LeakTest(LabTest):
    def check(self, log):
        with open(log, encoding="utf-8") as file:
            text = file.read()
        lost = re.search(r"definitely lost: ([\d,]+) bytes", text)
        self.assertTrue(lost is None or lost[1] == "0", text)
        self.assertRegex(text, r"ERROR SUMMARY: 0 errors", text)

    def test_a_console_session_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "valgrind")
            terminal = Terminal([LAB, "exec", "valgrind", "--leak-check=full", "--errors-for-leak-kinds=definite",
                                 "--child-silent-after-fork=yes", f"--log-file={log}", PROGRAM, "--config", CONFIG],
                                cols=120, rows=40, env={"LAB": NAME, "HOME": folder, "XDG_STATE_HOME": folder})
            try:
                terminal.wait(lambda: re.search(r"sw1 +live", terminal.text()), "live", 60)
                for key in "1234567":
                    terminal.send(key)
                    terminal.wait(lambda: re.search(r"sw1 lab (live|\d)", terminal.text()), "a pane", 60)
                fault("sw1", "sshd", "refuse")
                terminal.wait(lambda: "refused" in terminal.text(), "the fault", 30)
                fault("sw1", "clear")
                terminal.wait(lambda: re.search(r"sw1 lab live", terminal.text()), "live again", 30)
                terminal.send("q")
                self.assertEqual(terminal.wait_exit(30), 0)
            except AssertionError as failure:
                with open(log, encoding="utf-8") as file:
                    raise AssertionError(f"{failure}\n{file.read()[:8000]}") from failure
            finally:
                terminal.close()
            self.check(log)


if __name__ == "__main__":
    unittest.main()
