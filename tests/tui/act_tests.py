# SPDX-License-Identifier: MIT
"""Actions by key: what goes at once, what asks, what is refused, and what the host is told. The runner, the guard, the
plans and the audit trail are the real ones; only the hosts' words are canned."""

import json
import os


def trail(console):
    path = os.path.join(console.folder, "nocdesk", "audit.jsonl")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ran(console):
    return [line for line in console.heard().splitlines() if line.startswith("run ")]


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    def flood(**options):
        console = Console(size=(120, 40), pane="flood", **options)
        console.wait_for("row 1 of 2")
        console.wait_for("203.0.113.99")
        return console

    @test
    def a_scanner_is_banned_by_one_key_and_undone_by_another():
        with flood() as console:
            console.send("b")
            console.wait_for("203.0.113.99 banned on sw1 until 09:15 (ipset); z undoes it")
            assert any("add nocdesk4 203.0.113.99 timeout 3600" in line for line in trail_text(console)), ran(console)
            assert all(line.startswith("run sw1 ") for line in ran(console)), ran(console)
            console.wait_heard("refresh sw1 bans")
            intent = [entry for entry in trail(console) if entry["kind"] == "intent"][0]
            assert intent["targets"] == ["203.0.113.99"], intent
            assert "source 203.0.113.99" in intent["evidence"], intent
            assert intent["reason"] == "scanner", intent
            console.send("z")
            console.wait_for("203.0.113.99 undone on sw1")
            undo = [entry for entry in trail(console) if entry["kind"] == "intent"][1]
            assert undo["undoes"] == intent["id"], undo

    def trail_text(console):
        return [json.dumps(entry) for entry in trail(console)]

    @test
    def the_target_is_that_of_the_key_press():
        with flood() as console:
            console.say("row sw1 flood source=203.0.113.5 packets=9 pps=9999 verdict!!=scanner severity=critical "
                        "kind=source", "publish sw1 flood source=x")
            console.send("b")
            console.wait_for("banned on sw1")
            shown = [line for line in console.lines() if "banned on sw1" in line][0]
            target = [entry["targets"] for entry in trail(console) if entry["kind"] == "intent"][0][0]
            assert target in shown, (target, shown)

    @test
    def all_hosts_ask_and_cancel_is_the_default():
        with flood() as console:
            console.send("B")
            console.wait_for("Ban 203.0.113.99 on 3 hosts?")
            console.wait_for("sw1  prod, by ipset")
            console.wait_for("lab  test, by ipset")
            console.wait_for("1 asks")
            console.send("\r")
            console.wait_for("not confirmed; nothing was done")
            assert not ran(console), ran(console)
            console.send("B")
            console.wait_for("Type yes to do it")
            console.send("sure\r")
            console.wait_for("Nothing was done: type yes")
            console.send("\x15yes\r")
            console.wait_for("3 banned on 3 hosts")

    @test
    def data_goes_on_behind_a_question():
        with flood() as console:
            console.send("B")
            console.wait_for("Type yes to do it")
            console.say("row sw1 flood source=203.0.113.123 packets=9 pps=9 kind=source", "publish sw1 flood source=x")
            console.wait_for("203.0.113.123")
            console.wait_for("Ban 203.0.113.99 on 3 hosts?")

    @test
    def marked_rows_are_one_question():
        with flood() as console:
            console.send("Mpackets>0\r")
            console.wait_for("2 marked")
            console.send("b")
            console.wait_for("Ban 2 on sw1 prod?")
            console.wait_for("203.0.113.99  203.0.113.1")
            console.send("\r")
            console.wait_for("not confirmed; nothing was done")
            console.wait_for("2 marked")
            console.send("b")
            console.wait_for("Ban 2 on sw1 prod?")
            console.send("yes\r")
            console.wait_for("2 banned on sw1")
            console.wait_gone("2 marked")
            intent = [entry for entry in trail(console) if entry["kind"] == "intent"][-1]
            rows = dict(row.split(" - ", 1) for row in intent["evidence"].split("; ") if " - " in row)
            assert set(rows) == set(intent["targets"]), intent
            for target, row in rows.items():
                assert "source %s," % target in row, intent

    @test
    def a_trusted_peer_wants_its_address_typed():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.send("b")
            console.wait_for("Type 192.0.2.10 to do it:")
            console.wait_for("[trusted]")
            console.send("192.0.2.1\r")
            console.wait_for("Nothing was done: that is not the target")
            console.send("\x15\r")
            console.wait_for("not confirmed; nothing was done")
            assert not ran(console), ran(console)

    @test
    def what_must_never_be_done_is_refused_with_its_rule():
        with flood() as console:
            console.send(":ban 127.0.0.1\r")
            console.wait_for("[local-address]")
            console.send(":ban 192.0.2.250\r")
            console.wait_for("[console-address]")
            console.send(":ban 0.0.0.0/0\r")
            console.wait_for("refused on sw1")
            assert not ran(console), ran(console)

    @test
    def words_name_target_time_host_and_reason():
        with flood() as console:
            console.send(":ban 203.0.113.7 2h @sw2")
            console.wait_for("ban ADDRESS")
            console.send(" calls from nowhere\r")
            console.wait_for("203.0.113.7 banned on sw2 until 10:15 (ipset)")
            intent = [entry for entry in trail(console) if entry["kind"] == "intent"][0]
            assert intent["reason"] == "calls from nowhere", intent
            console.send(":ban\t")
            console.wait_for("command: ban 203.0.113.99")

    @test
    def the_network_of_an_audit_entry_is_banned_again_when_asked():
        with flood() as console:
            console.send(":ban 203.0.113.0/28 1h @sw1\r")
            console.wait_for("Type yes to do it")
            console.send("yes\r")
            console.wait_for("banned on sw1")
            console.say("row sw1 audit time=1 operator=ana action=ban target=203.0.113.0/28 state=done entry=x",
                        "publish sw1 audit time=x")
            console.send(":audit\r")
            console.wait_for("203.0.113.0/28")
            console.send("b")
            console.wait_for("Ban 203.0.113.0/28 on sw1 prod?")

    @test
    def a_slip_in_a_time_or_a_host_is_refused_and_no_reason():
        slips = (
            ("2x @sw2 foo", '"2x" is neither an address nor a time'),
            ("0h @sw2 foo", '"0h" is no time to ban for'),
            ("1h 2h @sw2 foo", '"2h" is a second time'),
            ("1h 203.0.113.999 @sw2", '"203.0.113.999" is neither an address nor a time'),
            ("2h @sw9 foo", 'no host is called "sw9"'),
            ("foo @sw2", '"@sw2" stands behind the reason'),
        )
        with flood() as console:
            for slip, answer in slips:
                console.send(f":ban 203.0.113.7 {slip}\r")
                console.wait_for(answer)
                console.escape()
                console.wait_gone(answer)
            assert not ran(console) and not trail(console), ran(console)
            console.send(":unban 203.0.113.7 203.0.113.8x @sw2\r")
            console.wait_for('"203.0.113.8x" is no address, and a reason begins with a letter')

    @test
    def a_host_that_fails_is_said_and_tried_again():
        with flood() as console:
            console.say('act sw2 error="sw2: ipset: the kernel has no such thing"')
            console.send("B")
            console.wait_for("Type yes to do it")
            console.send("yes\r")
            console.wait_for("2 banned on 2 hosts")
            console.wait_for("R tries again where it failed")
            console.say("act sw2")
            console.wait_heard("sw2 obeys")
            console.send("R")
            console.wait_for("203.0.113.99 banned on sw2")

    @test
    def what_failed_is_tried_again_whatever_was_done_since():
        with flood() as console:
            console.say('act sw1 error="sw1: ipset: the kernel has no such thing"')
            console.send("b")
            console.wait_for("203.0.113.99 failed on sw1")
            console.send(":ban 203.0.113.50 @sw1\r")
            console.wait_for("203.0.113.50 failed on sw1")
            console.send(":ban 203.0.113.60 @sw2\r")
            console.wait_for("203.0.113.60 banned on sw2")
            console.say("act sw1")
            console.wait_heard("sw1 obeys")
            console.send("R")
            console.wait(lambda: {"203.0.113.99", "203.0.113.50"} <= {
                entry["results"][0]["target"] for entry in trail(console)
                if entry["kind"] == "result" and entry["state"] == "done"}, "both of them")

    @test
    def what_was_done_since_is_not_tried_again():
        with flood() as console:
            console.say('act sw1 error="sw1: ipset: the kernel has no such thing"')
            console.send("b")
            console.wait_for("203.0.113.99 failed on sw1")
            console.say("act sw1")
            console.wait_heard("sw1 obeys")
            console.send(":ban 203.0.113.99 @sw1\r")
            console.wait_for("203.0.113.99 banned on sw1")
            console.send("R")
            console.wait_for("no action has failed")

    @test
    def a_read_only_console_says_so_at_once():
        with flood(env={"FAKE_READ_ONLY": "1"}) as console:
            console.send("b")
            console.wait_for("this console is read-only; nothing was done")
            assert not ran(console)

    @test
    def a_row_without_a_target_says_so():
        with Console(size=(120, 40), pane="health") as console:
            console.wait_for("row 1 of")
            for key, words in (("b", "no address in this row"), ("L", "no gateway, phone or account"),
                               ("K", "no call with an id"), ("U", "no endpoint in this row")):
                console.send(key)
                console.wait_for(words)

    @test
    def the_audit_pane_undoes_its_row():
        with flood() as console:
            console.send("b")
            console.wait_for("banned on sw1")
            console.send(":audit\r")
            console.wait_for("row 1 of 1")
            console.wait_for("possible")
            console.send("\r")
            console.wait_for("add nocdesk4 203.0.113.99 timeout 3600")
            console.send("q")
            console.send("z")
            console.wait_for("203.0.113.99 undone on sw1")
            console.wait_for("row 1 of 2")

    @test
    def what_needs_a_person_is_acted_on_where_it_is_told():
        with Console(size=(120, 40)) as console:
            console.wait_for("203.0.113.99")
            console.send("b")
            console.wait_for("no address in this row")
            console.send("\x1b[B" * 3 + "\\203.0.113.99\r")
            console.wait_for("b ban")
            console.send("b")
            console.wait_for("203.0.113.99 banned on sw1 until 09:15 (ipset); z undoes it")
            intent = [entry for entry in trail(console) if entry["kind"] == "intent"][0]
            assert intent["targets"] == ["203.0.113.99"] and "flood: " in intent["evidence"], intent

    @test
    def a_banned_source_no_longer_stands_before_the_others():
        with Console(size=(120, 40)) as console:
            console.wait_for("203.0.113.99")
            row = ('row sw1 flood source=%s packets=9 pps=%d verdict!!=scanner severity=critical kind=source '
                   'evidence="%s" %s')
            console.say(row % ("203.0.113.98", 10, "friendly-scanner", ""),
                        row % ("203.0.113.99", 9999, "banned 52 min; friendly-scanner", 'banned="52 min"'),
                        "publish sw1 flood source=x")
            console.wait_for("banned 52 min; friendly-scanner")
            found = [line.split() for line in console.lines() if "SIP flood" in line and "203.0.113.9" in line]
            assert [words[4] for words in found] == ["203.0.113.98", "203.0.113.99"], console.text()
            assert [words[0] for words in found] == ["!!", "!"], console.text()

    @test
    def unban_lifts_the_ban_of_the_network_around_the_row():
        with flood() as console:
            console.say("row sw1 bans address=203.0.113.0/24 remaining_s=3120 backend=ipset", "publish sw1 bans source=x")
            console.send(":bans\r")
            console.wait_for("203.0.113.0/24")
            console.send("6")
            console.wait_for("203.0.113.99")
            console.send("u")
            console.wait_for("203.0.113.0/24 not banned on sw1")  # the canned host holds no such ban

    @test
    def the_shield_is_shown_as_a_diff_put_in_place_and_confirmed_by_one_key():
        with Console(size=(120, 40), pane="firewall") as console:
            console.wait_for("S shield")
            console.send("S")
            console.wait_for("Shield of sw1 prod")
            console.wait_for("S puts this in place, after a question")
            console.wait_for("+ -A INPUT -j NOCDESK-SHIELD")
            assert not ran(console), ran(console)
            console.send("S")
            console.wait_for("Apply shield on sw1 prod?")
            console.send("\r")
            console.wait_for("not confirmed; nothing was done")
            console.say('shield sw1 job="waiting 17\\nleft=43"')
            console.escape()
            console.send("S")
            console.wait_for("sw1 takes the change back in 43 s. S confirms it")
            console.say("advance 3000")
            console.wait_for("sw1 takes the shield back in 40 s")
            console.send("S")
            console.wait_heard("renew sw1")
            console.wait_heard("sh /var/run/nocdesk-shield/job confirm 17")
            console.wait_for("confirmed on sw1")
            console.say('shield sw1 job="rolled-back 17"', "advance 44000")
            console.wait_gone("takes the shield back")

    @test
    def a_row_of_several_hosts_is_acted_on_on_all_of_them_after_a_question():
        with Console(size=(120, 40)) as console:
            console.wait_for("203.0.113.99")
            for host in ("sw1", "sw2"):
                console.say(f'row {host} flood source=203.0.113.77 packets=9 pps=99999 verdict!!=scanner '
                            'severity=critical kind=source evidence=sipvicious', f"publish {host} flood source=x")
            console.wait_for("(on 2 hosts: sw1 sw2)")
            console.send("\x1b[B" * 3 + "\\203.0.113.77\r")
            console.wait_for("b ban")
            console.send("b")
            console.wait_for("Ban 203.0.113.77 on 2 hosts?")
            console.wait_for("on 2 of 3 hosts:  sw1 prod  sw2 prod")
            console.send("yes\r")
            console.wait_for("2 banned on 2 hosts")

    @test
    def actions_of_two_words_are_typed_as_they_are():
        with Console(size=(120, 40), pane="firewall") as console:
            console.wait_for("S shield")
            console.send(":shield o")
            console.wait_for("shield off")
            console.send("\x15shield rollback @sw2")
            console.wait_for("without @HOST: on sw1 prod")
            console.send("\r")
            console.wait_for("there is no change of the shield to take back")
            console.send(":shield\r")
            console.wait_for("Shield of sw1 prod")

    @test
    def a_read_only_console_refuses_every_key_that_acts():
        says = {"b": "Ban", "u": "Unban", "U": "Unsuspend", "L": "Lock", "K": "Hang up", "z": "Undo"}
        for pane, keys in (("flood", "buz"), ("gateways", "L"), ("suspended", "U"), ("calls", "K")):
            with Console(size=(120, 40), pane=pane, env={"FAKE_READ_ONLY": "1"}) as console:
                console.wait_for("row 1 of")
                for key in keys:
                    console.send(key)
                    console.wait_for(f"{says[key]}: this console is read-only; nothing was done")
                assert not ran(console), (pane, ran(console))

    def left_open(console):
        """The state folder of a console that was killed after it had begun what this one did."""
        with open(os.path.join(console.folder, "nocdesk", "audit.jsonl"), encoding="utf-8") as file:
            intent = json.loads(file.readline())
        state = os.path.join(console.folder, "crashed")
        os.makedirs(os.path.join(state, "nocdesk"), mode=0o700)
        intent["process"] = {"pid": 1, "started": 1, "boot": "another"}
        with open(os.path.join(state, "nocdesk", "audit.jsonl"), "w", encoding="utf-8",
                  opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(json.dumps(intent, separators=(",", ":")) + "\n")
        return state

    def kinds(state, **members):
        with open(os.path.join(state, "nocdesk", "audit.jsonl"), encoding="utf-8") as file:
            entries = [json.loads(line) for line in file]
        return [entry for entry in entries if all(entry.get(key) == value for key, value in members.items())]

    @test
    def an_action_left_open_is_finished_or_undone_when_told_to():
        for word, said in (("finish", "203.0.113.99 already done on sw1"), ("undo", "203.0.113.99 undone on sw1")):
            with flood() as console:
                console.send("b")
                console.wait_for("banned on sw1")
                state = left_open(console)
                with Console(size=(120, 40), env={"XDG_STATE_HOME": state}) as other:
                    other.wait_for("Type finish or undo:")
                    other.send("perhaps\r")
                    other.wait_for("Type finish or undo, or press Esc")
                    other.send("\x15" + word + "\r")
                    if word == "finish":
                        other.wait_for("Type yes to do it")
                        other.send("yes\r")
                    other.wait_for(said)
                    assert kinds(state, kind="intent", action=word), word

    @test
    def an_action_left_open_is_offered_at_the_start():
        with flood() as console:
            console.send("b")
            console.wait_for("banned on sw1")
            with Console(size=(120, 40), env={"XDG_STATE_HOME": left_open(console)}) as other:
                other.wait_for("An action was left open")
                other.wait_for("Type finish or undo:")
                other.send("\r")
                other.wait_gone("Type finish or undo:")
                other.send("9")
                other.wait_for("open")
