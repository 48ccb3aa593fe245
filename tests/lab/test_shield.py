# SPDX-License-Identifier: MIT

"""The layered firewall of `nocdesk shield` on a lab host: put in place, proved by traffic, rolled back by the host itself."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from labtest import CONFIG, LAB, PROGRAM, RUN, LabTest, lab, run, until

CHAIN = "NOCDESK-SHIELD"
ROLL_BACK_S = 8  # where it is waited for; elsewhere commands that confirm have time on a busy machine
NO_ROLL_BACK_S = 120
HOST = "198.18.0.11"
STRANGER, FLOODER, GATEWAY = "192.0.2.61", "192.0.2.62", "203.0.113.10"

# Sends COUNT questions as fast as one goes after the other, and prints how many were answered.
ASK = """
import socket, sys, time
local, agent, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.bind((local, 0))
answers, port, mark = set(), link.getsockname()[1], str(time.time())
def take(seconds):
    link.settimeout(seconds)
    try:
        while True:
            for line in link.recv(65535).decode("latin-1").splitlines():
                if line.startswith("CSeq:"):
                    answers.add(line)
    except (socket.timeout, BlockingIOError):
        pass
for turn in range(1, count + 1):
    link.sendto((f"OPTIONS sip:HOST SIP/2.0\\r\\nVia: SIP/2.0/UDP {local}:{port};branch=z9hG4bK{mark}{turn}\\r\\n"
                 f"From: <sip:probe@{local}>;tag=1\\r\\nTo: <sip:probe@HOST>\\r\\nCall-ID: {mark}{turn}@{local}\\r\\n"
                 f"CSeq: {turn} OPTIONS\\r\\nMax-Forwards: 70\\r\\nUser-Agent: {agent}\\r\\nContent-Length: 0\\r\\n\\r\\n").encode(),
                ("HOST", 5060))
    take(0.002)
take(1.5)
print(len(answers))
""".replace("HOST", HOST)


def answered(source, namespace, agent="Phone/1.0", count=1):
    done = subprocess.run(["nsenter", f"--net=/run/netns/{RUN.rsplit('/', 1)[1]}-{namespace}", "--", "/usr/bin/python3", "-c",
                           ASK, source, agent, str(count)], capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)


def answered_calls():
    return int((re.search(r"^calls-sw1 .*\banswered=(\d+)", lab("traffic", "status"), re.M) or [0, 0])[1])


def on_host(*words, **options):
    return lab("host", "sw1", *words, **options)


def rules(tool="iptables"):
    """The filter table without counters and comments of the program."""
    return [line for line in on_host(f"{tool}-save", "-t", "filter").splitlines() if not line.startswith("#")]


def policies_apart(lines):
    return [re.sub(r" \[\d+:\d+\]$", "", line) for line in lines]


def ours(tool="iptables"):
    return [line for line in rules(tool) if CHAIN in line]


def foreign(tool="iptables"):
    return [line for line in policies_apart(rules(tool)) if CHAIN not in line]


class Shield(LabTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="nocdesk-shield-")
        self.config = self.configure(NO_ROLL_BACK_S)
        lab("backend", "sw1", "auto")
        on_host("rm", "-rf", "/var/run/nocdesk-shield")

    def tearDown(self):
        # The job of a test that failed ends before the next begins.
        on_host("sh", "-c", "kill -9 $(cat /var/run/nocdesk-shield/pid) 2>/dev/null; rm -rf /var/run/nocdesk-shield",
                check=False)
        lab("traffic", "stop", check=False)
        lab("backend", "sw1", "auto")
        shutil.rmtree(self.folder)
        super().tearDown()

    def configure(self, confirm_within_s):
        with open(CONFIG, encoding="utf-8") as source:
            text = source.read()
        text = text.replace("[nocdesk]\n", f"[nocdesk]\nstate_dir = {self.folder}/state\n", 1)
        text += f"\n[shield]\nconfirm_within = {confirm_within_s}s\n"
        path = os.path.join(self.folder, "nocdesk.ini")
        with open(path, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(text)
        return path

    def nocdesk(self, *words, code=0):
        done = run(*words, "--host", "sw1", config=self.config)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def shown(self):
        return json.loads(self.nocdesk("shield", "--format", "json").stdout)["hosts"][0]

    def act(self, word, state="done", code=0):
        done = self.nocdesk("shield", word, "--yes", "--format", "json", code=code)
        results = json.loads(done.stdout)["results"]
        self.assertEqual([result["state"] for result in results], [state], done.stdout + done.stderr)
        return results[0]

    def wait_rolled_back(self, seconds=ROLL_BACK_S + 8):
        return until(lambda: not ours() and not ours("ip6tables"), seconds, lambda: f"no {CHAIN} any more: {ours()}")[1]

    def assert_audit_is_whole(self):
        done = run("audit", "verify", config=self.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_shows_the_difference_and_changes_nothing(self):
        before, before6 = foreign(), foreign("ip6tables")
        shown = self.shown()
        self.assertGreater(shown["changes"], 20)
        self.assertIsNone(shown["refused"])
        added = [line["rule"] for line in shown["diff"] if line["mark"] == "added" and line["family"] == "ipv4"]
        self.assertIn("-A INPUT -j NOCDESK-SHIELD", added)
        self.assertTrue(any("-s 198.18.0.2 " in rule and "--dport 22 " in rule for rule in added), added)
        self.assertTrue(any(GATEWAY in rule and "TRUSTED" in rule for rule in added), added)
        self.assertEqual([line["rule"] for line in shown["diff"] if line["mark"] == "removed"], [])
        kept = [line["rule"] for line in shown["diff"] if line["mark"] == "foreign" and line["family"] == "ipv4"]
        self.assertEqual(kept, [line for line in before if line.startswith("-A INPUT ")])
        dry = self.nocdesk("shield", "apply", "--dry-run").stdout
        self.assertIn("iptables-restore -n", dry)
        self.assertEqual((foreign(), foreign("ip6tables"), ours()), (before, before6, []))
        self.assertGreater(shown["conntrack"]["max"], 0)
        self.assertEqual(shown["conntrack"]["recommended_max"], 1048576)

    def test_applied_twice_it_is_the_same_and_off_takes_its_own_only(self):
        before, before6 = foreign(), foreign("ip6tables")
        self.act("apply")
        self.assertEqual(self.shown()["changes"], 0)
        self.act("apply", state="already")
        self.act("confirm")
        first = ours() + ours("ip6tables")
        self.act("apply", state="already")
        self.assertEqual(ours() + ours("ip6tables"), first)
        # A rule of somebody else between ours and now stays.
        on_host("iptables", "-A", "INPUT", "-s", "192.0.2.99", "-j", "DROP")
        self.act("off")
        self.act("confirm")
        self.assertEqual((ours(), ours("ip6tables")), ([], []))
        self.assertEqual([line for line in foreign() if "192.0.2.99" not in line], before)
        self.assertTrue(any("192.0.2.99" in line for line in foreign()))
        self.assert_audit_is_whole()

    def test_a_scanner_and_a_flood_are_dropped_while_gateways_calls_and_ssh_go_on(self):
        self.assertEqual(answered(STRANGER, "scan", "friendly-scanner"), 1)
        lab("traffic", "start", "--rate", "5", "--host", "sw1")
        self.act("apply")
        self.act("confirm")
        self.assertEqual(answered(STRANGER, "scan", "friendly-scanner", 5), 0)
        self.assertEqual(answered(STRANGER, "scan"), 1)
        before = answered_calls()
        flood = answered(FLOODER, "scan", count=400)
        self.assertLessEqual(flood, 45)
        self.assertGreaterEqual(flood, 15)
        # What a gateway sends is never limited, nor its calls during a flood.
        self.assertGreaterEqual(answered(GATEWAY, "callers", count=120), 115)
        until(lambda: answered_calls() >= before + 5, 15, lambda: f"calls answered since the flood: {answered_calls() - before}")
        until(lambda: int(on_host("/bin/sh", "-c", "iptables-save -c | grep -c 'NOCDESK-SHIELD-TRUSTED -s 203'")) > 0, 5, "trust")
        shown = json.loads(run("show", "calls", "--host", "sw1", "--format", "json", config=self.config).stdout)
        self.assertGreater(len(shown["rows"]), 0)
        self.assertIsNone(shown["hosts"][0]["error"])
        self.assertEqual(self.shown()["changes"], 0)

    def test_a_change_that_cuts_the_operator_off_is_taken_back_by_the_host(self):
        self.configure(ROLL_BACK_S)
        before = foreign()
        began = time.monotonic()
        self.act("apply")
        # What is wrong with it shows to new connections only, as it would with a real mistake.
        on_host("iptables", "-I", CHAIN, "1", "-s", "198.18.0.2", "-p", "tcp", "--dport", "22", "-j", "DROP")
        done = run("shield", "confirm", "--host", "sw1", "--timeout", "3", config=self.config)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.wait_rolled_back()
        self.assertLess(time.monotonic() - began, ROLL_BACK_S + 12)
        self.assertEqual(foreign(), before)
        self.assertEqual(self.shown()["state"], "rolled-back")
        self.act("confirm", state="failed", code=1)
        self.assert_audit_is_whole()

    def test_a_console_that_is_killed_leaves_the_roll_back_to_the_host(self):
        self.configure(ROLL_BACK_S)
        before = foreign()
        console = subprocess.Popen([LAB, "exec", PROGRAM, "shield", "apply", "--yes", "--config", self.config, "--host", "sw1"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: on_host("sh", "-c", "iptables-save | grep -- '-A INPUT -j NOCDESK-SHIELD' || true"), 20, "the jump")
        console.send_signal(signal.SIGKILL)
        console.wait(5)
        self.wait_rolled_back()
        self.assertEqual(foreign(), before)
        self.assert_audit_is_whole()

    def prove_confirmation(self):
        within_s = ROLL_BACK_S + 4  # for the commands that come before the confirmation
        self.configure(within_s)
        self.act("apply")
        applied = time.monotonic()
        self.assertEqual(self.shown()["state"], "waiting")
        self.act("confirm")
        time.sleep(max(0, applied + within_s + 2 - time.monotonic()))
        self.assertEqual(self.shown()["changes"], 0)
        self.assertEqual(self.shown()["state"], "confirmed")

    def test_confirmed_it_stays(self):
        self.prove_confirmation()

    def test_without_at_a_detached_shell_watches(self):
        lab("fault", "sw1", "at", "absent")
        plan = self.nocdesk("shield", "apply", "--dry-run").stdout
        self.assertIn("(setsid)", plan)
        self.configure(ROLL_BACK_S)
        self.act("apply")
        self.wait_rolled_back()
        self.prove_confirmation()

    def test_only_a_new_connection_confirms(self):
        with open(CONFIG, encoding="utf-8") as source:
            text = source.read()
        key = re.search(r"identity = (\S+)", text).group(1)
        known = re.search(r"known_hosts = (\S+)", text).group(1)
        old = subprocess.Popen([LAB, "exec", "ssh", "-i", key, "-o", f"UserKnownHostsFile={known}", "-o", "BatchMode=yes",
                                f"root@{HOST}", "sh 2>&1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            old.stdin.write("echo ready\n")
            old.stdin.flush()
            self.assertEqual(old.stdout.readline(), "ready\n")
            self.act("apply")
            # The session that is up goes on.
            old.stdin.write("echo still\n")
            old.stdin.flush()
            self.assertEqual(old.stdout.readline(), "still\n")
            said = old.communicate("sh /var/run/nocdesk-shield/job confirm; echo status=$?\n", timeout=20)[0]
        finally:
            old.kill()
            old.wait()
        self.assertIn("older than the change", said)
        self.assertIn("status=1", said)
        self.assertEqual(self.shown()["state"], "waiting")
        self.act("confirm")

    def test_undone_from_the_trail(self):
        before = foreign()
        entry = self.act("apply")["audit"]
        self.act("confirm")
        done = run("undo", entry, "--yes", config=self.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual((ours(), foreign()), ([], before))
        # An older change is not undone by taking back a newer one.
        self.act("apply")
        self.act("confirm")
        done = run("undo", entry, "--yes", config=self.config)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.shown()["changes"], 0)
        self.assert_audit_is_whole()

    def test_read_only_and_without_iptables_nothing_is_done(self):
        done = run("shield", "apply", "--yes", "--read-only", "--host", "sw1", config=self.config)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        lab("backend", "sw1", "nft")
        done = run("shield", "apply", "--yes", "--host", "sw1", config=self.config)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("iptables", done.stdout + done.stderr)

    def test_an_earlier_change_must_be_confirmed_first(self):
        self.act("apply")
        self.act("off", state="failed", code=1)
        self.assertGreater(len(ours()), 20)
        self.act("confirm")
        self.act("off")
        self.act("rollback")
        self.assertEqual(self.shown()["changes"], 0)
        self.act("rollback", state="already")
        self.assert_audit_is_whole()

    def test_of_two_consoles_at_once_one_changes_it(self):
        before = foreign(), foreign("ip6tables")
        for _ in range(3):
            folders = [tempfile.mkdtemp(prefix="nocdesk-shield-") for _ in range(2)]
            running = []
            for folder in folders:
                with open(self.config, encoding="utf-8") as source:
                    text = source.read().replace(f"{self.folder}/state", folder)
                with open(f"{folder}/nocdesk.ini", "w", encoding="utf-8",
                          opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                    out.write(text)
                running.append(threading.Thread(target=lambda folder=folder: codes.append(
                    run("shield", "apply", "--yes", "--host", "sw1", config=f"{folder}/nocdesk.ini").returncode)))
            codes = []
            for thread in running:
                thread.start()
            for thread in running:
                thread.join()
            self.assertEqual(sorted(codes), [0, 1])
            # What is rolled back to is what was before both.
            self.act("rollback")
            self.assertEqual((foreign(), foreign("ip6tables")), before)
            self.assertEqual((ours(), ours("ip6tables")), ([], []))
            for folder in folders:
                shutil.rmtree(folder)

    def test_a_ban_that_covers_the_console_refuses_the_change(self):
        lab("backend", "sw1", "iptables")
        text = ("*filter\n:NOCDESK - [0:0]\n-A NOCDESK -s 198.18.0.2 -j RETURN\n-A NOCDESK -s 198.18.0.0/24 -m comment "
                "--comment \"nocdesk since=1763679600 until=0 by=ana why=scan\" -j DROP\n-I INPUT 1 -j NOCDESK\nCOMMIT\n")
        subprocess.run([LAB, "host", "sw1", "iptables-restore", "-n"], input=text, text=True, check=True, timeout=30)
        result = self.act("apply", state="refused", code=3)
        self.assertEqual(result["rule"], "console-address")
        self.assertIn("198.18.0.2", self.shown()["refused"])
        self.assertEqual(ours(), [])

    def test_the_shield_stands_behind_the_bans(self):
        lab("backend", "sw1", "iptables")
        done = run("ban", "192.0.2.200", "--host", "sw1", "--yes", config=self.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.act("apply")
        self.act("confirm")
        jumps = [line for line in rules() if line.startswith("-A INPUT")][:2]
        self.assertEqual(jumps, ["-A INPUT -j NOCDESK", f"-A INPUT -j {CHAIN}"])
        self.assertEqual(answered("192.0.2.200", "scan"), 0)
        # A ban made later changes nothing for the shield.
        done = run("ban", "192.0.2.201", "--host", "sw1", "--yes", config=self.config)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.shown()["changes"], 0)

    def test_an_old_iptables(self):
        lab("backend", "sw1", "old")
        self.act("apply")
        self.assertEqual(self.shown()["changes"], 0)
        self.assertFalse(any("comment" in line for line in ours()))
        self.act("confirm")
        self.configure(ROLL_BACK_S)
        self.act("off")
        self.wait_rolled_back_to_shield()

    def wait_rolled_back_to_shield(self):
        """`off` not confirmed: the shield is there again."""
        self.assertEqual(ours(), [])
        until(lambda: len(ours()) > 20 and self.shown()["changes"] == 0, ROLL_BACK_S + 8, lambda: f"the shield again: {ours()}")


if __name__ == "__main__":
    unittest.main()
