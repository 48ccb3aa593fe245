# SPDX-License-Identifier: MIT
"""What the one table engine does in every pane: searching, marking, copying, exporting, explaining."""

import base64
import json
import os
import re

GATEWAY = "row sw1 gateways gateway=%s kind=routing calls=%d"


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    def gateways(**options):
        console = Console(pane="gateways", **options)
        console.wait_for("row 1 of 6")
        console.escape()  # the message about the lost host
        return console

    def on(console, name):
        console.wait(lambda: name in console.cursor_line(), "the cursor on " + name)

    @test
    def searching_hides_nothing_and_goes_on_with_n():
        with gateways() as console:
            console.send("\\carrier-c")
            on(console, "CARRIER-C")
            assert "row 4 of 6" in console.text() or "of 6" in console.text()
            console.send("\x1b")
            console.wait_for("row 1 of 6")
            console.send("\\CARRIER\r")
            console.wait_gone("search:")
            seen = []
            for _ in range(4):
                before = console.cursor_line()
                seen.append(before)
                console.send("n")
                console.wait(lambda: console.cursor_line() not in ("", before), "the next match")
            assert all("CARRIER" in line for line in seen), seen
            assert len(set(seen)) == 4, seen
            console.wait_for("the search went on from the first row")
            console.send("N")
            console.wait_for("the search went on from the last row")

    @test
    def a_search_that_finds_nothing_says_so():
        with gateways() as console:
            console.send("\\nobody")
            console.wait_for("no row matches")

    @test
    def help_is_searchable():
        with Console(pane="gateways", size=(80, 24)) as console:
            console.wait_for("row 1 of 6")
            console.send("?")
            console.wait_for("Help")
            console.send("/time window\r")
            console.wait(lambda: "time window" in console.cursor_line(), "the line that was searched")
            console.send("\x1b")
            console.wait_gone("Help")

    @test
    def marks_follow_their_rows():
        with gateways() as console:
            console.send("\x1b[B\x1b[B\x1b[B")
            on(console, "CARRIER-C")
            console.send(" ")
            console.wait_for("1 marked")
            marked = lambda: [line for line in console.lines() if line[2:3] == "*"]
            console.wait(lambda: len(marked()) == 1 and "CARRIER-C" in marked()[0], "the mark on its row")
            console.say(GATEWAY % ("AAA", 1), GATEWAY % ("CARRIER-C", 77), "publish sw1 gateways source=x")
            console.wait_for("77")
            console.wait(lambda: len(marked()) == 1 and "CARRIER-C" in marked()[0], "the mark on its row")
            console.send("ss")
            console.wait_for("▼")
            console.wait(lambda: len(marked()) == 1 and "CARRIER-C" in marked()[0], "the mark on its row")
            console.say(GATEWAY % ("AAA", 1), "publish sw1 gateways source=x")
            console.wait_gone("marked")

    @test
    def marks_by_range_filter_and_inversion():
        with gateways() as console:
            console.send(" \x1b[BV")
            console.wait_for("3 marked")
            console.send("x")
            console.wait_gone("3 marked")
            console.send("Mkind=mapping\r")
            console.wait_for("2 marked")
            console.send("*")
            console.wait_for("4 marked")
            console.send("/kind=mapping\r")
            console.wait_for("4 marked (4 hidden)")
            console.send("*")
            console.wait_for("6 marked (4 hidden)")
            console.send("Masx>1\r")
            console.wait_for("mark: asx>1")

    @test
    def columns_are_hidden_and_shown_again():
        with gateways() as console:
            console.wait_for("Online")
            console.send("Conline\r")
            console.wait_for("[ ] Online")
            console.send("\x1b")
            console.wait_gone("columns:")
            assert "Online" not in console.text(), console.text()
            console.send("Conline\r")
            console.wait_for("[x] Online")
            console.send("\x1b")
            console.wait_gone("columns:")
            assert "Online" in console.text(), console.text()

    @test
    def totals_are_of_what_is_shown_or_marked():
        with gateways() as console:
            console.send("Cxyz\r")
            console.wait_for('no column is called "xyz"')
            console.escape()
            for name, calls in (("A", 5), ("B", 7), ("C", 11)):
                console.say(GATEWAY % (name, calls))
            console.say("row sw1 gateways gateway=D kind=routing", "publish sw1 gateways source=x")
            console.wait_for("row 1 of 5")
            console.send("/host=sw1\rT")
            total = lambda: next((line for line in console.lines() if " total " in line), "")
            console.wait(lambda: " 23+" in total(), "the sum of what is known")
            console.send("/ calls>0\r")
            console.wait(lambda: " 23 " in total(), "the sum of all")
            console.send("T")
            for name, calls in (("A", 5), ("B", 7), ("C", 11)):
                console.say(GATEWAY % (name, calls))
            console.say("row sw1 gateways gateway=E kind=mapping calls=23", "publish sw1 gateways source=x")
            console.wait_for("E ")
            console.send("T")
            console.wait_for("filter them by Kind, then there are totals")  # a call passes one of each
            assert total() and " 46 " not in total(), total()
            console.send("/ kind=routing\r")
            console.wait(lambda: " 23 " in total(), "the sum of one kind")
            console.send("g  ")
            console.wait(lambda: any(" marked " in line and " 23 " not in line
                                     for line in console.lines()[3:]), "the sum of two")

    @test
    def rows_are_numbered():
        with gateways() as console:
            console.send("#")
            console.wait(lambda: "".join(line[0:1] for line in console.lines()[7:13]) == "123456", "numbers")

    def copied(console):
        found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", bytes(console.output))
        return [base64.b64decode(text).decode() for text in found]

    @test
    def cells_and_rows_are_copied():
        with gateways() as console:
            console.send("y")
            console.wait_for('copied Gateway "CARRIER-A"')
            console.send("Y")
            console.wait_for("copied 1 row")
            console.send(" \x1b[B Y")
            console.wait_for("copied 2 rows")
            cell, row, rows = copied(console)
            assert cell == "CARRIER-A"
            assert row.startswith("sw1\tCARRIER-A\trouting\t"), row
            assert rows.count("\n") == 2 and rows.startswith("sw1\tCARRIER-A\t"), rows

    @test
    def hostile_text_does_not_reach_the_clipboard():
        with Console("hostile", pane="flood") as console:
            console.wait_for("203.0.113.11")
            console.send("M\rY")
            console.wait(lambda: copied(console), "the copy")
            text = copied(console)[0]
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text), text

    @test
    def a_terminal_without_a_clipboard_is_not_written_to():
        with gateways(term="linux") as console:
            console.send("y")
            console.wait_for("this terminal has no clipboard")
            assert copied(console) == []

    @test
    def what_is_shown_is_exported():
        with gateways() as console:
            console.send("/kind=mapping\r")
            console.wait_for("of 2, 6 in all")
            for name in ("out.csv", "out.json", "out.txt"):
                path = os.path.join(console.folder, name)
                console.send("E\x15%s\r" % path)
                console.wait_for("2 rows written to " + path)
                assert os.stat(path).st_mode & 0o777 == 0o600
            with open(os.path.join(console.folder, "out.csv")) as file:
                lines = file.read().splitlines()
            assert lines[0].startswith("host,gateway,kind,") and len(lines) == 3, lines
            with open(os.path.join(console.folder, "out.json")) as file:
                assert [row["gateway"] for row in json.load(file)] == ["CUST-1", "CUST-2"]

    @test
    def marked_rows_are_exported_alone():
        with gateways() as console:
            console.send("Mkind=mapping\r")
            console.wait_for("2 marked")
            path = os.path.join(console.folder, "marked.json")
            console.send("E")
            console.wait_for("export 2 marked rows to: gateways-")
            console.send("\x15%s\r" % path)
            console.wait_for("2 rows written to " + path)
            with open(path) as file:
                assert [row["gateway"] for row in json.load(file)] == ["CUST-1", "CUST-2"]
            console.send("/cust-1\rE")
            console.wait_for("export 1 marked of 2 (1 are hidden) to:")

    @test
    def details_are_exported_as_text():
        with gateways() as console:
            path = os.path.join(console.folder, "details.txt")
            console.send("\rE")
            console.wait_for("export to: details-20261120-081507.txt")
            console.send("\x15%s.csv\r" % path)
            console.wait_for("this is text: end the name in .txt")
            console.send("\x15%s\r" % path)
            console.wait_for("lines written to " + path)
            with open(path) as file:
                text = file.read()
            assert "Gateway" in text and "CARRIER-A" in text and "What the fields mean" in text, text

    @test
    def an_export_overwrites_nothing():
        with gateways() as console:
            path = os.path.join(console.folder, "old.csv")
            with open(path, "w") as file:
                file.write("old")
            console.send("E")
            console.wait_for("export 6 rows to: gateways-20261120-081507.csv")
            console.send("\x15%s\r" % path)
            console.wait_for("already; choose another name")
            console.send("\x15out.xls\r")
            console.wait_for("end the name in .csv, .json or .txt")
            with open(path) as file:
                assert file.read() == "old"

    @test
    def a_number_is_explained():
        with gateways(size=(120, 40)) as console:
            console.send("\x1b[B\x1b[B" + "\x1b[C" * 7 + "=")
            console.wait_for("ASR of CARRIER-B")
            for part in ("Answered / attempts x 100", "15m", "MySQL e_cdr_20261120", "In filters", "Warning when",
                         "How it is read"):
                console.wait_for(part)

    def colour_of(console, word):
        """The colour of the first letter of a word on the screen."""
        for y, line in enumerate(console.lines()):
            if word in line:
                return console.screen.buffer[y][line.index(word)].fg
        return None

    @test
    def what_a_reading_changes_is_marked_for_a_moment():
        purple = "875fff"
        with gateways() as console:
            console.send("/host=sw1\r")
            rows = [GATEWAY % ("AAA", 1111), GATEWAY % ("BBB", 2222)]
            console.say(*rows, "publish sw1 gateways source=x")
            console.wait_for("2 new, 5 gone")
            console.say("advance 2500")
            console.wait_gone("2 new")
            console.say(rows[0], GATEWAY % ("BBB", 3333), GATEWAY % ("DDD", 4444), "publish sw1 gateways source=x")
            console.wait_for("1 new")
            console.wait(lambda: colour_of(console, "3,333") == purple, "the new value marked")
            assert colour_of(console, "DDD") == purple and colour_of(console, "BBB") != purple, console.text()
            assert colour_of(console, "1,111") != purple
            console.say("advance 1000")
            console.wait(lambda: colour_of(console, "3,333") == "8787af" == colour_of(console, "DDD"), "a weaker mark")
            console.say("advance 1500")
            console.wait(lambda: colour_of(console, "3,333") != purple, "the mark to fade")
            assert colour_of(console, "DDD") != purple

    @test
    def another_window_is_no_change():
        with gateways() as console:
            console.say(GATEWAY % ("AAA", 1), "publish sw1 gateways source=x")
            console.wait_for("1 new")
            console.send("w")
            console.wait_gone("Gateways  15m")
            console.settle()
            assert " new" not in console.text() and " gone" not in console.text(), console.text()

    @test
    def prompts_remember_what_was_typed():
        up, down = "\x1b[A", "\x1b[B"
        with gateways() as console:
            for text in ("carrier", "kind=mapping"):
                console.send("/\x15%s\r" % text)
                console.wait_for("filter " + text)
            console.send("/" + up)
            console.wait_for("filter: carrier")
            console.send(down)
            console.wait_for("filter: kind=mapping")
            console.send("\x1b")
            console.wait_gone("filter:")
            console.send(":alar\r")
            console.wait_for("1 Alarms")
            console.send(":")
            console.wait_for("command:")
            console.send(up)
            console.wait_for("command: alarms")
            console.send("\x1b")
            console.wait_gone("command:")
