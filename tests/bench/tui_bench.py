#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Figures of the console on canned data: key to paint, bytes a refresh, memory, with 100,000 rows and ten hosts.

usage: tests/bench/tui_bench.py [--rows N] [--keys N]      DRIVER=… another build of build/tests/tui/driver
"""

import argparse
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import sys
import tempfile
import termios
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DRIVER = os.environ.get("DRIVER", os.path.join(TOP, "build", "tests", "tui", "driver"))
HOSTS = 10
APART = 0.07  # between keys: a person's fastest; the console paints at most every 45 ms for keys


class Console:
    def __init__(self, scene, pane, folder, cols, lines):
        self.pipe = os.path.join(folder, "control")
        if not os.path.exists(self.pipe):
            os.mkfifo(self.pipe)
        ready, go = os.pipe()
        self.began = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.close(go)
            os.read(ready, 1)
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", FAKE_LIVE="1", XDG_CONFIG_HOME=folder)
            os.environ.pop("FAKE_LOG", None)
            os.execv(DRIVER, [DRIVER, scene, self.pipe] + ([pane] if pane else []))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, cols, 0, 0))
        os.write(go, b"x")
        self.seen = b""

    def read_until(self, pattern, seconds=60):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.seen):
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError("%r not within %d s: %r" % (pattern, seconds, self.seen[-300:]))
            self.seen += os.read(self.fd, 65536)

    def drain(self, seconds):
        end, count = time.monotonic() + seconds, 0
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                count += len(os.read(self.fd, 65536))
        return count

    def key(self, key):
        """Milliseconds until its paint begins to arrive, and the paint's bytes."""
        began = time.monotonic()
        os.write(self.fd, key)
        if not select.select([self.fd], [], [], 5)[0]:
            return None, 0
        took = 1000 * (time.monotonic() - began)
        return took, self.drain(max(0.01, APART - (time.monotonic() - began)))

    def say(self, *lines):
        with open(self.pipe, "w", encoding="utf-8") as pipe:
            pipe.write("".join(line + "\n" for line in lines))

    def memory_mib(self):
        with open("/proc/%d/status" % self.pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024

    def close(self):
        os.write(self.fd, b"\x1b")
        self.drain(0.3)
        os.write(self.fd, b":quit\r")
        try:
            self.drain(1)
        except OSError:
            pass  # it is gone
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def report(name, value, unit, aim=""):
    print(f"{name:64} {value:>10} {unit:6} {aim}", flush=True)


def at(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def call(rows, first=0):
    return ('row sw1 calls times=%d caller=1555%%d callee=4420%%d mapping_gateway=CUST-%%d routing_gateway=CARRIER-B '
            'caller_ip=203.0.113.7 state=talking begin=-125 answered=-120 duration_s=%d call_id=%%d' % (rows, 120 + first))


def write_scene(path, rows):
    lines = ["host sw%d env=prod" % host for host in range(1, HOSTS + 1)]
    lines += ["state sw%d live age_ms=100" % host for host in range(1, HOSTS + 1)]
    lines += [call(rows), "publish sw1 calls source=GetCurrentCall age_ms=0"]
    for host in range(2, HOSTS + 1):
        lines += refresh_of(host, 0)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


def refresh_of(host, turn):
    return ["row sw%d calls times=50 caller=1666%%d callee=88%%d routing_gateway=CARRIER-C state=talking duration_s=%d "
            "call_id=%%d" % (host, 10 + turn), "publish sw%d calls source=GetCurrentCall age_ms=0" % host]


def keys_of(console, name, keys, count, aim="", between=lambda turn: None):
    times, sizes = [], []
    for turn in range(count):
        between(turn)
        took, size = console.key(keys[turn % len(keys)])
        if took is not None:
            times.append(took)
            sizes.append(size)
    if not times:
        report(name, "–", "", "no key painted anything")
        return
    report(name + ", p50", f"{at(times, 0.5):.1f}", "ms")
    report(name + ", p99", f"{at(times, 0.99):.1f}", "ms", aim)
    report(name + ", bytes a paint (median)", f"{at(sizes, 0.5):,}", "bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=100)
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tui-bench-")
    try:
        scene = os.path.join(folder, "scene")
        write_scene(scene, args.rows)
        console = Console(scene, "calls", folder, 120, 40)
        console.read_until(rb"row 1 of ")
        console.drain(1)
        rows = f"{args.rows:,} rows"
        keys_of(console, f"key to paint, {rows}: down", [b"j"], args.keys, "aim < 16")
        keys_of(console, f"key to paint, {rows}: page down, page up", [b"\x1b[6~", b"\x1b[5~"], args.keys, "aim < 16")
        keys_of(console, f"key to paint, {rows}, ten hosts refreshing: down", [b"j"], args.keys, "aim < 16",
                lambda turn: turn % 3 or console.say(*refresh_of(2 + turn % (HOSTS - 1), turn)))
        keys_of(console, f"key to paint, {rows}: last row, first row", [b"G", b"g"], 20)
        keys_of(console, f"key to paint, {rows}: sort by a column", [b"s"], 20, "aim < 50")
        keys_of(console, f"key to paint, {rows}: filter, each letter", [b"/", b"1", b"5", b"5", b"5"], 5, "aim < 50")
        os.write(console.fd, b"\x1b")
        console.drain(1)
        sizes = []
        for turn in range(20):
            console.say(*refresh_of(2, turn))
            sizes.append(console.drain(0.3))
        report("bytes a refresh that changes no row in view (median)", f"{at(sizes, 0.5):,}", "bytes")
        sizes = []
        for turn in range(10):
            console.say(call(args.rows, turn), "publish sw1 calls source=GetCurrentCall age_ms=0")
            sizes.append(console.drain(1.2))
        report(f"bytes a refresh of all {rows} (median)", f"{at(sizes, 0.5):,}", "bytes")
        report(f"memory, {rows}", f"{console.memory_mib():.0f}", "MiB")
        console.close()
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
