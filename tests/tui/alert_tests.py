# SPDX-License-Identifier: MIT
"""What the console says beside its screen: bell, notifications, the title. The raw bytes are read."""

import re
import signal

SAVE, RESTORE = b"\x1b[22;2t", b"\x1b[23;2t"
ALARM = ("row sw1 alarms severity!!=critical type=\"Disk\" object=%s begin=-10 age_s=10",
         "publish sw1 alarms source=GetAlarmCurrent age_ms=100")
LOST = 'state sw1 retrying retry_ms=4000 error="sw1: connection refused by 198.18.0.11:22"'


def options(*words):
    return {"FAKE_OPTIONS": " ".join(words)}


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    def begin(*words, term="xterm-256color", env=None, scene="quiet"):
        console = Console(scene, env={**options(*words), **(env or {})}, term=term)
        console.wait_for("sw1")
        console.settle()
        return console

    def after(console, *lines):
        """The bytes that follow what the hosts say."""
        before = len(console.output)
        console.say(*lines)
        console.wait(lambda: len(console.output) > before, "an answer")
        console.settle()
        return bytes(console.output[before:])

    def alarm(name):
        return tuple(line.replace("%s", name) for line in ALARM)

    @test
    def a_new_critical_condition_rings_once_and_notifies_once():
        console = begin("bell=critical", "notify=critical", "notify_by=osc9")
        told = after(console, *alarm("DISK-1"))
        assert told.count(b"\x1b]9;nocdesk: sw1: critical alarm: ") == 1, told
        assert told.count(b"\a") == 2, told  # the sequence's own end, and the bell
        again = after(console, *alarm("DISK-1"), "advance 1000")
        assert b"\a" not in again and b"\x1b]" not in again, again
        console.close()

    @test
    def a_lost_host_rings_and_its_return_does_not():
        console = begin("bell=critical", "notify=critical", "notify_by=osc777")
        told = after(console, LOST)
        assert b"\x1b]777;notify;nocdesk;sw1: connection refused by 198.18.0.11:22\a\a" in told, told
        assert b"\a" not in after(console, "state sw1 live age_ms=1")
        assert b"\a" not in after(console, LOST)  # it flaps: once in ten minutes
        console.close()

    @test
    def what_stood_before_the_console_began_does_not_ring():
        console = begin("bell=warning", "notify=warning", "notify_by=osc9", scene="morning")
        assert b"\a" not in console.output
        console.close()

    @test
    def severity_and_quiet_hours_decide():
        # The tests' clock says 08:15.
        for words, rings in ((("bell=never", "notify=never"), 0), (("bell=critical", "notify=never"), 1),
                             (("bell=critical", "quiet_hours=22:00-06:00"), 1),
                             (("bell=critical", "quiet_hours=22:00-08:16"), 0),
                             (("bell=critical", "quiet_hours=08:15-09:00"), 0),
                             (("bell=critical", "quiet_hours=08:00-08:15"), 1)):
            console = begin(*words)
            assert after(console, *alarm("DISK-1")).count(b"\a") == rings, words
            console.close()

    @test
    def many_at_once_are_one_notification():
        console = begin("bell=critical", "notify=critical", "notify_by=osc9")
        lines = [alarm("DISK-%d" % number)[0] for number in range(9)]
        told = after(console, *lines, ALARM[1])
        assert told.count(b"\x1b]9;") == 1 and b"9 critical alarms" in told, told
        console.close()

    @test
    def notifications_go_only_to_terminals_that_can():
        for term, env, way, sent in (
                ("xterm-256color", {}, "auto", None),
                ("xterm-256color", {"TERM_PROGRAM": "iTerm.app"}, "auto", b"\x1b]9;nocdesk: sw1"),
                ("xterm-256color", {"TERM_PROGRAM": "WezTerm"}, "auto", b"\x1b]777;notify;nocdesk;sw1"),
                ("tmux-256color", {"TMUX": "/tmp/x,1,0", "TERM_PROGRAM": "iTerm.app"}, "auto", None),
                ("tmux-256color", {"TMUX": "/tmp/x,1,0"}, "osc9", b"\x1bPtmux;\x1b\x1b]9;nocdesk: sw1"),
                ("screen-256color", {"STY": "1.x"}, "osc777", b"\x1bP\x1b]777;notify;nocdesk;sw1"),
                ("linux", {}, "osc9", None), ("vt100", {}, "osc9", None)):
            console = begin("notify=critical", "notify_by=" + way, "title=yes", term=term, env=env)
            told = after(console, *alarm("DISK-1"))
            if sent:
                assert sent in told and (b"\a\x1b\\" in told) == ("tmux" in term or "screen" in term), told
            else:
                assert b"\x1b]9;" not in told and b"\x1b]777" not in told, (term, told)
            if term in ("linux", "vt100"):
                assert b"\x1b]" not in console.output and SAVE not in console.output, term
            console.close()

    @test
    def a_hosts_words_cannot_leave_a_sequence():
        console = begin("bell=critical", "notify=critical", "notify_by=osc777", "title=yes")
        told = after(console, r'row sw1 alarms severity!!=critical type="x" object="A\x07\x1b]0;evil\x07\x9cB;C"',
                     ALARM[1])
        assert b"evil" in told
        for sequence in re.findall(rb"\x1b\](.*?)\a", told, re.S):
            assert b"\x1b" not in sequence and b"\x9c" not in sequence.replace("“".encode(), b""), sequence
        assert b"\x1b]0;" not in told
        assert re.search(rb"\x1b\]777;notify;nocdesk;[^;\a]*\a", told), told
        console.close()

    @test
    def the_title_shows_the_worst_state_and_is_given_back():
        console = begin("title=yes")
        assert console.output.count(SAVE) == 1
        assert console.output.index(SAVE) < console.output.index(b"\x1b]2;nocdesk\a")
        told = after(console, *alarm("DISK-1"))
        assert "\x1b]2;nocdesk: 1 critical – sw1: Disk DISK-1 – critical\a".encode() in told, told
        told = after(console, LOST)
        assert "\x1b]2;nocdesk: 2 critical – sw1:".encode() in told, told
        assert b"\x1b]2" not in after(console, "advance 1000")  # only when it changes
        before = len(console.output)
        console.send("q")
        console.wait_exit()
        assert bytes(console.output[before:]).count(RESTORE) == 1
        console.close()

    @test
    def the_title_is_given_back_after_a_crash_and_at_ctrl_z():
        console = begin("title=yes")
        before = len(console.output)
        console.say("crash SEGV")
        console.wait_exit()
        assert RESTORE in console.output[before:]
        console.close()
        console = begin("title=no")
        console.signal(signal.SIGTERM)
        console.wait_exit()
        assert RESTORE not in console.output and SAVE not in console.output
        console.close()
        script = '"$@"; read line; fg'
        with Console("quiet", env=options("title=yes"),
                     wrap=lambda argv: ["sh", "-mc", script, "sh"] + argv) as console:
            console.wait_for("sw1")
            console.send("\x1a")
            console.wait(lambda: RESTORE in console.output, "the title from before")
            before = len(console.output)
            console.send("\n")
            console.wait(lambda: SAVE in console.output[before:], "the title again")
            console.wait(lambda: b"\x1b]2;nocdesk\a" in console.output[before:], "the title again")
            console.send("q")
            console.wait(lambda: RESTORE in console.output[before:], "the title from before")
