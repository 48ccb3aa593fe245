#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Screen tests: the console in a pseudo-terminal on canned data, keys in, screens out.

    screen.py [--update] [PATTERN]      --update writes the golden screens anew: look at the difference
    screen.py --monkey KEYS [--seed N]  random keys, resizes and readings only; with 100000 a few minutes: under
                                        sanitizers with NOCDESK_BUILD=$PWD/build/san tests/tui/run --monkey 100000
"""

import argparse
import base64
import difflib
import fnmatch
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import termios
import threading
import time
import traceback

import act_tests
import alert_tests
import completion_tests
import craft_tests
import files_tests
import guide_tests
import init_tests
import lang_tests
import meter_tests
import own_tests
import pane_tests
import replay_tests
import table_tests
import tile_tests
from terminal import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
DRIVER = os.environ.get("DRIVER", os.path.join(TOP, "build", "tests", "tui", "driver"))
ESCAPE_DELAY = 0.08  # the console waits 0.025 s for what may belong to an Esc
SIZES = [(40, 12), (80, 24), (120, 40), (200, 50)]
UPDATE = False
TESTS = []


def test(function):
    TESTS.append((function.__name__, function))
    return function


class Console(Terminal):
    """The driver on a scene; say() changes what the hosts say while it runs."""

    def __init__(self, scene="morning", size=(80, 24), pane=None, env=None, term="xterm-256color",
                 wrap=None, files=None):
        self.folder = tempfile.mkdtemp(prefix="screen-")
        for name, text in (files or {}).items():
            self.write(name, text)
        self.pipe = os.path.join(self.folder, "control")
        self.log = os.path.join(self.folder, "log")
        os.mkfifo(self.pipe)
        argv = [DRIVER, os.path.join(HERE, "scenes", scene + ".txt"), self.pipe]
        argv += [pane] if pane else []
        environment = {"FAKE_LOG": self.log, "XDG_CONFIG_HOME": self.folder,
                       "XDG_STATE_HOME": self.folder}
        environment.update(env or {})
        super().__init__(wrap(argv) if wrap else argv, size[0], size[1], environment, term)

    def write(self, name, text):
        """A file of the user's configuration or of the console's state."""
        path = os.path.join(self.folder, "nocdesk", name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def say(self, *lines):
        while True:
            try:
                fd = os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:  # no reader: it opens the pipe again in a moment, unless it has ended
                if self.reap(os.WNOHANG) is not None:
                    return
                time.sleep(0.001)
        os.set_blocking(fd, True)
        with open(fd, "w") as pipe:
            pipe.write("".join(line + "\n" for line in lines))

    def feed(self, keys):
        """send() for a program that may be behind: takes what it writes meanwhile."""
        left = keys.encode()
        while left:
            try:
                left = left[os.write(self.fd, left):]
            except BlockingIOError:
                self.pump(0.05)
            if self.reap(os.WNOHANG) is not None:
                return

    def heard(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log) as log:
            return log.read()

    def wait_heard(self, text):
        self.wait(lambda: text in self.heard(), "the fleet to hear %r" % text)

    def escape(self):
        """Esc as a person presses it: what follows at once would make it Alt-key."""
        self.send("\x1b")
        self.wait(lambda: self.unread() == 0, "Esc to be read")
        self.settle(ESCAPE_DELAY)

    def cursor_line(self):
        """The text of the row that is marked as the cursor's (blue of the default theme)."""
        for y in range(2, self.screen.lines - 1):
            if self.screen.buffer[y][2].bg == "005f87":
                return self.lines()[y]
        return ""

    def golden(self, name):
        path = os.path.join(HERE, "golden", name + ".txt")
        if UPDATE:
            self.settle()
            with open(path, "w") as file:
                file.write(self.text() + "\n")
            return
        with open(path) as file:
            want = file.read().rstrip("\n").split("\n")
        want += [""] * (self.screen.lines - len(want))
        try:
            self.wait(lambda: self.lines() == want, deadline=5)
        except AssertionError:
            difference = difflib.unified_diff(want, self.lines(), name + " (golden)", "screen", "", "", 1)
            raise AssertionError("\n".join(difference)) from None

    def close(self):
        super().close()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


# Golden screens: name, scene, keys; a tuple is text to wait for before the next keys, a list is said to the scene.
FULL = ("CARRIER-C",)
GOLDEN = [
    ("overview", "morning", []),
    ("overview-quiet", "quiet", []),
    ("overview-unread", "unread", []),
    ("overview-panes", "morning", [("lab",), "\x1b[B" * 20]),
    ("layout-attack", "morning", [("lab",), "v", ("layout:",), "attack\r"]),
    ("layout-calls", "morning", [("lab",), "v", ("layout:",), "calls\r"]),
    ("layout-fleet", "fifty", [("fra01",), "v", ("layout:",), "fleet\r"]),
    ("layout-calm", "morning", [("lab",), "v", ("layout:",), "calm\r"]),
    ("layout-list", "morning", [("lab",), "v", ("layout:",)]),
    ("tiles-list", "morning", [("lab",), "C", ("tiles:",)]),
    ("alarms", "morning", ["1"]),
    ("calls", "morning", ["2"]),
    ("gateways", "morning", ["3"]),
    ("suspended", "morning", ["4"]),
    ("firewall", "morning", ["5"]),
    ("flood", "morning", ["6"]),
    ("flood-one", "morning", [("lab",), "h", "sw1", "\r", "6"]),
    ("flood-story", "morning", ["6", ("203.0.113.99",), "\r"]),
    ("health", "morning", ["7"]),
    ("bans", "morning", ["8"]),
    ("groups", "morning", ["2", ("row 1 of 25",), "v"]),
    ("balances", "money", [("live",), ":balances\r"]),
    ("users", "money", [("live",), ":users\r"]),
    ("payments", "money", [("live",), ":payments\r"]),
    ("revenue", "money", [("live",), ":revenue\r"]),
    ("blacklist", "money", [("live",), ":blacklist\r"]),
    ("access", "money", [("live",), ":access\r"]),
    ("parameters", "money", [("live",), ":parameters\r"]),
    ("maintenance", "money", [("live",), ":maintenance\r"]),
    ("cdrs", "system", [("live",), ":cdrs\r"]),
    ("syslog", "system", [("live",), ":syslog\r"]),
    ("processes", "system", [("live",), ":processes\r"]),
    ("money-overview", "money", []),
    ("split", "morning", ["3", FULL, "|"]),
    ("columns-right", "morning", ["3", FULL] + ["\x1b[C"] * 14),
    ("help", "morning", ["?"]),
    ("help-pane", "morning", ["3", "?"]),
    ("journal", "morning", ["!"]),
    ("detail", "morning", ["3", FULL, "\r"]),
    ("host", "morning", ["\r"]),
    ("filter", "morning", ["3", FULL, "/", "asr_pct<20"]),
    ("filter-error", "morning", ["3", FULL, "/", "kind=routing asx>1"]),
    ("filter-nothing", "morning", ["3", FULL, "/", "nobody", "\r"]),
    ("search", "morning", ["3", FULL, "\\carrier-c"]),
    ("marks", "morning", ["3", FULL, "Mkind=routing\r", "T#"]),
    ("columns", "morning", ["3", FULL, "C", "\x1b[B\x1b[B\r"]),
    ("explain", "morning", ["3", FULL] + ["\x1b[C"] * 7 + ["="]),
    ("export", "morning", ["3", FULL, "E"]),
    ("hosts-chosen", "morning", [("lab",), "h", "sw1", "\r"]),
    ("command", "morning", [":", "ga"]),
    ("dead", "dead", ["3"]),
    ("dead-overview", "dead", []),
    ("empty", "quiet", ["1"]),
    ("unread", "unread", ["1"]),
    ("hostile", "hostile", ["6", ("203.0.113.11",)] + ["\x1b[C"] * 9),
    ("question", "question", []),
    ("partial", "partial", [("sw3",)]),
    ("chains", "partial", [("sw3",), "5", ("row 1 of 4",), ":group\r"]),
    ("ban-asks", "morning", ["6", ("203.0.113.99",), "B", ("Type yes to do it",)]),
    ("ban-types", "morning", ["3", FULL, "b", ("Type 192",)]),
    ("ban-refused", "morning", ["6", ("203.0.113.99",), ":ban 192.0.2.250\r", ("refused",)]),
    ("ban-done", "morning", ["6", ("203.0.113.99",), "b", ("banned",)]),
    ("audit", "morning", ["6", ("203.0.113.99",), "b", ("banned",), "9", ("row 1 of 1",), ["advance 5000"]]),
]


def golden_test(name, scene, keys, size):
    def run():
        with Console(scene, size) as console:
            console.wait(lambda: "Overview" in console.text() or "08:15" in console.text())
            for key in keys:
                if isinstance(key, tuple):
                    console.wait_for(key[0])
                elif isinstance(key, list):
                    console.say(*key)
                else:
                    console.send(key)
            console.golden("%s-%dx%d" % (name, size[0], size[1]))
    return ("golden %s %dx%d" % (name, size[0], size[1]), run)


ASCII_SCREENS = [("overview", []), ("gateways", ["3", FULL]), ("flood", ["6"]), ("flood-story", ["6", ("203.0.113.99",), "\r"]),
                 ("split", ["3", FULL, "|"]), ("detail", ["3", FULL, "\r"]), ("help", ["?"]), ("journal", ["!"])]


def ascii_test(name, keys):
    def run():
        with Console("morning", (80, 24), env={"FAKE_ASCII": "1"}) as console:
            console.wait(lambda: "Overview" in console.text())
            for key in keys:
                if isinstance(key, tuple):
                    console.wait_for(key[0])
                else:
                    console.send(key)
            console.golden("ascii-%s-80x24" % name)
            assert console.text().isascii(), console.text()
    return ("golden ascii %s 80x24" % name, run)


for ascii_case in ASCII_SCREENS:
    TESTS.append(ascii_test(*ascii_case))
for golden_case in GOLDEN:
    for golden_size in SIZES:
        TESTS.append(golden_test(*golden_case, golden_size))


def restored(console):
    """Second screen left, cursor shown, paste mode off, modes as they were."""
    end = bytes(console.output[console.output.rindex(b"\x1b[?1049h") + 8:])
    for sequence in (b"\x1b[?1049l", b"\x1b[?2004l"):
        assert sequence in end, (sequence, end)
    assert re.search(rb"\x1b\[\?(12l\x1b\[\?)?25h|\x1b\[34h\x1b\[\?25h", end), end


def modes_kept(act, code):
    """The program's terminal outlives it here: a shell prints the modes before and after."""
    script = 'stty -g; "$@"; echo code $?; stty -g; sleep 100'
    with Console(wrap=lambda argv: ["sh", "-c", script, "sh"] + argv) as console:
        console.wait_for("Needs a person")
        act(console)
        console.wait(lambda: b"code " in console.output and console.output.endswith(b"\n") and
                     len(re.findall(rb"[0-9a-f]+(?::[0-9a-f]+){10,}", console.output)) == 2,
                     "the modes after the end")
        modes = re.findall(rb"[0-9a-f]+(?::[0-9a-f]+){10,}", bytes(console.output))
        assert modes[0] == modes[1], modes
        if code is not None:
            assert b"code %d\r" % code in console.output, bytes(console.output[-200:])
        restored(console)


def child_of(console):
    with open("/proc/%d/task/%d/children" % (console.pid, console.pid)) as children:
        return int(children.read().split()[0])


@test
def quitting_restores_the_terminal():
    modes_kept(lambda console: console.send("q"), 0)


@test
def sigterm_restores_the_terminal():
    modes_kept(lambda console: os.kill(child_of(console), signal.SIGTERM), 0)


@test
def sighup_restores_the_terminal():
    modes_kept(lambda console: os.kill(child_of(console), signal.SIGHUP), 0)


@test
def a_crash_of_any_thread_restores_the_terminal():
    # A sanitizer's own handler has the last word, with an exit code of its own.
    sanitized = "/san/" in DRIVER or "/tsan/" in DRIVER
    modes_kept(lambda console: console.say("crash SEGV"),
               None if sanitized else 128 + signal.SIGSEGV)


@test
def an_abort_restores_the_terminal():
    modes_kept(lambda console: os.kill(child_of(console), signal.SIGABRT), 128 + signal.SIGABRT)


@test
def a_thread_left_behind_does_not_keep_the_console():
    with Console() as console:
        console.wait_for("Needs a person")
        console.say("stop slow")
        console.wait_heard("will stop slowly")
        console.send("q")
        assert console.wait_exit() == 0
        restored(console)


@test
def the_fleet_starts_after_the_first_paint_and_stops_at_the_end():
    with Console("unread") as console:
        console.wait_for("Hosts  2")
        console.wait_heard("start")
        console.send("q")
        assert console.wait_exit() == 0
        assert console.heard().splitlines()[-1] == "stop"


@test
def a_lost_terminal_ends_the_console():
    with Console() as console:
        console.wait_for("Needs a person")
        os.close(console.fd)
        end = time.monotonic() + 5
        while console.reap(os.WNOHANG) is None and time.monotonic() < end:
            threading.Event().wait(0.01)
        assert console.status is not None
        console.fd = os.open("/dev/null", os.O_RDONLY)


@test
def an_unchanged_screen_writes_nothing():
    with Console() as console:
        console.wait_for("Needs a person")
        console.settle()
        before = len(console.output)
        sleeps = console.switches()
        # Each wake is a paint: by the clock, and by news that change nothing.
        for _ in range(10):
            console.say("advance 0")
        console.wait(lambda: console.switches() >= sleeps + 4, "paints", 20)
        console.settle()
        assert len(console.output) == before, bytes(console.output[before:])


@test
def the_cursor_follows_its_row():
    with Console(pane="gateways") as console:
        console.wait_for("CARRIER-C")
        console.send("\x1b[B\x1b[B\x1b[B")
        console.wait(lambda: "CARRIER-C" in console.cursor_line(), "the cursor on CARRIER-C")
        row = 'row sw1 gateways gateway=%s kind=%s calls=%d'
        console.say(row % ("AAA", "routing", 1), row % ("CARRIER-C", "routing", 77),
                    row % ("BBB", "routing", 2), "publish sw1 gateways source=x")
        console.wait_for("77")
        assert "CARRIER-C" in console.cursor_line(), console.text()
        console.send("sss")
        console.wait_for("▲")
        assert "CARRIER-C" in console.cursor_line(), console.text()


@test
def a_vanished_row_is_said():
    with Console(pane="gateways") as console:
        console.wait_for("CARRIER-C")
        console.escape()
        console.send("\x1b[B\x1b[B\x1b[B")
        console.wait(lambda: "CARRIER-C" in console.cursor_line(), "the cursor on CARRIER-C")
        console.say("row sw1 gateways gateway=CARRIER-B kind=routing calls=1",
                    "publish sw1 gateways source=x")
        console.wait_for("CARRIER-C routing is gone")


@test
def pasted_text_is_never_keys():
    with Console() as console:
        console.wait_for("Needs a person")
        console.escape()
        console.send("\x1b[200~q?3\x1b[201~")
        console.wait_for("pasted text goes into prompts only")
        console.send("3/\x1b[200~kind=routing\r\x1b[201~")
        console.wait_for("filter: kind=routing")
        assert "of 4, 6 in all" in console.text(), console.text()
        console.send("\r")
        console.wait_gone("filter:")
        console.send("/")
        console.wait_for("filter:")
        console.send("\x15\x1b[200~" + "kind=routing or " * 6000 + "\x1b[201~")
        console.wait_for("longer than a line")
        assert "routing or" not in console.text(), console.text()  # half of it would be something else
        console.send("\x1b[200~kind=mapping\x1b[201~")
        console.wait_for("filter: kind=mapping")


@test
def panes_by_number_tab_and_escape():
    with Console() as console:
        console.wait_for("Needs a person")
        console.escape()  # the message about the lost host
        console.send("3")
        console.wait_for("3 Gateways")
        console.send("\t")
        console.wait_for("4 Suspended")
        console.send("\x1b[Z\x1b[Z")
        console.wait_for("2 Calls")
        console.send("\x1b")
        console.wait_for("Needs a person")
        console.send("\x1b")
        console.wait_for("q quits")


@test
def only_what_is_shown_is_looked_at():
    with Console() as console:
        console.wait_for("Needs a person")
        console.send("3")
        console.wait_heard("look gateways\n")
        console.send("r")
        console.wait_heard("refresh sw2 gateways\n")


@test
def a_filter_is_live_and_can_be_cancelled():
    with Console(pane="gateways") as console:
        console.wait_for("row 1 of 6")
        console.send("/carrier-b")
        console.wait_for("row 1 of 1, 6 in all")
        console.send("\x1b")
        console.wait_for("row 1 of 6")
        console.send("/carrier\r")
        console.wait_for("row 1 of 4, 6 in all")
        console.escape()  # the message
        console.escape()  # the filter
        console.wait_for("row 1 of 6")


@test
def a_wrong_filter_is_pointed_at():
    with Console(pane="gateways") as console:
        console.wait_for("row 1 of 6")
        console.send("/kind=routing asx_pct>1")
        console.wait_for("filter: kind=routing asx_pct>1")

        def error_line():
            lines = console.lines()
            return lines[next(y for y, line in enumerate(lines) if "filter:" in line) - 1]
        console.wait(lambda: "▼" in error_line(), "what is wrong")  # a heading has that sign, too
        prompt, error = next(line for line in console.lines() if "filter:" in line), error_line()
        assert error.index("▼") == prompt.index("asx_pct"), (error, prompt)
        console.send("\r")
        console.wait_for("filter: kind=routing asx_pct")  # not taken


@test
def the_value_under_the_cursor_becomes_a_filter():
    with Console(pane="gateways") as console:
        console.wait_for("row 1 of 6")
        console.send("\x1b[C+")
        console.wait_for("filter kind=routing")
        console.wait_for("row 1 of 4")
        console.escape()
        console.escape()
        console.wait_for("row 1 of 6")
        console.send("-")
        console.wait_for("filter kind!=routing")


@test
def a_host_is_chosen_and_left_again():
    with Console(pane="gateways") as console:
        console.wait_for("row 1 of 6")
        console.send("h")
        console.wait_for("hosts:")
        console.send("host=sw2\r")
        console.wait_for("row 1 of 1")
        console.wait_gone("CUST-1")
        console.send("H")
        console.wait_for("row 1 of 6")


@test
def a_host_is_lost_and_comes_back():
    with Console("quiet") as console:
        console.wait_for("Nothing: every pane is read")
        console.say('state sw1 retrying retry_ms=2000 age_ms=3000 error="sw1: connection reset"')
        console.wait_for("!! sw1: connection reset")
        console.send("!")
        console.wait_for("Journal")
        console.wait(lambda: console.text().count("sw1: connection reset") == 1, "one line of it")
        console.say('state sw1 retrying retry_ms=4000 age_ms=9000 error="sw1: connection reset"',
                    "state sw1 connecting", "state sw1 live age_ms=100")
        console.wait(lambda: console.text().count("sw1 is live again") == 2, "the news, and a toast")
        assert console.text().count("sw1: connection reset") == 1, console.text()


@test
def rates_of_a_host_that_is_away_are_not_those_of_now():
    with Console("morning") as console:
        console.wait_for("SIP 652.4/s over 10 s")
        assert "read " not in next(line for line in console.lines() if "SIP 652.4/s" in line)
        console.say('state sw1 retrying retry_ms=2000 age_ms=30000 error="sw1: connection reset"')
        console.wait(lambda: re.search(r"sw1 read .* ago +SIP 652\.4/s", console.text()), "the age beside the rate")
        console.send("6")
        console.wait(lambda: re.search(r"sw1 +read .* ago +652\.4/s", console.text()), "the age above the talkers")


@test
def an_order_of_its_own_comes_back():
    def heading():
        return next((line for line in console.lines() if "State" in line and "Calls" in line), "?\u25b2\u25bc")
    with Console("morning") as console:
        console.wait_for("Needs a person")
        for back in ("s", ":reset-state\r", ">\x15\r"):
            console.send("s")
            console.wait(lambda: "State\u25b2" in heading(), "a sort")
            console.send("s" if back == "s" else "")
            console.wait(lambda: back != "s" or "State\u25bc" in heading(), "the other way round")
            console.send(back)
            console.wait(lambda: "\u25b2" not in heading() and "\u25bc" not in heading(), "its own order")


@test
def a_host_key_needs_a_typed_yes():
    with Console("question") as console:
        console.wait_for("SHA256:x4c")
        console.send("y\r")
        console.wait_for("type yes to trust the key")
        assert "answer" not in console.heard()
        console.send("\x15yes\r")
        console.wait_heard("answer sw2 7 yes")


@test
def a_question_is_declined_by_default_and_not_asked_again_by_itself():
    with Console("question") as console:
        console.wait_for("SHA256:x4c")
        console.send("\r")
        console.wait_heard("answer sw2 7 (declined)")
        console.wait_for("connecting")
        console.say("ask sw2 id=8 kind=hostkey text=again")
        console.wait_for("asking")
        console.settle()
        assert "trust this key" not in console.text(), console.text()
        console.send("a")
        console.wait_for("trust this key?")
        console.send("\x1b")
        console.wait_heard("answer sw2 8 (declined)")


@test
def keys_for_a_question_that_is_gone_do_nothing_else():
    with Console("question", size=(120, 40), pane="alarms") as console:
        console.wait_for("SHA256:x4c")
        console.send("ye")
        console.wait_for("trust this key? ye")
        console.say('state sw2 retrying retry_ms=4000 error="connection lost"')
        console.wait_for("The question is gone: sw2: retrying")
        console.wait_for("connection lost")
        console.send("s0q\x7f\x7fz:")
        console.settle()
        console.wait_for("The question is gone")
        assert "answer sw2" not in console.heard(), console.heard()
        console.send("\r")
        console.wait_gone("The question is gone")
        assert "command:" not in console.text() and "▲" not in console.text(), console.text()


@test
def a_question_that_is_gone_closes_once_nothing_was_typed_for_a_moment():
    with Console("question", size=(120, 40)) as console:
        console.wait_for("SHA256:x4c")
        console.say('state sw2 retrying retry_ms=4000 error="connection lost"')
        console.wait_for("The question is gone")
        console.say("advance 2000")
        console.send("y")
        console.settle()
        console.say("advance 2000")
        console.settle()
        console.wait_for("The question is gone")
        console.say("advance 1100")
        console.wait_gone("The question is gone")


@test
def a_secret_for_a_question_that_is_gone_is_not_kept():
    with Console("unread") as console:
        console.wait_for("Hosts  2")
        console.say('ask sw1 id=3 kind=password text="sw1: password of noc"')
        console.wait_for("password:")
        console.send("hunt")
        console.wait_for("(typed; not shown)")
        console.say("state sw1 down error=lost")
        console.wait_for("The question is gone")
        console.send("er2\r")
        console.wait_gone("The question is gone")
        console.wait_for("Hosts  2")
        assert b"hunt" not in console.output and "answer sw1" not in console.heard()


@test
def a_secret_is_not_shown():
    with Console("unread") as console:
        console.wait_for("Hosts  2")
        console.say('ask sw1 id=3 kind=passphrase text="sw1: passphrase of ~/.ssh/id_ed25519"')
        console.wait_for("passphrase:")
        console.send("hunter2")
        console.wait_for("(typed; not shown)")
        console.send("\r")
        console.wait_heard("answer sw1 3 hunter2")
        assert b"hunter2" not in console.output


@test
def a_question_waits_until_a_line_is_typed():
    with Console("unread", pane="alarms") as console:
        console.wait_for("Waiting for the first reading")
        console.send("/sev")
        console.wait_for("filter: sev")
        console.say('ask sw1 id=3 kind=hostkey text="sw1: unknown"')
        console.send("erity=critical")
        console.wait_for("filter: severity=critical")
        console.send("\r")
        console.wait_for("trust this key?")


@test
def everything_on_the_overview_can_be_entered():
    with Console() as console:
        console.wait_for("Needs a person")
        console.send("\r")
        console.wait_for("Host sw1")
        console.send("q")
        console.wait_gone("Host sw1")
        console.send("\x1b[B" * 4)
        console.wait(lambda: "CARRIER-A" in console.cursor_line(), "the cursor on CARRIER-A")
        console.send("\r")
        console.wait_for("sort Kind")
        assert "CARRIER-A" in console.cursor_line() and "sw1" in console.cursor_line()
        console.escape()
        console.send("\x1b")
        console.wait_for("Needs a person")
        console.wait(lambda: "CARRIER-A" in console.cursor_line(), "back where one was")


@test
def the_last_hour_is_a_line_of_blocks_with_gaps():
    with Console("quiet", size=(200, 50)) as console:
        console.wait_for("Nothing: every pane is read")
        for step in range(20):
            console.say("advance 180000")
            if step not in (10, 11):  # nothing could be read
                console.say("row sw1 performance calls=%d" % (500 + step),
                            "publish sw1 performance source=GetPerformance")
                console.wait_for(" %d " % (500 + step))
        line = next(line for line in console.lines()[2:] if " sw1 " in line)
        assert "████████ ██████  519" in line, line
        console.send("\r")
        console.wait_for("Host sw1")
        console.send("G")
        console.wait_for("500 to 519, last 519  18 of 60 min")


@test
def without_utf8_the_last_hour_is_ascii():
    with Console("quiet", size=(200, 50), env={"LC_ALL": "C", "LANG": "C"}) as console:
        console.wait_for("Calls 60 min")
        console.wait_for("#")


@test
def the_window_is_resized_down_and_up():
    with Console(size=(120, 40)) as console:
        console.wait_for("Shows")
        for size in ((80, 24), (40, 12), (20, 5), (3, 2), (1, 1), (200, 50), (120, 40)):
            console.resize(*size)
        console.wait_for("Shows")
        console.golden("overview-120x40")


@test
def a_command_by_name():
    with Console() as console:
        console.wait_for("Needs a person")
        console.send(":fire\r")
        console.wait_for("SIP_SCANNER_BLOCK")
        console.send(":nothing-like-it\r")
        console.wait_for('nothing here is called "nothing-like-it"')
        console.escape()
        console.send(":quit\r")
        assert console.wait_exit() == 0


@test
def suspended_and_resumed():
    script = 'stty -g; "$@"; echo STOPPED; stty -g; read line; fg; echo DONE; stty -g; sleep 100'
    modes = re.compile(rb"[0-9a-f]+(?::[0-9a-f]+){10,}")
    with Console(wrap=lambda argv: ["sh", "-mc", script, "sh"] + argv) as console:
        console.wait_for("Needs a person")
        for times in (1, 2):  # what is typed meanwhile is the shell's
            console.send("\x1a" if times == 1 else "q")
            console.wait(lambda: len(modes.findall(bytes(console.output))) == times + 1, "the modes then")
            assert len(set(modes.findall(bytes(console.output)))) == 1, bytes(console.output[-500:])
            restored(console)
            if times == 2:
                break
            assert b"STOPPED" in console.output
            console.screen.reset()
            before = len(console.output)
            console.send("\n")
            console.wait_for("Needs a person")
            console.wait(lambda: b"\x1b[?2004h" in console.output[before:], "the paste mode")
            assert b"\x1b[?1049h" in console.output[before:], bytes(console.output[before:])
            console.send("3")  # and keys are keys again
            console.wait_for("row 1 of 6")
        assert b"DONE" in console.output


# Every byte sequence that ncurses sends here: anything else came out of a cell.
SENT = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z@`]|\x1b\([B0]|\x1b[=>78M]|\x0f|\x0e|[\r\n\b]")
HOSTILE = ["\\x1b[31mred\\x1b[0m", "\\x1b]0;owned\\x07", "\\x1b]52;c;b3duZWQ=\\x07", "\\x1b[2J\\x1b[H",
           "\\xe2\\x80\\xae0001 ecilop\\xe2\\x81\\xa6", "a\\xe2\\x80\\x8bb\\xc2\\xadc\\xef\\xbb\\xbf", "bad \\xff\\xfe\\xc3\\x28",
           "tab\\there\\nline\\rreturn", "\\xe5\\xb9\\xbf\\xe5\\xb7\\x9e wide", "e\\xcc\\x81\\xcc\\x81 marks", "\\xc2\\x9b31m c1 \\xc2\\x85",
           "\\x00nul\\x7f", "A" * 10000]
TEXTS = {"alarms": ["type", "object", "information"], "calls": ["caller", "callee", "routing_gateway", "state"],
         "gateways": ["gateway", "ip"], "suspended": ["endpoint", "source_ip", "evidence", "pattern"],
         "firewall": ["chain", "target", "match", "comment"], "flood": ["source", "user_agent", "verdict"],
         "health": ["metric", "object", "unit"]}


def hostile_pane(folder, pane, columns):
    scene = os.path.join(folder, pane)
    with open(scene + ".txt", "w") as file:
        file.write("host sw1 env=prod\nstate sw1 live age_ms=100\n")
        for number, text in enumerate(HOSTILE):
            cells = " ".join('%s="%s %d"' % (column, text, number) for column in columns)
            file.write("row sw1 %s %s\n" % (pane, cells))
        file.write('publish sw1 %s source="%s" note="%s" age_ms=100\n' % (pane, HOSTILE[1], HOSTILE[0]))
    with Console(scene, (120, 40), pane) as console:
        console.wait_for("row 1 of %d" % len(HOSTILE))
        console.send("\x1b[B\r")
        console.wait_for("What the fields mean")
        console.send("q")
        console.wait_gone("What the fields mean")
        console.send("M\r\x1b[C+")  # a cell becomes a filter, and stands in the title
        console.wait_for("filter ")
        console.send("yY")
        console.wait_for("copied")
        console.settle()
        sent = bytes(console.output)
        assert b"\x1b[31m" not in sent
        copied = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", sent)
        rest = SENT.sub(b"", re.sub(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07", b"", sent))
        assert copied and b"b3duZWQ=" not in copied, copied
        for text in copied:
            plain = base64.b64decode(text).decode()
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", plain), plain
        text = rest.decode()  # UTF-8 throughout
        assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text), \
            re.findall(".{20}[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff].{20}", text)[:3]
        assert console.screen.title == "" and "owned" not in console.screen.icon_name
        assert all(console.screen.buffer[y][x].fg not in ("red", "800000")
                   for y in range(40) for x in range(120))


@test
def hostile_cells_of_every_pane_reach_neither_terminal_nor_clipboard():
    folder = tempfile.mkdtemp(prefix="screen-")
    try:
        for pane, columns in TEXTS.items():
            hostile_pane(folder, pane, columns)
    finally:
        shutil.rmtree(folder)


@test
def hostile_cells_move_no_column():
    folder = tempfile.mkdtemp(prefix="screen-")
    try:
        scene = os.path.join(folder, "columns")
        with open(scene + ".txt", "w") as file:
            file.write("host sw1 env=prod\nstate sw1 live age_ms=100\n")
            for number, text in enumerate(HOSTILE):
                file.write('row sw1 alarms severity=major type="%s" object="%s" value=7777 upper=8888\n' % (text, text))
            file.write("publish sw1 alarms source=x age_ms=100\n")
        for size in ((120, 40), (200, 50)):
            with Console(scene, size, "alarms") as console:
                console.wait_for("row 1 of %d" % len(HOSTILE))
                console.wait_for("7,777")
                places = {[cell for cell in range(size[0])
                           if "".join(console.screen.buffer[y][cell + k].data for k in range(5)
                                      if cell + k < size[0]) == "7,777"][0]
                          for y, line in enumerate(console.lines()) if "7,777" in line}
                rows = sum("7,777" in line for line in console.lines())
                assert len(places) == 1 and rows == len(HOSTILE), (places, rows, console.text())
    finally:
        shutil.rmtree(folder)


@test
def hostile_text_reaches_the_terminal_neutralised():
    with Console("hostile", (200, 50), pane="flood") as console:
        console.wait_for("10 kB")
        console.wait_for("escape")
        raw = bytes(console.output)
        for bad in (b"\x1b]0", b"\x1b]52", b"\x07", b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\xc2\x9b",
                    b"\x1b[5m", b"\xff", b"\xe2\x80\x8b", b"\xc2\xad"):
            assert bad not in raw, bad
        heading = next(line for line in console.screen.display if "Source" in line)
        at = heading.index("Verdict")
        verdicts = ["".join(console.screen.buffer[y][x].data for x in range(at, 200))
                    for y in range(50) if "203.0.113." in console.screen.display[y]]
        for name in ("escape", "osc", "bidi", "zero width", "invalid", "control", "wide", "marks",
                     "c1", "emoji", "10 kB"):
            assert any(verdict.startswith(name) for verdict in verdicts), name


@test
def starts_on_common_terminals():
    for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100", "putty",
                 "putty-256color", "xterm"):
        with Console(term=term) as console:
            console.wait_for("Needs a person")
            console.send("3")
            console.wait_for("row 1 of 6")
            console.wait_for("Kind^" if term in ("linux", "vt100") else "Kind▲")
            if term in ("linux", "vt100"):
                assert console.text().isascii(), console.text()
            console.send("q")
            assert console.wait_exit() == 0, term


@test
def an_unknown_terminal_is_named():
    with Console("quiet", term="never-heard-of") as console:
        console.wait_for("does not know the terminal")
    with Console(term="dumb") as console:
        assert console.wait_exit() == 1
        assert b"cannot place the cursor" in console.output


@test
def without_utf8_everything_is_ascii():
    with Console("hostile", pane="flood", env={"LC_ALL": "C", "LANG": "C"}) as console:
        console.wait_for("203.0.113.11")
        console.send("?")
        console.wait_for("Help")
        assert all(byte < 0x80 for byte in console.output)


@test
def no_color_is_honoured():
    with Console(env={"NO_COLOR": "1"}) as console:
        console.wait_for("Needs a person")
        assert not re.search(rb"\x1b\[[0-9;]*[34]8;5", console.output)
        assert b"\x1b[7m" in console.output or b";7m" in console.output


def with_file(folder, name, text, **options):
    config = tempfile.mkdtemp(prefix="screen-")
    try:
        path = os.path.join(config, "nocdesk", folder)
        os.makedirs(path)
        with open(os.path.join(path, name + ".ini"), "w") as file:
            file.write(text)
        with Console(env={"XDG_CONFIG_HOME": config, **options.pop("env")}, **options) as console:
            yield console
    finally:
        shutil.rmtree(config)


@test
def keys_of_ones_own():
    text = "[global]\nquit = Q\nrefresh = x\n[pane gateways]\nnext-pane = r\n"
    for console in with_file("keymaps", "mine", text, env={"FAKE_KEYMAP": "mine"}):
        console.wait_for("Q quit") if console.screen.columns > 100 else console.wait_for("Hosts")
        console.send("qx")
        console.wait_heard("refresh sw1 all")
        console.send("3")
        console.wait_for("row 1 of 6")
        console.send("r")
        console.wait_for("4 Suspended")
        console.send("Q")
        assert console.wait_exit() == 0


@test
def faults_of_a_keymap_are_all_named_with_their_lines():
    text = "[global]\nquit = Hyper-q\nrefesh = x\nhelp = y\nredraw = y\n[oven]\na = b\n"
    for console in with_file("keymaps", "bad", text, env={"FAKE_KEYMAP": "bad"}):
        assert console.wait_exit() == 2
        out = " ".join(console.output.decode().split())  # lines are wrapped
        for part in ('bad.ini:2: "Hyper-q" is no key', 'did you mean "refresh"',
                     "bad.ini:5: y does redraw here and help on line 4",
                     "bad.ini:6: [oven] is no part of a keymap"):
            assert part in out, (part, out)


@test
def faults_of_a_theme_are_all_named_with_their_lines():
    text = "[256]\nwarn = orange\ntilte = red\n[8]\ncrit = 200\n"
    for console in with_file("themes", "bad", text, env={"FAKE_THEME": "bad"}):
        assert console.wait_exit() == 2
        out = " ".join(console.output.decode().split())
        for part in ('bad.ini:2: "orange" is no colour', 'did you mean "title"', "bad.ini:5: "):
            assert part in out, (part, out)


@test
def an_unknown_pane_is_named():
    with Console(pane="gatways") as console:
        assert console.wait_exit() == 2
        assert b'no pane is called "gatways"; there are: overview alarms' in console.output


MONKEY_KEYS = ["\x1b[%s" % c for c in "ABCDHF"] + ["\t", "\r", "\x7f", "\x15", "\x17", "\x0c", "é", "漢",
                                                   "\x1b[200~paste q\x1b[201~", "\x1b[Z", "\x1b[5~",
                                                   "\x1b[6~", "\x10", "\x0e", "\x13", "\t"]
MONKEY_KEYS += list("0123456789rhHoa!:/+-?sSwkjgG|<>=\"abcdefilmnptuvxzDZCTVMUNYyEBPR#*\\ []")  # but q
MONKEY_KEYS += [":%s" % word for word in ("run ", "ban ", "unban ", "lock ", "undo", "shield ", "theme\r", "rule delete ")]
MONKEY_KEYS += ["@sw1 ", "203.0.113.9", "ip=", "ask="]
MONKEY_ROW = "row sw1 gateways times=%d gateway=G%%d kind=routing calls=%d asr_pct!=%d"


def monkey_run(chance, count, size):
    """At most so many keys into one console; returns how many when it was told to quit."""
    exports = tempfile.mkdtemp(prefix="screen-")
    with Console(size=size, wrap=lambda argv: ["env", "-C", exports] + argv) as console:
        console.wait_for("Needs a person", 30)
        os.set_blocking(console.fd, False)
        for sent in range(0, count, 20):
            if console.reap(os.WNOHANG) is not None:
                shutil.rmtree(exports)
                assert console.status == 0, (sent, console.status, bytes(console.output[-3000:]))
                return sent  # by the command prompt
            if chance.random() < 0.3:
                console.say(MONKEY_ROW % (chance.randrange(300), chance.randrange(99), chance.randrange(99)),
                            "publish sw1 gateways source=x")
            if chance.random() < 0.1:
                console.say("advance %d" % chance.randrange(3000))
            console.feed("".join(chance.choice(MONKEY_KEYS) for _ in range(20)))
            if chance.random() < 0.2:
                console.resize(chance.randrange(1, 220), chance.randrange(1, 60))
            if chance.random() < 0.3:
                console.feed("\x1b")
            console.pump(0.06)  # a paint
            while console.pump(0.001):
                pass
            del console.output[:-100000]
        console.resize(100, 30)
        for _ in range(8):
            console.escape()
        console.send("H0")
        console.wait_for("Needs a person")
    shutil.rmtree(exports)
    return count


def monkey(count, seed=20261120, size=(100, 30)):
    """That many keys, among them pastes, resizes and readings; the program lives and comes back."""
    chance = random.Random(seed)
    while count > 0:
        count -= max(monkey_run(chance, count, size), 20)


@test
def a_monkey_at_the_keyboard():
    monkey(3000)


act_tests.add(test, Console)
craft_tests.add(test, Console)
guide_tests.add(test, Console)
init_tests.add(test, Console)
lang_tests.add(test, Console, os.path.join(HERE, "golden"), "--update" in sys.argv)
meter_tests.add(test, Console)
alert_tests.add(test, Console)
completion_tests.add(test, Console)
files_tests.add(test, Console)
own_tests.add(test, Console)
pane_tests.add(test, Console)
replay_tests.add(test, Console)
table_tests.add(test, Console)
tile_tests.add(test, Console)


def main():
    global UPDATE
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--monkey", type=int, metavar="KEYS", help="random keys only")
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("pattern", nargs="?", default="*")
    args = parser.parse_args()
    UPDATE = args.update
    if args.monkey:
        TESTS[:] = [("a monkey with %d keys, seed %d" % (args.monkey, args.seed),
                     lambda: monkey(args.monkey, args.seed))]
    passed = failed = 0
    for name, run in TESTS:
        if not fnmatch.fnmatch(name, "*" + args.pattern + "*"):
            continue
        try:
            run()
            passed += 1
        except Exception as error:  # a fault of the test is a failure too
            failed += 1
            where = "" if isinstance(error, AssertionError) else traceback.format_exc()
            print("FAILED %s\n%s%s" % (name, error, where), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
