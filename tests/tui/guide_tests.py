# SPDX-License-Identifier: MIT
"""The guided checklist: what is shown, what a key decides, what is kept and gone on with."""

import os
import shutil
import signal
import sqlite3
import tempfile

GUIDE_SIZES = [(80, 24), (120, 40), (200, 50)]


def memory(state):
    return os.path.join(state, "nocdesk", "memory.db")


def stored(state, statement):
    with sqlite3.connect("file:%s?mode=ro" % memory(state), uri=True) as store:
        return store.execute(statement).fetchall()


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    class Led:
        """Consoles on one state folder, one after the other."""

        def __init__(self):
            self.state = tempfile.mkdtemp(prefix="screen-")

        def __enter__(self):
            return self

        def __exit__(self, *_):
            shutil.rmtree(self.state)

        def open(self, scene="shift", size=(120, 40), list_name="morning", operator="ana", env=None):
            console = Console(scene, size, env={"XDG_STATE_HOME": self.state, "FAKE_CHECKLIST": list_name,
                                                "FAKE_OPERATOR": operator, **(env or {})})
            console.wait_for("Checklists" if list_name == "" else "Summary")
            console.wait_gone("looking whether somebody")
            return console

        def wait_kept(self, console, statement, want):
            def kept():
                try:
                    return stored(self.state, statement) == want
                except sqlite3.OperationalError:
                    return False
            console.wait(kept, "%s to be %s" % (statement, want))

    def golden(name, size, scene, play, **options):
        def run():
            with Led() as led:
                with led.open(scene, size, **options) as console:
                    play(console)
                    console.golden("guide-%s-%dx%d" % (name, size[0], size[1]))
        run.__name__ = "golden guide %s %dx%d" % (name, size[0], size[1])
        test(run)

    def take(console, count):
        for step in range(1, count + 1):
            console.wait_for("step %d of 12" % step)
            console.send("\r")

    def mostly_done(console):
        take(console, 2)
        console.wait_for("step 3 of 12")
        console.send("ffiber cut, vendor called\r")
        console.wait_for("step 4 of 12")
        console.send("sthe billing department does it\r")
        console.wait_for("step 5 of 12")
        console.send("nasked NOC of CARRIER-A\r")
        for step in range(5, 13):
            console.wait_for("step %d of 12" % step)
            console.send("\r")
        console.wait_for("All 12 steps are decided")

    def resumed(name, size):
        def run():
            with Led() as led:
                with led.open(size=size) as console:
                    take(console, 3)
                    console.wait_for("step 4 of 12")
                    led.wait_kept(console, "SELECT count(*) FROM step WHERE decided_ms > 0", [(6,)])
                    console.signal(signal.SIGKILL)
                    assert console.wait_exit() == -signal.SIGKILL
                with led.open(size=size, operator="ben") as console:
                    console.wait_for("goes on: begun by ana")
                    console.wait_for("step 4 of 12")
                    console.golden("guide-%s-%dx%d" % (name, size[0], size[1]))
        run.__name__ = "golden guide %s %dx%d" % (name, size[0], size[1])
        test(run)

    for size in GUIDE_SIZES:
        golden("trouble", size, "shift", lambda console: console.send("\t\t\t\t"))
        golden("ok", size, "shift-ok", lambda console: console.wait_for("open: 12 ok"))
        golden("dead", size, "shift-dead", lambda console: (console.wait_for("unknown"), console.send("a")))
        golden("end", size, "shift", mostly_done)
        golden("menu", size, "shift", lambda console: console.wait_for("incident-fraud"), list_name="")
        golden("help", size, "shift", lambda console: console.send("?"))
        golden("person", size, "shift", lambda console: (console.wait_for("of 10"), console.send("[["),
                                                         console.wait_for("step 10 of 10")), list_name="evening")
        resumed("resume", size)
    golden("trouble", (40, 12), "shift", lambda console: console.send("\t\t\t\t"))

    @test
    def enter_takes_and_goes_on_and_all_of_it_is_kept():
        with Led() as led, led.open() as console:
            mostly_done(console)
            led.wait_kept(console, "SELECT state, machine_state, reason, operator FROM step "
                          "WHERE step = 'current-alarms' AND host = 'sw1'",
                          [("failed", "critical", "fiber cut, vendor called", "ana")])
            led.wait_kept(console, "SELECT state, operator FROM step WHERE step = 'system-log' AND host = 'sw1'",
                          [("critical", "ana")])
            led.wait_kept(console, "SELECT step, text, operator FROM note",
                          [("gateway-status", "asked NOC of CARRIER-A", "ana")])
            console.send("\r")
            console.wait_for("Morning is done: 12 steps")
            led.wait_kept(console, "SELECT list, state, outcome, operator, ended_ms > 0 FROM run",
                          [("morning", 1, "critical", "ana", 1)])
            console.wait_for("critical, 08:15, ana")  # the menu tells the last run

    @test
    def what_could_not_be_read_is_not_taken_but_skipped_for_all_steps():
        with Led() as led, led.open("shift-dead") as console:
            console.wait_for("12 unknown")
            console.send("\r")
            console.wait_for("taken where it could be read; the rest is open")
            console.send("\r")
            console.wait_for("what could not be read is not taken")
            console.send("a")
            console.wait_for("12 need a person")
            console.send("S")
            console.wait_for("Skip 12 steps that could not be read, for one reason:")
            console.send("\r")
            console.wait_for("say why: the next shift reads it")
            console.send("host is being moved\r")
            console.wait_for("All 12 steps are decided: 12 skipped.")
            led.wait_kept(console, "SELECT DISTINCT state, reason FROM step WHERE host = 'sw2'",
                          [("skipped", "host is being moved")])
            assert ("ok",) not in stored(led.state, "SELECT state FROM step WHERE host = 'sw2'")

    @test
    def a_verdict_that_turns_worse_after_it_was_taken_is_told():
        with Led() as led, led.open("shift-ok") as console:
            console.wait_for("12 ok")
            console.send("a")
            console.wait_for("All 12 steps are decided")
            console.say('row sw1 alarms severity!!=critical type="Routing gateway offline" object=CARRIER-A begin=-1 '
                        'is_acknowledged=no alarm_id=1', "publish sw1 alarms source=x")
            console.wait_for("worse now")
            console.wait_for("worse since taken")
            console.send("d")
            console.wait_for("worse since then, now critical: 1 critical alarm")
            console.wait_for("Enter takes it anew, as it is now.")
            console.send("\r")
            console.wait_for("this has just turned worse")
            console.say("advance 2000", 'row sw1 alarms severity!!=critical type="Routing gateway offline" '
                        'object=CARRIER-A begin=-1 is_acknowledged=no alarm_id=1', "publish sw1 alarms source=x")
            console.wait_for("08:15:09")
            console.send("\r")
            console.wait_gone("worse now")
            led.wait_kept(console, "SELECT state, operator FROM step WHERE step = 'current-alarms' AND host = 'sw1'",
                          [("critical", "ana")])

    @test
    def a_step_that_becomes_critical_runs_the_hooks_on_steps():
        with Led() as led:
            told, hook = os.path.join(led.state, "told"), os.path.join(led.state, "hook")
            with open(hook, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\ncat >>%s\n" % told)
            os.chmod(hook, 0o700)

            def heard():
                return os.path.exists(told) and open(told, encoding="utf-8").read()

            with led.open("shift-ok", env={"FAKE_HOOK": hook}) as console:
                console.settle()
                assert not heard(), heard()
                console.say('row sw1 alarms severity!!=critical type="Gateway offline" object=CARRIER-A begin=-1 '
                            'is_acknowledged=no alarm_id=1', "publish sw1 alarms source=x")
                console.wait(lambda: '"scope": "morning/' in (heard() or "").replace('":"', '": "'), "the hook")
                assert "Gateway offline" in heard() or "critical alarm" in heard(), heard()

    @test
    def a_run_does_not_end_on_what_turned_worse_after_it_was_taken():
        with Led() as led, led.open("shift-ok") as console:
            console.wait_for("12 ok")
            console.send("a")
            console.wait_for("All 12 steps are decided")
            console.say('row sw1 alarms severity!!=critical type="Routing gateway offline" object=CARRIER-A begin=-1 '
                        'is_acknowledged=no alarm_id=1', "publish sw1 alarms source=x")
            console.wait_for("Enter goes to what is worse since it was taken")
            console.send("\r")
            console.wait_for("this turned worse after it was taken")
            console.wait_for("Enter takes it anew, as it is now.")
            led.wait_kept(console, "SELECT state, outcome FROM run", [(0, "")])

    @test
    def an_action_on_the_evidence_is_kept_with_its_step_and_its_entry():
        with Led() as led, led.open() as console:
            console.send("\t" * 7)
            console.wait_for("step 8 of 12")
            console.wait_for("203.0.113.99")
            console.send("b")
            console.wait_for("done, ana 08:15:07: 203.0.113.99 banned on sw1 until 09:15 (ipset)")
            led.wait_kept(console, "SELECT step, host, entry, words FROM action",
                          [("sip-flood", "sw1", "2026-11-20-000001", "203.0.113.99 banned on sw1 until 09:15 (ipset)")])

    @test
    def the_whole_pane_is_visited_with_the_filter_and_left_as_it_was():
        with Led() as led, led.open() as console:
            console.send("\t" * 6)
            console.wait_for("step 7 of 12")
            console.send("g")
            console.wait_for("filter table=filter")
            console.wait_for("5 Firewall")
            console.wait_for("Esc comes back")
            console.escape()
            console.wait_for("step 7 of 12")
            assert "Esc comes back" not in console.text(), console.text()
            console.send("5")
            console.wait_for("row 1 of 2")
            assert "filter table=filter" not in console.text(), console.text()
            console.send("c")
            console.wait_for("step 7 of 12")

    @test
    def a_last_run_of_an_operator_without_a_name_tells_its_time_only():
        with Led() as led:
            with led.open(operator="") as console:
                mostly_done(console)
                console.send("\r")
                console.wait_for("Morning is done")
                assert "turned worse" not in console.text(), console.text()
                led.wait_kept(console, "SELECT state FROM run", [(1,)])
                console.send("q")
                assert console.wait_exit() == 0
            with led.open(operator="ben") as console:
                console.wait_for("last run: critical (08:15:07)")
                assert ", )" not in console.text(), console.text()

    @test
    def rows_that_are_new_since_the_last_run_are_signed():
        with Led() as led:
            with led.open() as console:
                mostly_done(console)
                console.send("\r")
                console.wait_for("Morning is done")
                led.wait_kept(console, "SELECT state FROM run", [(1,)])
                console.send("q")
                assert console.wait_exit() == 0
            with led.open(operator="ben") as console:
                console.wait_for("last run: critical")
                console.say('row sw1 alarms severity!!=critical type="Call limit" object=CUST-9 begin=-1 '
                            'is_acknowledged=no alarm_id=7', 'row sw1 alarms severity!!=critical '
                            'type="Routing gateway offline" object=CARRIER-A begin=-760 is_acknowledged=no '
                            'alarm_id=1048576', "publish sw1 alarms source=x")
                console.send("\t\t")
                console.wait_for("step 3 of 12")
                console.wait_for("last run: failed, 1 new row (+), 1 gone")
                assert [line for line in console.lines() if "CUST-9" in line and "!!+" in line], console.text()

    @test
    def a_run_that_is_left_is_gone_on_with_and_a_new_one_leaves_it_for_good():
        with Led() as led:
            with led.open() as console:
                take(console, 1)
                console.wait_for("step 2 of 12")
                console.escape()
                console.wait_for("Morning left, 1 of 12 steps done; c goes on")
                console.wait_for("Needs a person")
                console.send("c")
                console.wait_for("step 2 of 12")
                console.send("c")
                console.wait_for("1 decided, ana")
                console.send("n")
                console.wait_for("0 done")
                led.wait_kept(console, "SELECT state FROM run ORDER BY number", [(2,), (0,)])

    @test
    def an_unknown_list_is_told_with_the_names_that_there_are():
        with Led() as led:
            with Console("shift", env={"XDG_STATE_HOME": led.state, "FAKE_CHECKLIST": "mornin"}) as console:
                assert console.wait_exit() == 2
                out = console.output.decode()
                assert "mornin" in out and "morning" in out and "incident-fraud" in out, out

    @test
    def a_memory_that_fails_is_said_and_the_run_goes_on():
        with Led() as led:
            os.makedirs(memory(led.state))  # a folder is no store
            with led.open() as console:
                console.wait_for("! not kept: ")
                take(console, 3)
                console.wait_for("step 4 of 12")

    @test
    def prompts_of_an_action_do_not_decide_a_step():
        with Led() as led, led.open() as console:
            console.send("\t" * 4)
            console.wait_for("step 5 of 12")
            console.send("b")
            console.wait_for("do it")
            console.send("\r")
            console.wait_for("not confirmed; nothing was done")
            console.wait_for("step 5 of 12")
            assert "0 done" in console.text(), console.text()
