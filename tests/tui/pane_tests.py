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
            console.send("\x1b[B\x1b[B")
            console.wait_for("CARRIER-B")
            console.send("\r")
            console.wait_for("Calls: 1555010")
            console.wait_for("To gateway")

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
            console.wait_for("1000 203.0.113.99")
