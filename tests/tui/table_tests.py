# SPDX-License-Identifier: MIT
"""What the one table engine does in every pane: searching, marking, copying, exporting, explaining."""

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
            assert len(marked()) == 1 and "CARRIER-C" in marked()[0], console.text()
            console.say(GATEWAY % ("AAA", 1), GATEWAY % ("CARRIER-C", 77), "publish sw1 gateways source=x")
            console.wait_for("77")
            assert len(marked()) == 1 and "CARRIER-C" in marked()[0], console.text()
            console.send("ss")
            console.wait_for("▼")
            assert len(marked()) == 1 and "CARRIER-C" in marked()[0], console.text()
            console.say(GATEWAY % ("AAA", 1), "publish sw1 gateways source=x")
            console.wait_gone("marked")

    @test
    def marks_by_range_filter_and_inversion():
        with gateways() as console:
            console.send(" \x1b[BV")
            console.wait_for("3 marked")
            console.send("U")
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
            console.say("row sw1 gateways gateway=D kind=mapping", "publish sw1 gateways source=x")
            console.wait_for("row 1 of 5")
            console.send("/host=sw1\rT")
            total = lambda: next((line for line in console.lines() if " total " in line), "")
            console.wait(lambda: " 23+" in total(), "the sum of what is known")
            console.send("/ kind=routing\r")
            console.wait(lambda: " 23 " in total(), "the sum of all")
            console.send("g  ")
            console.wait(lambda: any(" marked " in line and " 23 " not in line
                                     for line in console.lines()[3:]), "the sum of two")

    @test
    def rows_are_numbered():
        with gateways() as console:
            console.send("#")
            console.wait(lambda: "".join(line[0:1] for line in console.lines()[7:13]) == "123456", "numbers")
