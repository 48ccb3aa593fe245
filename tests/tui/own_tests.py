# SPDX-License-Identifier: MIT
"""Commands of the operator's own: offered, bound to the row, asked for, refused, and what they said."""

import json
import os
import subprocess
import tempfile

CONFIG = """
[command lookup]
title = Who owns this address
command = whois {ip}
where = local
write = no
key = Alt-w
panes = flood bans

[command jail]
title = Ban it in fail2ban
command = fail2ban-client set sip banip {ip}
show = toast

[command capture]
command = tcpdump -c 20 -nn host {ip} and port "{ask:Which port?}"
write = no
"""


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    def flood(config=CONFIG, **options):
        console = Console(size=(120, 40), pane="flood", files={"nocdesk.ini": config}, **options)
        console.wait_for("row 1 of 2")
        console.wait_for("203.0.113.99")
        return console

    def ran(console):
        return [line for line in console.heard().splitlines() if line.startswith("run ") and not line.endswith(" check")]

    def intents(console):
        path = os.path.join(console.folder, "nocdesk", "audit.jsonl")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return [entry for entry in map(json.loads, file) if entry["kind"] == "intent"]

    @test
    def a_command_of_ones_own_reads_at_once_and_its_output_is_a_text():
        with flood() as console:
            console.send("\x1bw")
            console.wait_for("whois 203.0.113.99 said one line")
            console.wait_for("lookup ip=203.0.113.99 on sw1")
            console.golden("own-output")
            assert ran(console) == ["run sw1 whois 203.0.113.99"], ran(console)
            assert [entry["targets"] for entry in intents(console)] == [["lookup ip=203.0.113.99"]], intents(console)
            console.escape()
            console.wait_gone("and another")
            console.send(":output\r")
            console.wait_for("and another")

    @test
    def one_that_writes_asks_and_says_that_nothing_undoes_it():
        with flood() as console:
            console.send(":jail\r")
            console.wait_for("fail2ban-client set sip banip 203.0.113.99")
            console.wait_for("undo does not take it back")
            console.golden("own-question")
            assert not ran(console), ran(console)
            console.send("yes\r")
            console.wait_for("said one line")
            assert ran(console) == ["run sw1 fail2ban-client set sip banip 203.0.113.99"], ran(console)

    @test
    def what_is_asked_is_typed_behind_the_row_that_was_meant():
        with flood() as console:
            console.send(":capture\r")
            console.wait_for("run @sw1 capture ip=203.0.113.99 ask=")
            console.wait_for("Which port?")
            console.send("5060; reboot\r")
            console.wait_for("said one line")
            assert ran(console) == ["run sw1 tcpdump -c 20 -nn host 203.0.113.99 and port '5060; reboot'"], ran(console)

    @test
    def run_alone_is_completed_to_nothing():
        with flood() as console:
            for typed in (":run\t", ":run \t"):
                console.send(typed)
                console.wait_for("command: run")
                console.settle()
                console.send("\x15way-b\t")
                console.wait_for("command: way-back")
                console.escape()
                console.wait_gone("command:")
            assert not ran(console), ran(console)

    @test
    def an_exact_name_goes_before_longer_ones():
        config = "[command way]\ncommand = mtr -rwc 5 {ip}\nwrite = no\n"
        with flood(config) as console:
            console.send(":way\r")
            console.wait(lambda: ran(console) == ["run sw1 mtr -rwc 5 203.0.113.99"], "way, not way-back")
        with flood() as console:
            console.send(":ban\r")
            console.wait_for("203.0.113.99 banned on sw1")
            assert "row 1 of 2" in console.text(), console.text()

    @test
    def a_read_only_console_runs_what_reads_and_refuses_what_writes():
        with flood("[nocdesk]\nread_only = yes\n" + CONFIG) as console:
            console.send(":jail\r")
            console.wait_for("this console is read-only; nothing was done")
            assert not ran(console), ran(console)
            console.send("\x1bw")
            console.wait_for("whois 203.0.113.99 said one line")

    @test
    def commands_of_ones_own_are_in_the_help_and_in_the_palette_of_their_panes():
        with flood() as console:
            console.send(":looku")
            console.wait_for("Who owns this address")
            console.escape()
            console.send("?")
            console.wait_for("Help")
            console.send("/of your own\r")
            console.wait_for("Commands of your own")
            console.wait_for("jail: Ban it in fail2ban (may change something: it asks)")
            console.escape()
            console.send(":health\r")
            console.wait_for("Health")
            console.send("\x1bw")
            assert not ran(console), ran(console)

    @test
    def a_row_without_a_variable_is_refused_with_both_names():
        with flood(CONFIG.replace("panes = flood bans", "panes = health")) as console:
            console.send(":health\r")
            console.wait_for("row 1 of")
            console.send("\x1bw")
            console.wait_for("lookup: this row has no address for {ip}")

    @test
    def a_key_of_the_program_in_a_command_of_ones_own_ends_the_start_with_both_places():
        config = CONFIG.replace("key = Alt-w", "key = b")
        with Console(size=(120, 40), files={"nocdesk.ini": config}) as console:
            console.wait_for("b for run-lookup: b is the key of ban (keymaps/default.ini:")

    def command_line(*words):
        program = os.path.join(os.path.dirname(os.environ["DRIVER"]), "..", "..", "nocdesk")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "nocdesk.ini")
            with open(path, "w", encoding="utf-8") as file:
                file.write("[nocdesk]\n[host here]\nlink = local\nmysql_port = 0\nhttp_port = 0\n" + CONFIG)
            os.chmod(path, 0o600)
            done = subprocess.run([program, "--config", path, *words], capture_output=True, text=True, timeout=30,
                                  env={"PATH": os.environ["PATH"], "HOME": folder, "XDG_STATE_HOME": folder})
            return done, os.path.exists(os.path.join(folder, "nocdesk", "audit.jsonl"))

    @test
    def words_of_the_command_line_that_cannot_be_meant_so_are_usage_errors():
        for words, said in (
            (("run", "capture", "ip=203.0.113.9"), "capture needs ask=…"),
            (("run", "lookup"), "lookup needs ip=…"),
            (("run", "lookup", "ip=203.0.113.9", "gateway=A"), "lookup has no variable {gateway}"),
            (("ban", "203.0.113.9", "2x"), '"2x" is no address; nothing was done'),
            (("ban", "203.0.113.9", "@sw9"), '"@sw9" is no address; nothing was done'),
            (("ban", "203.0.113.9", "--for", "2x"), "--for"),
        ):
            done, audited = command_line(*words)
            assert done.returncode == 2 and said in done.stderr, (words, done)
            assert not done.stdout and not audited, (words, done.stdout)
