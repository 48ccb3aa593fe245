# SPDX-License-Identifier: MIT

"""A whole guided morning run in a pseudo-terminal: planted trouble is found on one host, none is invented on the other, and
what was decided survives the console."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

from labtest import CONFIG, HERE, LAB, NAME, PROGRAM, SLOWER, LabTest, fault, run, show, sql, until

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tui"))
from terminal import Terminal  # noqa: E402

STEPS = ["server-status", "system-log", "current-alarms", "balances", "gateway-status", "suspended-endpoints",
         "firewall-counters", "sip-flood", "processes", "online-users", "cdr-health", "security-parameters"]
# What is planted on sw1, by the step that must find it, and what its verdict or its evidence must name.
PLANTED = {"system-log": r"203\.0\.113\.66", "current-alarms": "TEST-ALARM", "balances": "1001",
           "gateway-status": "CARRIER-D", "suspended-endpoints": r"suspended", "sip-flood": r"192\.0\.2\.",
           "processes": "media proxy"}
# sw2 is one of a lab that has weak carriers and a shared processor on purpose.
BAD_GATEWAYS = {"CARRIER-C", "CARRIER-F", "CUST-ECHO", "CUST-FOXTROT", "CUST-DELTA"}


def day():
    return f"e_cdr_{time.strftime('%Y%m%d', time.gmtime())}"


def plant():
    fault("sw1", "disk", "full")
    fault("sw1", "clock", "ahead", "90")
    fault("sw1", "empd", "kill")
    sql("sw1", "INSERT INTO e_alarm_current (id, name, type, level, starttime, value) VALUES "
               "(990001, 'TEST-ALARM', 20000, 3, UNIX_TIMESTAMP() * 1000, 12.5)")
    sql("sw1", "UPDATE e_customer SET money = -499.5 WHERE account = '1001'")
    sql("sw1", f"INSERT INTO {day()} (flowno, starttime, stoptime, holdtime, feetime, fee, customeraccount, "
               "callergatewayid, calleegatewayid, endreason) SELECT UNIX_TIMESTAMP() * 1000000 + seq, "
               "UNIX_TIMESTAMP() * 1000 - 4000 - seq * 100, UNIX_TIMESTAMP() * 1000 - 1000, 0, 0, 0, '1002', "
               "'CUST-BRAVO', 'CARRIER-D', -43 FROM seq_1_to_600")
    sql("sw1", "INSERT INTO e_syslog (id, type, time, source, event, format, memo) SELECT 9000 + seq, 0, "
               "(UNIX_TIMESTAMP() - seq * 20) * 1000, 'admin', 103, 'User %s login failed from %s', "
               "'admin,203.0.113.66' FROM seq_1_to_12")


def heal(host):
    """No alarms that the lab has on purpose, and nobody without money."""
    sql(host, "CREATE TABLE IF NOT EXISTS test_alarms AS SELECT * FROM e_alarm_current")
    sql(host, "CREATE TABLE IF NOT EXISTS test_customers AS SELECT id, money FROM e_customer")
    sql(host, "DELETE FROM e_alarm_current")
    sql(host, "UPDATE e_customer SET money = 100000")


def unheal(host):
    sql(host, "DELETE FROM e_alarm_current")
    sql(host, "INSERT INTO e_alarm_current SELECT * FROM test_alarms")
    sql(host, "UPDATE e_customer c JOIN test_customers t ON t.id = c.id SET c.money = t.money")
    sql(host, "DROP TABLE test_alarms, test_customers")


class GuideTest(LabTest):
    def setUp(self):
        self.state = tempfile.TemporaryDirectory()
        self.terminal = None
        self.attack = None
        for host in ("sw1", "sw2"):
            heal(host)

    def tearDown(self):
        if self.terminal:
            self.terminal.close()
        if self.attack:
            self.attack.kill()
            self.attack.wait()
        sql("sw1", f"DELETE FROM e_syslog WHERE id BETWEEN 9000 AND 9099; "
                   f"DELETE FROM {day()} WHERE calleegatewayid = 'CARRIER-D' AND endreason = -43")
        for host in ("sw1", "sw2"):
            unheal(host)
        run("undo", env={"XDG_STATE_HOME": self.state.name})
        self.state.cleanup()
        super().tearDown()

    def open(self, operator, *words):
        with open(CONFIG, encoding="utf-8") as file:
            text = file.read()
        config = os.path.join(self.state.name, f"{operator}.ini")
        with open(config, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text.replace("operator = lab", f"operator = {operator}"))
        self.terminal = Terminal([LAB, "exec", PROGRAM, "--config", config, *words], cols=160, rows=50,
                                 env={"LAB": NAME, "HOME": self.state.name, "XDG_STATE_HOME": self.state.name})
        return self.terminal

    def wait_match(self, pattern, seconds=30):
        self.terminal.wait(lambda: re.search(pattern, self.terminal.text()), pattern, seconds * SLOWER)

    def stored(self, statement):
        with sqlite3.connect(f"file:{self.state.name}/nocdesk/memory.db?mode=ro", uri=True) as store:
            return store.execute(statement).fetchall()

    def wait_stored(self, statement, want, seconds=10):
        def kept():
            try:
                return self.stored(statement) == want
            except sqlite3.OperationalError:
                return False
        self.terminal.wait(kept, f"{statement} to be {want}", seconds * SLOWER)

    def place(self):
        found = re.search(r"Morning  (?:step (\d+) of 12|(summary))", self.terminal.text())
        return found and (found[1] or found[2])

    def go_to(self, number):
        self.terminal.wait(self.place, "a step")
        for _ in range(len(STEPS) + 1):
            here = self.place()
            if here == str(number):
                return
            self.terminal.send("\t")
            self.terminal.wait(lambda: self.place() not in (here, None), f"the step after {here}")
        raise AssertionError(f"no step {number}:\n{self.terminal.text()}")

    def take(self, then):
        """Enter takes the step; a verdict that has just turned worse is not taken unseen: it is looked at once more."""
        for _ in range(10):
            self.terminal.settle(0.8)
            self.terminal.send("\r")
            self.terminal.settle()
            if re.search(then, self.terminal.text()):
                return
            self.assertRegex(self.terminal.text(), "this has just turned worse")
        raise AssertionError(f"not taken:\n{self.terminal.text()}")

    def test_a_guided_morning_finds_what_is_planted_and_nothing_else(self):
        # Failed calls end first: a healthy host's ratios mean something once the answered ones have ended too.
        until(lambda: any(row["gateway"] == "CARRIER-A" and (row["answered"] or 0) > 50 and row["host"] == "sw2"
                          for row in show("gateways")["rows"]), 120, "fifty answered calls of CARRIER-A")
        plant()
        self.attack = subprocess.Popen([LAB, "attack", "crack", "--seconds", "240"], stdout=subprocess.DEVNULL)
        terminal = self.open("ana", "--checklist", "morning")
        self.wait_match("step 1 of 12")
        terminal.wait(lambda: "reading" not in terminal.text(), "the first verdicts", 40 * SLOWER)
        self.wait_match(r"!! sw1 +disk used +/home +100")
        self.wait_match(r"!! sw1 +clock offset +– +9\d,\d\d\d")
        for step, pattern in PLANTED.items():
            self.go_to(STEPS.index(step) + 1)
            self.wait_match(r"sw1 (critical|warning) ", 60)
            self.wait_match(pattern)
        # the remedy on the spot, from the evidence
        self.go_to(8)
        self.wait_match(r"sw1 +192\.0\.2\.\d+")
        terminal.send("b")
        self.wait_match(r"192\.0\.2\.\d+ banned on sw1 until")
        self.wait_match(r"done, ana \d\d:\d\d:\d\d: 192\.0\.2\.\d+ banned on sw1")
        self.go_to(1)
        for number in range(1, 13):
            self.go_to(number)
            if number == 3:
                terminal.send("nthe alarm is known\r")
                self.wait_match("note, ana .*the alarm is known")
            if number == 9:
                terminal.send("fmedia proxy is down, called the on-call engineer\r")
                self.wait_match("step 10 of 12")
            else:
                self.take(rf"step {number + 1} of 12|All 12 steps are decided")
        self.wait_match("All 12 steps are decided")
        for _ in range(5):  # what turns worse in the meantime wants to be taken anew
            terminal.send("\r")
            self.wait_match("Morning is done: 12 steps|turned worse after it was taken")
            terminal.settle()  # that may be the words of the last time
            if "Morning is done" in terminal.text():
                break
            self.take("All 12 steps are decided")
        self.wait_match("Morning is done: 12 steps")
        self.wait_stored("SELECT operator, state, outcome FROM run", [("ana", 1, "critical")])
        rows = {(step, host): (state, summary, reason) for step, host, state, summary, reason in
                self.stored("SELECT step, host, state, summary, reason FROM step")}
        self.assertEqual(set(rows), {(step, host) for step in STEPS for host in ("sw1", "sw2")})
        machine = self.stored("SELECT evidence FROM step WHERE step = 'server-status' AND host = 'sw1'")[0][0]
        self.assertIn("/home", machine)
        self.assertIn("clock offset", machine)
        self.assertIn("203.0.113.66", rows["system-log", "sw1"][1])
        self.assertIn("TEST-ALARM", rows["current-alarms", "sw1"][1])
        self.assertIn("1001", rows["balances", "sw1"][1])
        self.assertIn("CARRIER-D", self.stored("SELECT summary || evidence FROM step WHERE step = 'gateway-status' "
                                               "AND host = 'sw1'")[0][0])
        self.assertEqual(rows["processes", "sw1"][0], "failed")
        self.assertIn("on-call", rows["processes", "sw1"][2])
        self.assertEqual(self.stored("SELECT step, text FROM note"), [("current-alarms", "the alarm is known")])
        actions = self.stored("SELECT step, host, entry, words FROM action")
        self.assertEqual([row[:2] for row in actions], [("sip-flood", "sw1")])
        audit = run("audit", "--format", "json", env={"XDG_STATE_HOME": self.state.name}).stdout
        self.assertIn(actions[0][2], audit)
        for (step, host), (state, summary, _) in rows.items():
            if host != "sw2" or state in ("ok", "warning"):
                continue
            if step == "server-status":
                self.assertNotRegex(summary, "disk|clock|memory")
            elif step == "gateway-status":
                critical = summary.split(";")[0]  # behind it are warnings: an ASR may be near its limit, none beyond
                self.assertLessEqual(set(re.findall(r"(?:CARRIER|CUST)-[A-Z]+", critical)), BAD_GATEWAYS, summary)
            else:
                self.fail(f"{step} on the healthy host is {state}: {summary}")

    def test_a_run_that_was_killed_is_gone_on_with_by_another_operator(self):
        terminal = self.open("ana", "--checklist", "morning")
        self.wait_match("step 1 of 12")
        terminal.wait(lambda: "reading" not in terminal.text(), "the first verdicts", 40 * SLOWER)
        terminal.send("nnight was quiet\r")
        for number in (1, 2, 3):
            self.go_to(number)
            self.take(rf"step {number + 1} of 12")
        self.wait_stored("SELECT count(*) FROM step WHERE decided_ms > 0", [(6,)])  # three of each host
        decided = "SELECT step, host, state, operator, decided_ms FROM step WHERE decided_ms > 0 ORDER BY step, host"
        before = self.stored(decided)
        for pid in subprocess.run(["pgrep", "-P", str(terminal.pid)], capture_output=True, text=True).stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        terminal.signal(signal.SIGKILL)
        terminal.wait_exit()
        terminal = self.open("ben", "--checklist", "morning")
        self.wait_match("Morning goes on: begun by ana at .*, 3 of 12 steps decided")
        self.wait_match("step 4 of 12")
        self.assertEqual(before, self.stored(decided))
        terminal.wait(lambda: "reading" not in terminal.text(), "the first verdicts", 40 * SLOWER)
        self.take("step 5 of 12")
        self.wait_stored("SELECT DISTINCT operator FROM step WHERE step = 'balances' AND decided_ms > 0", [("ben",)])
        self.assertEqual(self.stored("SELECT count(*), operator FROM run"), [(1, "ana")])
        terminal.send("q")
        self.assertEqual(terminal.wait_exit(10), 0)

    def test_a_lost_host_is_unknown_and_never_taken(self):
        fault("sw2", "sshd", "refuse")
        terminal = self.open("ana", "--checklist", "morning")
        self.wait_match(r"sw2 unknown  sw2: ", 40)
        terminal.wait(lambda: "reading" not in terminal.text(), "the first verdicts", 40 * SLOWER)
        terminal.settle(0.8)
        terminal.send("\r")
        self.wait_match("taken where it could be read")
        terminal.send("\r")
        self.wait_match("what could not be read is not taken")
        terminal.send("Shost is being moved\r")
        self.wait_match("step 2 of 12")
        self.wait_stored("SELECT DISTINCT state, machine_state, reason FROM step WHERE host = 'sw2'",
                         [("skipped", "unknown", "host is being moved")])
        self.wait_stored("SELECT count(*) FROM step WHERE host = 'sw2'", [(12,)])


if __name__ == "__main__":
    unittest.main()
