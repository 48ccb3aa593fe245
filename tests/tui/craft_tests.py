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

    def ground(console):
        """The background where nothing is drawn."""
        return console.screen.buffer[console.screen.lines - 6][console.screen.columns - 2].bg

    @test
    def a_theme_is_chosen_by_looking_at_it():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            assert ground(console) == "default", ground(console)
            console.send(":theme\r")
            console.wait_for("theme:")
            console.send("gruv")
            console.wait(lambda: ground(console) == "262626", "gruvbox")
            console.send("\x1b")
            console.wait(lambda: ground(console) == "default", "what was before")
            console.send(":theme\r")
            console.wait_for("theme:")
            console.send("solarized-l\r")
            console.wait_for("theme = solarized-light in nocdesk.ini keeps it")
            console.wait(lambda: ground(console) == "ffffd7", "solarized-light")

    @test
    def a_theme_of_ones_own_is_shown_as_soon_as_it_is_written():
        with Console(size=(120, 40), pane="gateways", env={"FAKE_THEME": "mine"},
                     files={"themes/mine.ini": "[256]\ntext = 252 on 17\n"}) as console:
            console.wait_for("row 1 of 6")
            console.wait(lambda: ground(console) == "00005f", "its background")
            console.write("themes/mine.ini", "[256]\ntext = 252 on 52\n")
            console.wait(lambda: ground(console) == "5f0000", "the new background")
            console.write("themes/mine.ini", "[256]\ntext = 252 on bluish\n")
            console.wait_for("mine.ini:2: \"bluish\" is no colour here")
            assert ground(console) == "5f0000", ground(console)
            console.write("themes/mine.ini", "[256]\ntext = 252 on 22\n")
            console.wait(lambda: ground(console) == "005f00", "the third background")

    @test
    def true_colour_where_the_terminal_says_that_it_has_it():
        with Console(size=(120, 40), env={"FAKE_THEME": "nord", "COLORTERM": "truecolor"}) as console:
            console.wait(lambda: b"46:52:64m" in console.output, "24 bits of colour")
        with Console(size=(120, 40), env={"FAKE_THEME": "nord"}) as console:
            console.wait_for("Needs a person")
            assert b"48;5;237m" in console.output, bytes(console.output[:400])
        with Console(size=(120, 40), env={"FAKE_THEME": "nord", "NO_COLOR": "1", "COLORTERM": "truecolor"}) as console:
            console.wait_for("Needs a person")
            assert b"46:52:64m" not in console.output and b"48;5" not in console.output
