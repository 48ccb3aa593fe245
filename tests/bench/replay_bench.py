#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Figures of a replay of many hosts: first screen, jumps, keys while it jumps, memory.

usage: tests/bench/replay_bench.py [--hosts N] [--hours N] [--keep DIR]      PROGRAM=… another build of build/nocdesk

The recording is made of the morning that ships: its twenty minutes again and again, its two hosts under as many names as wanted.
What is written together is kept apart by more than what gzip looks back, so that it is as long as a true one.
"""

import argparse
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("PROGRAM", os.path.join(TOP, "build", "nocdesk"))
sys.path.insert(0, os.path.join(TOP, "tests", "tui"))
from terminal import Terminal  # noqa: E402

MORNING_MS = 1_200_000
TOGETHER_MS = 8000
CLOCK = re.compile(r"REPLAY (?:\S+ )?(\d\d):(\d\d):(\d\d) x\d+ (\S+)")
TIMES = re.compile(r'"(t|read)":(-?\d+)')
NAMES = re.compile(r"\bsw([12])\b")


def renamed(text, pair):
    return NAMES.sub(lambda found: f"sw{2 * pair + int(found[1])}", text)


def read_morning(pairs):
    """Its segments: the header, then by pair of hosts the groups of lines that are written together."""
    segments = []
    for path in sorted(glob.glob(os.path.join(TOP, "replay", "morning", "*.jsonl.gz"))):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file]
        header = json.loads(lines[0])
        header["hosts"] = [json.loads(renamed(json.dumps(host), pair)) for pair in range(pairs) for host in header["hosts"]]
        segments.append((header, [grouped(lines[1:-1], pair) for pair in range(pairs)], lines[-1]))
    return segments


def grouped(lines, pair):
    groups, begun = [], None
    for line in lines:
        t_ms = int(TIMES.search(line)[2])
        if begun is None or t_ms - begun >= TOGETHER_MS:
            groups.append([])
            begun = t_ms
        groups[-1].append(re.sub(r'"h":(\d)', lambda found: f'"h":{2 * pair + int(found[1])}', renamed(line, pair), count=1))
    return groups


def later(line, by):
    """The times stand at its beginning."""
    return TIMES.sub(lambda found: f'"{found[1]}":{int(found[2]) + by}', line[:120]) + line[120:] + "\n"


def write_segment(path, segment, by):
    header, pairs, end = segment
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as file:
        file.write(json.dumps(dict(header, t=header["t"] + by), separators=(",", ":")) + "\n")
        for groups in zip(*pairs):
            for group in groups:
                file.write("".join(later(line, by) for line in group))
        file.write(later(end, by))


def make(folder, hosts, hours):
    os.makedirs(folder)
    segments, number = read_morning(hosts // 2), 0
    for turn in range(int(hours * 3_600_000) // MORNING_MS):
        for segment in segments:
            number += 1
            write_segment(os.path.join(folder, f"{number:06d}.jsonl.gz"), segment, turn * MORNING_MS)


def report(name, value, unit):
    print(f"{name:70} {value:>10} {unit}", flush=True)


class Replay(Terminal):
    def __init__(self, folder, *more):
        self.home = tempfile.mkdtemp(prefix="replay-bench-")
        self.began = time.monotonic()
        super().__init__([PROGRAM, "--replay", folder, *more], 120, 40, {"XDG_CONFIG_HOME": self.home, "XDG_STATE_HOME": self.home})

    def clock(self):
        found = CLOCK.search(self.lines()[0])
        return (int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]), found[4]) if found else (None, "")

    def wait(self, condition, what="", deadline=60):
        """As soon as it holds: the program is at work all the time."""
        end = time.monotonic() + deadline
        while not condition():
            if time.monotonic() > end or self.status is not None:
                raise AssertionError(f"waited in vain for {what}; the screen is\n{self.text()}")
            self.pump(0.1)

    def took(self, condition, what):
        began = time.monotonic()
        self.wait(condition, what, 900)
        return time.monotonic() - began

    def there(self):
        return self.clock()[1] not in ("", "seeking")

    def processor_s(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024

    def close(self):
        super().close()
        subprocess.run(["rm", "-r", self.home], check=True)


def measure(folder):
    began = time.monotonic()
    subprocess.run([PROGRAM, "show", "alarms", "--replay", folder, "--at", "-1m", "--format", "csv"], check=True,
                   stdout=subprocess.DEVNULL)
    report("show alarms --at -1m, the whole command", f"{time.monotonic() - began:.2f}", "s")
    replay = Replay(folder, "--at", "-1m")
    try:
        replay.wait(lambda: replay.clock()[0] is not None, "the first screen", 900)
        report("--at -1m: first screen", f"{time.monotonic() - replay.began:.2f}", "s")
        replay.wait(replay.there, "the time", 900)
        report("--at -1m: at that time / own processor time", f"{time.monotonic() - replay.began:.2f} / {replay.processor_s():.2f}", "s")
        replay.send("W")
        replay.wait(lambda: replay.clock()[1] in ("paused", "end"), "the pause", 60)
        for keys, name in ((",", "a minute back"), ("\x1b,", "ten minutes back"), (".", "a minute on")):
            before, own = replay.clock()[0], replay.processor_s()
            replay.send(keys)
            took = replay.took(lambda: replay.there() and replay.clock()[0] != before, name)
            report(f"{name}: at that time / own processor time", f"{took:.2f} / {replay.processor_s() - own:.2f}", "s")
        latencies = []
        for _ in range(5):
            replay.send(",")
            replay.pump(0.15)
            replay.send(":")
            latencies.append(1000 * replay.took(lambda: "command:" in replay.lines()[-1], "the prompt"))
            replay.send("\x1b")
            replay.wait(lambda: "command:" not in replay.lines()[-1] and replay.there(), "the prompt to be gone", 900)
        latencies.sort()
        report("key to paint during a jump, median / worst of 5", f"{latencies[2]:.0f} / {latencies[-1]:.0f}", "ms")
        report("memory", f"{replay.memory_mib():.0f}", "MiB")
    finally:
        replay.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--keep", help="the recording's folder, used when it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="replay-bench-", dir="/var/tmp") as temporary:
        folder = options.keep or os.path.join(temporary, "recording")
        if not os.path.isdir(folder):
            make(folder, options.hosts, options.hours)
        size = sum(os.path.getsize(path) for path in glob.glob(os.path.join(folder, "*.gz")))
        report(f"{options.hosts} hosts, {options.hours:g} h: on disk", f"{size / 2**20:.0f}", "MiB")
        measure(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
