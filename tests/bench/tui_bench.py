#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Figures of the console on canned data: key to paint, bytes a refresh, memory, with 100,000 rows and ten hosts;
key to paint and processor time on the overview of 50 hosts with 6,000 rows that need a person.

usage: tests/bench/tui_bench.py [--rows N] [--keys N] [PART ...]      parts: rows overview (default: both)
DRIVER=… another build of build/tests/tui/driver
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
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DRIVER = os.environ.get("DRIVER", os.path.join(TOP, "build", "tests", "tui", "driver"))
HOSTS = 10
APART = 0.07  # between keys: a person's fastest; the console paints at most every 45 ms for keys


class Console:
    def __init__(self, scene, pane, folder, cols, lines, live=True):
        self.pipe = os.path.join(folder, "control")
        if not os.path.exists(self.pipe):
            os.mkfifo(self.pipe)
        ready, go = os.pipe()
        self.began = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.close(go)
            os.read(ready, 1)
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=folder)
            if live:
                os.environ["FAKE_LIVE"] = "1"
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

    def cpu_ms(self):
        with open("/proc/%d/schedstat" % self.pid, encoding="ascii") as file:
            return int(file.read().split()[0]) / 1e6

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
    print(f"{name:78} {value:>10} {unit:6} {aim}", flush=True)


def at(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def calls_of(host, rows, turn=0):
    """A reading of so many calls; each turn others last longer and one in a hundred is new."""
    row = ('row sw%d calls times=%d caller=1555%%d callee=4420%%d mapping_gateway=CUST-%%d routing_gateway=CARRIER-B '
           'caller_ip=203.0.113.7 state=talking begin=-125 answered=-120 duration_s=%d call_id=%s%%d')
    return [row % (host, rows * 99 // 100, 120 + turn, "") + "", row % (host, rows // 100, 2 + turn, "9%d" % turn),
            "publish sw%d calls source=GetCurrentCall age_ms=0" % host]


def write_scene(path, rows):
    lines = ["host sw%d env=prod" % host for host in range(1, HOSTS + 1)]
    lines += ["state sw%d live age_ms=100" % host for host in range(1, HOSTS + 1)]
    for host in range(1, HOSTS + 1):
        lines += calls_of(host, rows // HOSTS)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


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


class Refreshing:
    """Between keys: each host reads its calls anew every two seconds, all within a burst or spread."""

    def __init__(self, console, rows, burst, share=None):
        self.console, self.rows, self.burst, self.share = console, rows, burst, share
        self.at, self.turn = 0, 0

    def __call__(self, _):
        if time.monotonic() < self.at:
            return
        self.turn += 1
        lines = []
        for host in range(1, HOSTS + 1) if self.burst else [1 + self.turn % HOSTS]:
            lines += calls_of(host, self.rows // HOSTS, self.turn)
        threading.Thread(target=self.console.say, args=lines).start()
        self.at = time.monotonic() + (2 if self.burst else 2 / HOSTS)


def unchanged(scene, folder):
    """Bytes of ten paints with the clock standing still and nothing new."""
    folder = os.path.join(folder, "still")
    os.mkdir(folder)
    console = Console(scene, "calls", folder, 120, 40, live=False)
    console.read_until(rb"row 1 of ")
    console.drain(1)
    count = 0
    for _ in range(10):
        console.say("advance 0")
        count += console.drain(0.3)
    console.close()
    return count


def write_troubled(path, hosts):
    """So many hosts, on each of which 120 rows are beyond a threshold: gateways, alarms, suspended endpoints."""
    lines = ["host sw%d env=prod" % host for host in range(1, hosts + 1)]
    lines += ["state sw%d live age_ms=100" % host for host in range(1, hosts + 1)]
    for host in range(1, hosts + 1):
        name = "sw%d" % host
        lines += [
            "row %s gateways times=40 gateway=GW-%%d kind=routing ip=192.0.2.%%d attempts=20%%d asr_pct!=1%%d ner_pct=45" % name,
            "publish %s gateways source=GetCurrentCall age_ms=0" % name,
            "row %s alarms times=40 severity!!=critical type=gateway object=LINK-%d-%%d begin=-300 value=1%%d lower=50 "
            "age_s=300 information=low" % (name, host),
            "publish %s alarms source=GetAlarmCurrent age_ms=0" % name,
            "row %s suspended times=40 endpoint!=1%d%%d source_ip=203.0.113.9 failures=9%%d since=-120" % (name, host),
            "publish %s suspended source=GetPhoneOnline age_ms=0" % name,
        ]
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


def bench_overview(folder, args, hosts=50):
    scene = os.path.join(folder, "troubled")
    write_troubled(scene, hosts)
    folder = os.path.join(folder, "overview")
    os.mkdir(folder)
    console = Console(scene, "", folder, 120, 40)
    console.read_until(rb"LINK-")
    console.drain(2)
    name = f"overview, {hosts} hosts, {120 * hosts:,} rows that need a person: key to paint"
    began, before = time.monotonic(), console.cpu_ms()
    idle_ms = (console.drain(5), console.cpu_ms() - before)[1] / (time.monotonic() - began)
    began, before = time.monotonic(), console.cpu_ms()
    keys_of(console, name, [b"j", b"j", b"j", b"k", b"k", b"k"], args.keys, "aim < 16")
    busy_ms = console.cpu_ms() - before - idle_ms * (time.monotonic() - began)
    report("the same, processor time of the console's own thread a key", f"{busy_ms / args.keys:.1f}", "ms")
    console.close()


def bench_rows(folder, args):
    scene = os.path.join(folder, "scene")
    write_scene(scene, args.rows)
    console = Console(scene, "calls", folder, 120, 40)
    console.read_until(rb"row 1 of ")
    console.drain(1)
    rows = f"{args.rows:,} rows"
    down, pages = [b"j"], [b"\x1b[6~", b"\x1b[5~"]
    keys_of(console, f"key to paint, {rows}: down", down, args.keys, "aim < 16")
    keys_of(console, f"key to paint, {rows}: page down, page up", pages, args.keys, "aim < 16")
    for what, burst in (("one after the other", False), ("all at once", True)):
        name = f"key to paint, {rows}, ten hosts refreshing {what}"
        keys_of(console, name + ": down", down, args.keys, "aim < 16", Refreshing(console, args.rows, burst))
        keys_of(console, name + ": pages", pages, args.keys, "aim < 16", Refreshing(console, args.rows, burst))
    console.drain(1)
    keys_of(console, f"key to paint, {rows}: last row, first row", [b"G", b"g"], 20)
    keys_of(console, f"key to paint, {rows}: sort by a column", [b"s"], 20, "aim < 50")
    keys_of(console, f"key to paint, {rows}: filter, each letter", [b"/", b"1", b"5", b"5", b"5"], 5, "aim < 50")
    os.write(console.fd, b"\x1b")
    console.drain(1)
    sizes = []
    for turn in range(10):
        console.say(*calls_of(2, args.rows // HOSTS, 1000 + turn))
        sizes.append(console.drain(1))
    report(f"bytes a refresh of a host's {args.rows // HOSTS:,} rows (median)", f"{at(sizes, 0.5):,}", "bytes")
    report("bytes of ten paints when nothing has changed", f"{unchanged(scene, folder):,}", "bytes", "aim 0")
    report(f"memory, {rows}", f"{console.memory_mib():.0f}", "MiB")
    console.close()


PARTS = {"rows": bench_rows, "overview": bench_overview}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--keys", type=int, default=100)
    args = parser.parse_args()
    if not set(args.parts) <= set(PARTS):
        parser.error("parts are " + " ".join(PARTS))
    folder = tempfile.mkdtemp(prefix="tui-bench-")
    try:
        for part in args.parts or PARTS:
            PARTS[part](folder, args)
    finally:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
