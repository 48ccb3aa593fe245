# SPDX-License-Identifier: MIT
"""Key sets, themes, what is kept, the mouse, ways through the console."""


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    @test
    def keys_one_after_the_other():
        with Console(size=(120, 40), pane="gateways", env={"FAKE_KEYMAP": "vi"}) as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("G")
            console.wait_for("row 6 of 6")
            console.send("g")
            console.wait_for("g,…")
            console.wait_for("h hosts")
            console.send("g")
            console.wait_for("row 1 of 6")
            console.wait_gone("g,…")
            console.send("g")
            console.wait_for("g,…")
            console.escape()
            console.wait_gone("g,…")
            console.wait_for("row 1 of 6")
            console.send("gG")  # leads nowhere, and is no G either
            console.wait_for("g,G does nothing here")
            console.wait_for("row 1 of 6")

    @test
    def no_key_of_a_movement_bans_in_the_vi_set():
        with Console(size=(120, 40), pane="flood", env={"FAKE_KEYMAP": "vi"}) as console:
            console.wait_for("row 1 of 2")
            console.escape()
            console.send("bBlLwW")
            console.send("G")
            console.wait_for("row 2 of 2")
            console.send("gg")
            console.wait_for("row 1 of 2")
            assert "run " not in console.heard(), console.heard()
            console.send("db")
            console.wait_for("banned on sw1")
            console.send("u")
            console.wait_for("undone on sw1")
