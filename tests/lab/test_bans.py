# SPDX-License-Identifier: MIT

"""Every way to ban on a lab host that has only that one: banned, renewed, undone, ended, and listed by the pane."""

import os
import subprocess
import unittest

from labtest import LAB, TOP, LabTest, lab, show

DRIVER = os.path.join(os.environ.get("NOCDESK_BUILD", os.path.join(TOP, "build")), "tests/unit/action_backend_live_test")
RULES = """*filter
:NOCDESK - [0:0]
-A NOCDESK -s 203.0.113.9 -m comment --comment "nocdesk since=1763679600 until=0 by=ana why=scan" -j DROP
COMMIT
"""


def on_host(what):
    """Plans, runs and proves bans on the host itself with the console's own code."""
    jail = ["env", "NOCDESK_TEST_JAIL=sip"] if what == "fail2ban" else []
    return subprocess.run([LAB, "host", "sw1", *jail, DRIVER, "--here", what],
                          capture_output=True, text=True, timeout=300)


class Bans(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(["make", "-s", "-C", TOP, os.path.relpath(DRIVER, TOP)], check=True)

    def tearDown(self):
        lab("backend", "sw1", "auto")

    def prove(self, lab_backend, what):
        done = subprocess.run([LAB, "backend", "sw1", lab_backend], capture_output=True, text=True, timeout=120)
        if "no ipset" in done.stderr:
            self.skipTest(f"NOT PROVED HERE: {done.stderr.strip()}")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = on_host(what)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("[       OK ] on_this_host", done.stdout + done.stderr)

    def test_iptables(self):
        self.prove("iptables", "iptables")

    def test_ipset(self):
        self.prove("ipset", "ipset")

    def test_nftables(self):
        self.prove("nft", "nftables")

    def test_old_iptables(self):
        self.prove("old", "iptables")

    def test_fail2ban(self):
        self.prove("fail2ban", "fail2ban")

    def test_a_job_of_the_host_ends_a_ban_of_plain_iptables(self):
        self.prove("iptables", "job")

    def test_the_pane_lists_what_stands(self):
        lab("backend", "sw1", "iptables")
        subprocess.run([LAB, "host", "sw1", "iptables-restore", "-n"], input=RULES, text=True, check=True, timeout=30)
        rows = [row for row in show("bans")["rows"] if row["host"] == "sw1"]
        self.assertEqual(rows, [{"host": "sw1", "address": "203.0.113.9", "since": "2025-11-20T23:00:00Z",
                                 "remaining_s": None, "by": "ana", "reason": "scan", "backend": "iptables",
                                 "packets": 0}])


if __name__ == "__main__":
    unittest.main()
