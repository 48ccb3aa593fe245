# SPDX-License-Identifier: MIT

"""An endpoint that cannot register: the cause is found, mended, and the proof is the phone's next login, not a claim."""

import json
import os
import subprocess
import tempfile
import threading
import time
import unittest

from labtest import CONFIG, LAB, NAME, LabTest, run, sql, until

NET = f"/run/netns/{NAME}-scan"
SOURCE = "192.0.2.200"
ADDRESS = "198.18.0.11"
PHONE = "15550103"


LOGIN = """
import hashlib, re, socket, sys, uuid
host, source, user, password = sys.argv[1:]
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.bind((source, 0))
link.settimeout(2)
port, call, md5 = link.getsockname()[1], uuid.uuid4().hex, lambda text: hashlib.md5(text.encode()).hexdigest()
extra, status = "", 0
for turn in (1, 2):
    link.sendto((f"REGISTER sip:{host} SIP/2.0\\r\\nVia: SIP/2.0/UDP {source}:{port};branch=z9hG4bK{call}{turn}\\r\\n"
                 f"From: <sip:{user}@{host}>;tag={turn}\\r\\nTo: <sip:{user}@{host}>\\r\\nCall-ID: {call}\\r\\n"
                 f"CSeq: {turn} REGISTER\\r\\nContact: <sip:{user}@{source}:{port}>\\r\\nExpires: 60\\r\\nMax-Forwards: 70\\r\\n"
                 f"{extra}Content-Length: 0\\r\\n\\r\\n").encode(), (host, 5060))
    try:
        answer = link.recv(65535).decode()
        while answer.startswith("SIP/2.0 1"):
            answer = link.recv(65535).decode()
    except socket.timeout:
        break
    status = int(answer.split()[1])
    if status != 401:
        break
    challenge = dict(re.findall(r'(realm|nonce)="([^"]*)"', answer))
    response = md5(md5(f"{user}:{challenge['realm']}:{password}") + ":" + challenge["nonce"] + ":" + md5(f"REGISTER:sip:{host}"))
    extra = (f'Authorization: Digest username="{user}", realm="{challenge["realm"]}", nonce="{challenge["nonce"]}", '
             f'uri="sip:{host}", response="{response}", algorithm=MD5\\r\\n')
print(status)
"""


POST = """
import sys, urllib.request
with urllib.request.urlopen("http://127.0.0.1:8080/external/server/ModifyPhone", sys.argv[1].encode(), 10) as answer:
    print(answer.read().decode())
"""


def register(password):
    """One login of the phone from SOURCE; whether it was let in."""
    done = subprocess.run(["nsenter", f"--net={NET}", "--", "/usr/bin/python3", "-c", LOGIN, ADDRESS, SOURCE, PHONE, password],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip() == "200"


class Phone:
    """A phone that tries to log in once a second with its right password, as phones do."""

    def __init__(self, password):
        self.password, self.going, self.let_in = password, True, None
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        while self.going:
            if register(self.password) and self.let_in is None:
                self.let_in = time.time()
            time.sleep(1)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join(10)


class UnsuspendTest(LabTest):
    @classmethod
    def setUpClass(cls):
        subprocess.run(["nsenter", f"--net={NET}", "ip", "addr", "add", f"{SOURCE}/24", "dev", "eth0"], capture_output=True)
        cls.password = sql("sw1", f"SELECT password FROM e_phone WHERE e164 = '{PHONE}'")[0][0]
        cls.state = tempfile.TemporaryDirectory()
        cls.config = f"{cls.state.name}/nocdesk.ini"
        with open(CONFIG, encoding="utf-8") as source:
            text = source.read().replace("[nocdesk]\n", f"[nocdesk]\nstate_dir = {cls.state.name}\n")
        for name, recipe in (("nocdesk.ini", "argv = unsuspend {endpoint} {source}\nwait_s = 20\n"), ("bare.ini", "wait_s = 5\n")):
            with open(f"{cls.state.name}/{name}", "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
                out.write(text.replace("argv = unsuspend {endpoint} {source}\n", recipe, 1))

    @classmethod
    def tearDownClass(cls):
        subprocess.run(["nsenter", f"--net={NET}", "ip", "addr", "del", f"{SOURCE}/24", "dev", "eth0"], capture_output=True)
        cls.state.cleanup()

    def setUp(self):
        self.locked(0)
        subprocess.run([*self.on_host(), "unsuspend", PHONE, SOURCE], capture_output=True)
        run("unban", SOURCE, "--yes", config=self.config)

    def tearDown(self):
        self.locked(0)

    def on_host(self):
        return [LAB, "host", "sw1"]

    def last_entry(self):
        with open(f"{self.state.name}/audit.jsonl", encoding="utf-8") as trail:
            return json.loads(trail.readlines()[-1])

    def locked(self, lock):
        """By the web interface, as the product's own client does it."""
        body = json.dumps({"e164": PHONE, "lockType": lock})

        def answer():
            done = subprocess.run([*self.on_host(), "/usr/bin/python3", "-c", POST, body], capture_output=True, text=True)
            return done.stdout + done.stderr
        end = time.monotonic() + 30
        said = answer()
        while '"retCode":0' not in said.replace(" ", "") and time.monotonic() < end:
            time.sleep(0.5)
            said = answer()
        self.assertIn('"retCode":0', said.replace(" ", ""))

    def act(self, *words, config=None, timeout=100):
        done = run("unsuspend", *words, "--host", "sw1", "--format", "json", config=config or self.config, timeout=timeout)
        self.assertTrue(done.stdout, done.stderr)
        return done, json.loads(done.stdout)["results"][0]

    def suspend(self):
        for _ in range(8):
            register("wrong")
        self.assertIn(f"{PHONE}@{SOURCE}", subprocess.run([*self.on_host(), "kamcmd", "htable.dump", "suspend"],
                                                          capture_output=True, text=True).stdout)
        self.assertFalse(register(self.password))

    def test_a_suspension_is_cleared_and_proven_by_the_next_login(self):
        self.suspend()
        with Phone(self.password) as phone:
            done, result = self.act(PHONE, "--yes")
            self.assertEqual((done.returncode, result["state"]), (0, "done"), result)
            self.assertIn(f"unsuspend {PHONE} {SOURCE}", result["commands"])
            self.assertIn("suspended from", result["note"])
            until(lambda: phone.let_in, 10, "the phone knows it too")
        self.assertEqual(self.last_entry()["verification"], "proven")

    def test_what_was_not_seen_is_not_claimed(self):
        self.suspend()
        with Phone("wrong"):
            done, result = self.act(PHONE, "--yes", config=f"{self.state.name}/bare.ini")
        self.assertEqual((done.returncode, result["state"]), (1, "unknown"), result)
        self.assertEqual(result["commands"], [])
        self.assertIn("waited", result["error"])
        self.assertEqual(self.last_entry()["verification"], "not yet")
        self.assertNotIn("a host was lost", done.stderr)
        text = run("unsuspend", PHONE, "--dry-run", config=f"{self.state.name}/bare.ini").stdout
        self.assertNotIn("kamcmd", text)

    def test_a_locked_phone_is_unlocked(self):
        self.locked(3)
        end = time.monotonic() + 10  # the softswitch knows of a lock a moment later
        while register(self.password) and time.monotonic() < end:
            time.sleep(0.5)
        self.assertFalse(register(self.password))
        with Phone(self.password):
            done, result = self.act(PHONE, "--yes")
        self.assertEqual((done.returncode, result["state"]), (0, "done"), result)
        self.assertIn("is locked", result["note"])
        self.assertEqual(sql("sw1", f"SELECT locktype FROM e_phone WHERE e164 = '{PHONE}'"), [["0"]])

    def test_a_banned_address_is_unbanned(self):
        self.assertEqual(run("ban", SOURCE, "--yes", "--for", "10m", config=self.config).returncode, 0)
        self.assertFalse(register(self.password))
        with Phone(self.password):
            done, result = self.act(f"{PHONE}@{SOURCE}", "--yes")
        self.assertEqual((done.returncode, result["state"]), (0, "done"), result)
        self.assertIn("is banned", result["note"])

    def test_where_nothing_is_wrong_nothing_is_done(self):
        done, result = self.act(PHONE, "--yes")
        self.assertEqual(result["commands"], [], result)
        self.assertIn("no cause was found", result["error"])


if __name__ == "__main__":
    unittest.main()
