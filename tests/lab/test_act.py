# SPDX-License-Identifier: MIT

"""Keys of the console that change the lab's hosts: a real attack, real sshd, ipset and iptables."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

from labtest import CONFIG, HERE, LAB, NAME, PROGRAM, SLOWER, LabTest, fault, lab, sql, until

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tui"))
from terminal import Terminal  # noqa: E402


def element(host, address):
    """The packets that the ban of an address has stopped; None: it is not banned."""
    text = lab("host", host, "ipset", "save", check=False)
    found = re.search(rf"^add nocdesk4 {re.escape(address)} .*packets (\d+)", text, re.M)
    return int(found.group(1)) if found else None


class ActTest(LabTest):
    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.terminal = None
        self.attacks = []

    def tearDown(self):
        if self.terminal:
            self.terminal.close()
        for attack in self.attacks:
            attack.terminate()
            attack.wait()
        self.state.cleanup()
        super().tearDown()
        sql("sw1", "UPDATE e_gatewayrouting SET locktype = 0 WHERE name = 'CARRIER-B'")
        for host in ("sw1", "sw2"):
            lab("host", host, "ipset", "flush", "nocdesk4", check=False)

    def attack(self, kind="options", host="sw1", seconds=60):
        self.attacks.append(subprocess.Popen([LAB, "attack", kind, "--seconds", str(seconds), "--host", host],
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def open(self, *words, cols=120, rows=40):
        self.terminal = Terminal([LAB, "exec", PROGRAM, "--config", CONFIG, *words], cols=cols, rows=rows,
                                 env={"LAB": NAME, "HOME": self.state.name, "XDG_STATE_HOME": self.state.name})
        return self.terminal

    def lock_of(self, gateway):
        return sql("sw1", f"SELECT locktype FROM e_gatewayrouting WHERE name = '{gateway}'")[0][0]

    def wait_match(self, pattern, seconds=20):
        self.terminal.wait(lambda: re.search(pattern, self.terminal.text()), pattern, seconds * SLOWER)
        return re.search(pattern, self.terminal.text())

    def test_a_scanner_is_banned_during_its_attack_and_let_in_again(self):
        self.attack()
        terminal = self.open("--pane", "flood", "--host", "sw1")
        source = self.wait_match(r"(192\.0\.2\.\d+) .*scanner").group(1)
        terminal.send("b")
        self.wait_match(rf"{re.escape(source)} banned on sw1 until \d\d:\d\d \(ipset\); z undoes it")
        first = element("sw1", source)
        self.assertIsNotNone(first)
        until(lambda: element("sw1", source) > first + 20, 10, "packets stopped")
        self.assertIn("-A NOCDESK -m set --match-set nocdesk4 src -j DROP", lab("host", "sw1", "iptables-save"))
        terminal.send("8")
        self.wait_match(rf"{re.escape(source)} .* ipset")
        terminal.send("z")
        self.wait_match(rf"{re.escape(source)} undone on sw1")
        self.assertIsNone(element("sw1", source))
        terminal.send("9")
        self.wait_match(r"ban +192\.0\.2\.\d+ +\S+ +undone +2\d{3}-")

    def test_a_gateway_wants_its_address_typed_and_esc_does_nothing(self):
        terminal = self.open("--pane", "gateways", "--host", "sw1")
        self.wait_match(r"CARRIER-A +routing")
        terminal.send("b")
        address = self.wait_match(r"Type ([0-9.]+) to do it").group(1)
        self.wait_match(r"\[trusted\]")
        terminal.send("yes\r")
        self.wait_match(r"Nothing was done: that is not the target")
        terminal.send("\x1b")
        self.wait_match(r"nothing was done")
        self.assertIsNone(element("sw1", address))

    def test_two_hosts_ask_and_are_undone_together(self):
        self.attack()
        terminal = self.open("--pane", "flood")
        source = self.wait_match(r"(192\.0\.2\.\d+) .*scanner").group(1)
        self.wait_match(r"sw2 lab live")
        terminal.send("B")
        self.wait_match(rf"Ban {re.escape(source)} on 2 hosts\?")
        self.assertIsNone(element("sw1", source))
        terminal.send("yes\r")
        self.wait_match(r"2 banned on 2 hosts")
        self.assertIsNotNone(element("sw1", source))
        self.assertIsNotNone(element("sw2", source))
        terminal.send("z")
        self.wait_match(r"Undo .* on 2 hosts\?")
        terminal.send("yes\r")
        self.wait_match(r"2 undone on 2 hosts")
        self.assertIsNone(element("sw1", source))
        self.assertIsNone(element("sw2", source))

    def test_a_host_that_is_lost_while_the_question_is_open_is_left_alone(self):
        terminal = self.open("--pane", "health")
        self.wait_match(r"sw1 lab live")
        self.wait_match(r"sw2 lab live")
        terminal.send(":ban 192.0.2.201 @all lost in the middle\r")
        self.wait_match(r"on 2 hosts\?")
        fault("sw2", "sshd", "sessions-stop")
        time.sleep(0.3)
        terminal.send("yes\r")
        terminal.send("!")
        self.wait_match(r"192\.0\.2\.201 banned on sw1[\s\S]*192\.0\.2\.201 failed on sw2: did\s+not\s+answer", 40)
        self.assertIsNotNone(element("sw1", "192.0.2.201"))
        fault("sw2", "clear")
        self.assertIsNone(element("sw2", "192.0.2.201"))

    def test_a_suspended_phone_is_let_in_again_and_what_was_not_seen_is_not_said(self):
        self.attack("crack", seconds=90)
        terminal = self.open("--pane", "suspended", "--host", "sw1", cols=160)
        found = self.wait_match(r"(1555\d+) +(192\.0\.2\.\d+) ", 40)
        terminal.send("U")
        self.wait_match(rf"Unsuspend {found[1]}(@\S+)? on sw1 lab\?", 30)
        self.wait_match(rf"unsuspend {found[1]} {re.escape(found[2])}")
        terminal.send("yes\r")
        # Which of the two it is hangs on whether the phone itself logs in meanwhile.
        said = self.wait_match(rf"{found[1]} (unsuspended on sw1, proven after \d+ s|not yet on sw1: )", 90)[1]
        with open(f"{self.state.name}/nocdesk/audit.jsonl", encoding="utf-8") as trail:
            result = json.loads(trail.readlines()[-1])
        self.assertEqual(result["verification"], "proven" if "proven" in said else "not yet")

    def test_a_gateway_is_locked_by_one_key_and_unlocked_by_the_same(self):
        terminal = self.open("--pane", "gateways", "--host", "sw1", cols=200)
        self.wait_match(r"CARRIER-B +routing .*yes +no ")
        terminal.send("\\CARRIER-B\r")
        terminal.send("L")
        self.wait_match(r"Lock routing:CARRIER-B on sw1 lab\?")
        self.assertEqual(self.lock_of("CARRIER-B"), "0")
        terminal.send("yes\r")
        self.wait_match(r"routing:CARRIER-B locked on sw1; z undoes it")
        self.assertNotEqual(self.lock_of("CARRIER-B"), "0")
        self.wait_match(r"CARRIER-B +routing .*no +yes ")
        self.wait_match(r"L unlock")
        terminal.send("L")
        self.wait_match(r"routing:CARRIER-B unlocked on sw1; z undoes it")
        self.assertEqual(self.lock_of("CARRIER-B"), "0")
        self.wait_match(r"CARRIER-B +routing .*yes +no ")

    def test_a_call_is_hung_up_and_goes_from_the_list(self):
        terminal = self.open("--pane", "calls", "--host", "sw1", cols=250)
        terminal.send("/state=talking\r")
        self.wait_match(r"talking .*\d{6,}\n", 30)
        terminal.send("G")
        call = self.hang_up_last()
        self.wait_match(rf"{call} hung up on sw1", 30)
        terminal.wait(lambda: not any(call in line and "talking" in line for line in terminal.lines()),
                      f"the call {call} to go", 30)

    def hang_up_last(self):
        """Asks for the call under the cursor, until one has not ended before the answer; its id."""
        for _ in range(5):
            self.terminal.send("GK")
            call = self.wait_match(r"Hang up (\d+) on sw1 lab\?")[1]
            self.terminal.send("yes\r")
            if "hung" in self.wait_match(rf"{call} hung up|{call} already ended|{call} failed on sw1: the call has ended", 30)[0]:
                return call
        raise AssertionError("each call ended before it was hung up")


if __name__ == "__main__":
    unittest.main()
