# SPDX-License-Identifier: MIT
"""The console on the recording that ships: screens at set times, the clock's keys, plans that are only shown."""

import os
import re
import shutil
import subprocess
import tempfile
import time

from terminal import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
BUILD = os.environ.get("NOCDESK_BUILD", os.path.join(TOP, "build"))
MORNING = os.path.join(TOP, "replay", "morning")
WORST = "+9m20s"  # all that goes wrong goes wrong at once
CLOCK = re.compile(r"REPLAY (\S+ \S+) (x\d+) (\S+)")


class Replay(Terminal):
    """The replay driver: its clock stands still unless it runs, so many times as fast as a true one."""

    def __init__(self, at, size=(120, 40), runs=0, folder=MORNING, driver=True):
        self.home = tempfile.mkdtemp(prefix="replay-")
        argv = [os.path.join(BUILD, "tests", "tui", "replay_driver"), folder, at]
        if not driver:
            argv = [os.path.join(BUILD, "nocdesk"), "--replay", folder, "--at", at]
        environment = {"XDG_CONFIG_HOME": self.home, "XDG_STATE_HOME": self.home}
        if runs:
            environment["REPLAY_RUNS"] = str(runs)
        super().__init__(argv, size[0], size[1], environment, "xterm-256color")
        self.wait_for("REPLAY", 60)

    def clock(self):
        return CLOCK.search(self.lines()[0]).groups()

    def catch(self, condition, what):
        """As soon as it holds, while the program is at work."""
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end and self.status is None, "waited in vain for %s:\n%s" % (what, self.text())
            self.pump(0.1)

    def close(self):
        super().close()
        shutil.rmtree(self.home)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


GOLDEN = [
    ("overview", []),
    ("gateways", ["3", ("CARRIER-A",)]),
    ("flood", ["6", ("row 1 of",)]),
    ("plan", ["6", ("row 1 of",), "b", ("nothing is run",)]),
]
SIZES = [(80, 24), (120, 40), (200, 50)]


def golden_test(Console, name, keys, size):
    def run():
        with Replay(WORST, size) as replay:
            replay.wait_for("sw2")
            for key in keys:
                if isinstance(key, tuple):
                    replay.wait_for(key[0], 20)
                else:
                    replay.send(key)
            Console.golden(replay, "replay-%s-%dx%d" % (name, size[0], size[1]))
    return ("golden replay %s %dx%d" % (name, size[0], size[1]), run)


def body(replay):
    """What is said, line by line: without the toast, which fades by the operator's time, the keys, and the width of columns,
    which is that of the widest cell that was shown since the start."""
    replay.settle(0.6)
    return [re.sub(r"\s+", " ", line)[:80] for line in replay.lines()[:-2]]


def forget_widths(replay):
    """Of cells that were shown on the way, which may have cost a column its room: tiles of another width begin anew."""
    cols, rows = replay.screen.columns, replay.screen.lines
    replay.resize(cols // 2, rows)
    replay.settle()
    replay.resize(cols, rows)


def go_to(replay, time, shown):
    replay.send("@" + time + "\r")
    replay.wait(lambda: shown(replay.clock()), "the clock to be there", 60)


def add(test, Console):
    """Registers the tests; Console as in screen.py."""
    for name, keys in GOLDEN:
        for size in SIZES:
            test_name, run = golden_test(Console, name, keys, size)
            run.__name__ = test_name
            test(run)

    @test
    def damage_is_told_and_no_configuration_is_missed():
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            damaged = os.path.join(folder, "damaged")
            shutil.copytree(MORNING, damaged)
            first = os.path.join(damaged, sorted(os.listdir(damaged))[0])
            os.truncate(first, os.path.getsize(first) // 2)
            with Replay("+6m", (200, 50), folder=damaged, driver=False) as replay:
                replay.wait_for("the recording has a gap: nothing is kept from")
                replay.send(":journal\r")
                replay.wait_for("is damaged; what cannot be read")
                assert "no configuration" not in replay.text(), replay.text()

    @test
    def a_replay_is_the_same_played_and_jumped_to():
        # Not from the very first moment: a column keeps the width that "connecting" once took.
        with Replay("+5s", (200, 50), runs=10) as played:
            played.send("FFF")
            played.wait(lambda: played.clock()[2] == "end", "the recording to be played", 120)
            with Replay("+3m", (200, 50)) as jumped:
                jumped.send("FFF")
                go_to(jumped, "+9m", lambda clock: clock[2] == "▶")
                jumped.send("\x1b,")
                jumped.send(",")
                jumped.send("^")
                go_to(jumped, "end", lambda clock: clock[2] == "end")
                forget_widths(played)
                forget_widths(jumped)
                want, found = body(played), body(jumped)
                assert found == want, "\n".join(a + "\n" + b for a, b in zip(want, found) if a != b)
                for pane in "1357":
                    played.send(pane)
                    jumped.send(pane)
                    want, found = body(played), body(jumped)
                    assert found == want, "\n".join(a + "\n" + b for a, b in zip(want, found) if a != b)

    @test
    def the_keys_of_a_replay_move_its_clock():
        with Replay("+5m") as replay:
            begin = replay.clock()[0]
            replay.send("W")
            replay.wait(lambda: replay.clock()[2] == "paused", "the pause")
            replay.send("FF")
            replay.wait(lambda: replay.clock()[1] == "x10", "ten times as fast")
            replay.send("D")
            replay.wait(lambda: replay.clock()[1] == "x2", "slower")
            replay.send(".")
            replay.wait(lambda: replay.clock()[0] != begin, "a minute on")
            replay.send(",")
            replay.wait(lambda: replay.clock()[0] == begin, "a minute back")
            replay.send("@nonsense\r")
            replay.wait_for("is no time")

    @test
    def a_long_jump_is_told_obeys_keys_and_can_be_stopped():
        # A clock so fast that a few steps are a jump's slice: the console paints and reads keys hundreds of times on the way.
        with Replay("+5s", (200, 50), runs=250) as replay:
            replay.send("W")
            replay.wait(lambda: replay.clock()[2] == "paused", "the pause")
            replay.send("@end\r")
            replay.catch(lambda: "seeking (Esc stops)" in replay.text(), "the jump")
            replay.send(":")
            replay.catch(lambda: "command:" in replay.text(), "the prompt")
            replay.send("\x1b")
            replay.catch(lambda: "command:" not in replay.text(), "the prompt to be gone")
            assert replay.clock()[2] == "seeking", replay.text()
            replay.send("\x1b")
            replay.wait(lambda: replay.clock()[2] != "seeking", "the end of the jump")
            assert replay.clock()[2] == "paused", replay.text()

    @test
    def a_narrow_line_says_replay_and_keeps_the_alarms():
        with Replay(WORST, (40, 24)) as replay:
            replay.wait_for("sw2")
            replay.wait(lambda: " +11!!  " in replay.lines()[0], "the alarms of the other panes", 20)
            assert replay.lines()[0].rstrip().endswith("REPLAY"), replay.lines()[0]

    @test
    def a_time_outside_and_an_audit_pane_without_entries_are_told():
        with Replay("+5s") as replay:
            replay.send("9")
            replay.wait_for("Nothing had been done yet")
            replay.send("@+90m\r")
            replay.wait_for("after the end of the recording", 60)
            replay.send("@-90m\r")
            replay.wait_for("this is its beginning", 60)

    @test
    def a_missing_file_is_a_gap():
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            torn = os.path.join(folder, "torn")
            shutil.copytree(MORNING, torn)
            os.unlink(os.path.join(torn, sorted(os.listdir(torn))[1]))
            with Replay("+8m", folder=torn) as replay:
                replay.wait(lambda: replay.clock()[2] == "gap", "the gap", 20)
                replay.wait_for("the recording has a gap")
                replay.wait_for("stale")

    @test
    def every_place_outlives_a_jump():
        places = ["0", "1", "3", "4", "5", "6", "7", "8", "9", "6\r", "3\r", "0|", "!", "?", "6="]
        for keys in ["c"] + places:
            with Replay(WORST) as replay:
                replay.wait_for("sw2")
                for key in keys:
                    replay.send(key)
                    replay.settle(0.2)
                if keys == "c":
                    replay.send("\r")
                    replay.wait_for("not kept: this is a replay")
                for key in (",", "^", ".", "^"):
                    before = replay.clock()[0]
                    replay.send(key)
                    replay.wait(lambda: replay.clock()[0] != before, "another time", 20)
                replay.send(".")
                replay.settle(0.2)

    @test
    def trouble_is_gone_to():
        with Replay("start") as replay:
            replay.send("'")
            replay.wait(lambda: "!!" in "\n".join(replay.lines()[1:20]), "something critical", 20)
            replay.wait_for(" critical here, ")
            for _ in range(60):
                if "no more trouble" in replay.text():
                    break
                before = replay.clock()[0]
                replay.send("'")
                replay.wait(lambda: replay.clock()[0] != before or "no more trouble" in replay.text(), "another time", 20)
            replay.wait_for("no more trouble")

    @test
    def keys_that_act_say_that_it_is_a_replay_and_nothing_is_run():
        with Replay(WORST) as replay:
            replay.wait_for("sw2")
            for pane, shown, key, title in (("3", "CARRIER-A", "L", "Lock"), ("2", "row 1 of", "K", "Hang up"),
                                            ("4", "15550102", "U", "Unsuspend"), ("5", "row 1 of", "z", "Undo")):
                replay.send(pane)
                replay.wait_for(shown)
                replay.send(key)
                replay.wait_for(title + ": this is a replay; nothing is run, and no plan can be shown")
                assert "failed on" not in replay.text() and "refused on" not in replay.text(), replay.text()
            replay.send("S")
            replay.wait_for("sw1: this is a replay; nothing is run")

    @test
    def the_plan_of_a_replay_asks_nothing():
        with Replay(WORST) as replay:
            replay.send("6")
            replay.wait_for("row 1 of")
            replay.send("b")
            replay.wait_for("a replay: nothing is run.")
            assert "── Plan: Ban 192.0.2.0/24 on sw1 prod ──" in replay.text(), replay.text()
            replay.send("\r")
            replay.wait_for("Ban: this is a replay; nothing was done")

    @test
    def show_prints_a_pane_of_the_recording():
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [os.path.join(BUILD, "nocdesk"), "show", "gateways", "--filter", "gateway=CARRIER-A", "--format", "csv",
                 "--replay", MORNING, "--at", WORST], capture_output=True, text=True, timeout=60,
                env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home})
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("CARRIER-A") == 2, done.stdout

    @test
    def a_host_that_was_not_recorded_is_told_with_those_that_were():
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [os.path.join(BUILD, "nocdesk"), "show", "gateways", "--host", "nosuch", "--replay", MORNING],
                capture_output=True, text=True, timeout=60,
                env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home})
        assert (done.returncode, done.stdout) == (2, ""), done
        said = " ".join(done.stderr.split())
        assert "--host nosuch: no such host in the recording; it has sw1, sw2" in said, said

    @test
    def a_replay_needs_no_folder_and_writes_nothing():
        with tempfile.TemporaryDirectory() as home:
            environment = {"XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "HOME": home}
            screen = Terminal([os.path.join(BUILD, "nocdesk"), "--replay"], 80, 24, environment)
            try:
                screen.wait_for("REPLAY", 30)
                screen.send("q")
                screen.wait(lambda: screen.reap(os.WNOHANG) is not None, "the end")
            finally:
                screen.close()
            assert not os.path.exists(os.path.join(home, "audit.jsonl"))
            assert not os.path.exists(os.path.join(home, "nocdesk", "audit.jsonl"))
