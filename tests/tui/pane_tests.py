# SPDX-License-Identifier: MIT
"""What panes show together: the last hour, related rows, two panes at once, groups."""


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    @test
    def a_gateways_calls_are_entered_from_its_details():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("/carrier-b\r")
            console.wait_for("row 1 of 1")
            console.send("\r")
            console.wait_for("Related")
            console.wait_for("and 18 more")
            console.send("\t\t")
            console.wait(lambda: "Calls" in console.cursor_line(), "a related call")
            console.send("\r")
            console.wait_for("Calls: 1555010")
            console.wait_for("To gateway")
            console.send("\t\r")
            console.wait_gone("Calls: 1555010")
            console.send("q")
            console.wait_for("Calls: 1555010")
            console.send("\x1b")
            console.wait_for("Gateways: CARRIER-B routing")  # and so back to where one was
            console.wait(lambda: "Calls" in console.cursor_line(), "the line that was followed")
            console.send("\x1b")
            console.wait_gone("Related")
            console.wait_for("row 1 of 1")

    @test
    def a_field_of_details_is_explained_and_left_again():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("\r=")
            console.wait_for("choose a value first")
            console.send("q\r\t\r")  # faster than anything is painted
            console.wait_for("Alarms: ")
            console.send("qq\r")
            console.send("\x1b[B\x1b[B\x1b[B=")
            console.wait_for("Kind of CARRIER-A")
            console.wait_for("In filters")
            console.send("\x1b")
            console.wait_for("Gateways: CARRIER-A")
            console.send("\r")
            console.wait_for("Kind of CARRIER-A")
            console.send("2")
            console.wait_for("To gateway")

    @test
    def a_number_of_the_overview_is_explained():
        with Console(size=(120, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            console.send("\x1b[C\x1b[C=")
            console.wait_for("In filters")
            console.wait_for(" of sw1 ")
            console.wait_for("Made of")
            console.send("\x1b")
            console.wait_for("Needs a person")

    @test
    def a_text_without_a_chosen_line_is_left_by_enter():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("\r")
            console.wait_for("Gateways: ")
            console.send("\r")
            console.wait_gone("Gateways: ")

    @test
    def an_address_leads_to_its_suspended_endpoints():
        with Console(size=(120, 50), pane="flood") as console:
            console.wait_for("row 1 of 2")
            console.escape()
            console.send("\r")
            console.wait_for("Related")
            console.send("G")
            console.wait_for("1000 203.0.113.99")

    @test
    def two_panes_beside_each_other():
        with Console(size=(160, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            console.send("2")
            console.wait_for("To gateway")
            console.send("3|")
            console.wait(lambda: "CARRIER-C" in console.text() and "Caller" in console.text(),
                         "both")
            console.wait_heard("look calls gateways\n")
            heading = next(line for line in console.lines() if "Caller" in line)
            assert heading.index("Gateway") < heading.index("│") < heading.index("Caller"), heading
            console.send("\t")  # the keyboard goes to the calls
            console.send("/15550200\r")
            console.wait_for("row 1 of 1, 25 in all")
            console.wait_for("CARRIER-C")
            console.send("Z")
            console.wait_gone("CARRIER-C")
            console.send("Z")
            console.wait_for("CARRIER-C")
            console.send("|")
            console.wait_gone("CARRIER-C")

    @test
    def two_panes_above_each_other_on_a_narrow_screen_and_one_on_a_low_one():
        with Console(size=(80, 24), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("|")
            console.wait_for("Needs a person")
            console.wait_for("CARRIER-A")
            console.resize(40, 12)
            console.wait_gone("Needs a person")
            console.wait_for("row 1 of 6")

    @test
    def a_pane_is_on_the_screen_once():
        with Console(size=(160, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("|0")  # the overview is the other one: the keyboard goes there
            console.wait(lambda: "CARRIER-C" in console.text() and
                         console.text().count("Needs a person") == 1, "both once")

    @test
    def durations_count_between_readings_as_long_as_they_are_live():
        with Console(size=(120, 40), pane="suspended") as console:
            console.wait_for(" 2:19")
            console.say("advance 4000")
            console.wait_for(" 2:15")
            console.send("2")
            console.wait_for(" 2:04")
            console.say("advance 60000")  # overdue: nobody knows whether the calls go on
            console.wait_for("stale")
            console.wait_for(" 2:00")

    @test
    def calls_are_counted_in_groups_that_can_be_entered():
        with Console(size=(120, 40), pane="calls") as console:
            console.wait_for("row 1 of 25")
            console.escape()
            console.send("v")
            console.wait_for("by To gateway")
            console.wait_for("row 1 of 2 ")
            console.wait_for("Longest")
            console.wait_gone("15550100")
            line = next(line for line in console.lines() if "CARRIER-B" in line)
            assert line.split() == ["sw1", "CARRIER-B", "24", "24", "2:00"], line
            console.send("=")
            console.wait_for("counts of rows")
            console.send("\x1b[B\r")
            console.wait_for('filter routing_gateway="CARRIER-A"')
            console.wait_for("row 1 of 1, 25 in all")
            console.escape()
            console.wait_for("row 1 of 25")
            console.send("vv")
            console.wait_for("by From gateway")
            console.send("vv")
            console.wait_for("by Caller")
            console.escape()  # leaves the groups, not the pane
            console.wait_gone("by Caller")
            console.wait_for("row 1 of 25")
