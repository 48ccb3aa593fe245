# SPDX-License-Identifier: MIT

"""What lab tests share: the lab itself, the program run inside it, and waiting for what should become true."""

import json
import os
import re
import subprocess
import threading
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
LAB = os.path.join(HERE, "lab")
NAME = os.environ.setdefault("LAB", "test")
RUN = f"/run/nocdesk-lab/{NAME}"
CONFIG = f"{RUN}/nocdesk.ini"
PROGRAM = os.path.join(os.environ.get("NOCDESK_BUILD", os.path.join(TOP, "build")), "nocdesk")
# The product's limit of one GetCurrentCall in 10 s would only make the tests of faults longer: five times as fast.
FAST_CONFIG = f"{RUN}/fast.ini"
FAST_SECTIONS = "\n[probe calls]\nperiod = 2s\nleast_period = 1s\ntimeout = 3s\n"
SLOWER = 4 if "/san" in PROGRAM or "/tsan" in PROGRAM else 1


def lab(*words, check=True, timeout=120):
    """Runs a subcommand of the lab and returns its output."""
    done = subprocess.run([LAB, *words], capture_output=True, text=True, timeout=timeout)
    if check and done.returncode != 0:
        raise RuntimeError(f"lab {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def fault(*words):
    lab("fault", *words)


def sql(host, statement):
    """Rows of a statement run as the database's root on a host."""
    return [line.split("\t") for line in lab("sql", host, statement).splitlines()]


def execs(host="sw1"):
    """Argument vectors of the programs in the host's exec log; bytes that are no UTF-8 as surrogates."""
    return [[word.encode("latin-1").decode("utf-8", "surrogateescape") for word in json.loads(line)["argv"]]
            for line in lab("execlog", host, "show").splitlines()]


def run(*words, config=CONFIG, timeout=60, env=None, stdin=None):
    """Runs the program in the operator's namespace."""
    command = [LAB, "exec", PROGRAM, *words]
    if config:
        command += ["--config", config]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout * SLOWER,
                          input=stdin, env={**os.environ, **(env or {})})


def show(pane, *words, **options):
    """One reading of a pane as the parsed JSON document."""
    done = run("show", pane, "--format", "json", *words, **options)
    if not done.stdout:
        raise AssertionError(f"show {pane} printed nothing: {done.stderr}")
    return json.loads(done.stdout)


def until(true, seconds, what):
    """Waits until true() gives something, and returns that and the seconds it took."""
    began = time.monotonic()
    while True:
        value = true()
        if value:
            return value, time.monotonic() - began
        if time.monotonic() - began > seconds * SLOWER:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.05)


def write_fast_config():
    with open(CONFIG, encoding="utf-8") as source:
        text = source.read()
    with open(FAST_CONFIG, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        out.write(text + FAST_SECTIONS)


class Watch:
    """show PANE --watch, running, with its newest document at hand."""

    def __init__(self, pane, *words, config=FAST_CONFIG, every="0.25"):
        self.newest = None
        self.errors = []
        self.pane = pane
        self.process = subprocess.Popen(
            [LAB, "exec", PROGRAM, "show", pane, "--config", config, "--format", "json", "--watch", every,
             "--timeout", "4", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.newest = json.loads(line)

    def host(self, name="sw1"):
        document = self.newest
        if document is None:
            return None
        return next((host for host in document["hosts"] if host["host"] == name), None)

    def error(self, name="sw1"):
        host = self.host(name)
        return (host or {}).get("error") or ""

    def is_live(self, name="sw1"):
        host = self.host(name)
        return host is not None and host["error"] is None and host["age_ms"] is not None

    def wait_live(self, seconds=15, name="sw1"):
        return until(lambda: self.is_live(name), seconds, lambda: f"{self.pane} live: {self.host(name)}")[1]

    def wait_error(self, pattern, seconds=20, name="sw1"):
        return until(lambda: re.search(pattern, self.error(name), re.I), seconds,
                     lambda: f"{self.pane} saying /{pattern}/: {self.host(name)}")[1]

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(2)
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class LabTest(unittest.TestCase):
    """Leaves no fault behind."""

    environment = {}  # for `lab up`

    def tearDown(self):
        for host in ("sw1", "sw2"):
            lab("fault", host, "clear", check=False)
