# SPDX-License-Identifier: MIT
"""Key sets, themes, what is kept, the mouse, ways through the console."""

import os


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
            console.wait_for("theme solarized-light from now on")
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

    def leave(console):
        """Quits; returns the file of what was arranged, which another console may begin with."""
        console.send("q")
        assert console.wait_exit() == 0
        path = os.path.join(console.folder, "nocdesk", "console.ini")
        return open(path, encoding="utf-8").read() if os.path.exists(path) else ""

    def heading(console):
        return next((line for line in console.lines() if line.split()[:2] == ["Host", "Gateway"]), "")

    @test
    def what_was_arranged_is_there_again():
        with Console(size=(160, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("/kind=routing\r")
            console.wait_for("row 1 of 4")
            console.send("Conl<<")  # Online before Kind
            console.wait(lambda: 0 < heading(console).find("Online") < heading(console).find("Kind"), "Online first")
            console.escape()
            console.send("Ckind+++++")
            console.escape()
            console.send(">\x15-calls\r")
            console.wait_for("sort Calls ▼")
            console.send("w")
            console.wait_for("1h")
            console.send("hsw1|sw2\r")
            console.wait_for("hosts 2 of 3")
            console.send("|")
            text = leave(console)
        for line in ('version = 1', 'hosts = "sw1|sw2"', '[pane gateways]', 'filter = "kind=routing"',
                     'sort = "-calls"', 'window = "1h"', 'first = "gateways"', 'second = "overview"'):
            assert line in text, (line, text)
        with Console(size=(160, 40), files={"console.ini": text}) as console:
            console.wait_for("as you left it: only hosts sw1|sw2, and filters in gateways")
            console.wait_for("hosts 2 of 3")
            console.wait_for("kind=routing")
            console.wait(lambda: 0 <= heading(console).find("Online") < heading(console).find("Kind"), "its columns")
            assert leave(console) == text  # nothing new: not written
        with Console(size=(160, 40), pane="gateways", files={"console.ini": text}) as console:
            console.wait_for("row 1 of 4")
            console.escape()
            console.send(":reset-state\r")
            console.wait_for("as at the first start")
            console.wait_for("row 1 of 6")
            console.wait(lambda: heading(console).find("Online") > heading(console).find("Kind") > 0, "the first order")
            console.wait_gone("hosts 2 of 3")
            console.wait(lambda: kept(console) == "", "the file is removed")

    def tiles(console):
        """The titles of the tiles from top to bottom."""
        return [line.split("  ")[0].strip("─ ") for line in console.lines()[1:] if line.startswith("─ ")]

    def kept(console):
        path = os.path.join(console.folder, "nocdesk", "console.ini")
        return open(path, encoding="utf-8").read() if os.path.exists(path) else ""

    @test
    def the_overview_is_arranged_by_keys_and_stays_so():
        with Console(size=(120, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            console.send("vatt")
            console.wait(lambda: tiles(console)[:2] == ["Needs a person", "SIP flood"], "attack as one types")
            console.send("\x1b")
            console.wait(lambda: tiles(console) == ["Hosts", "Needs a person", "Panes"], "as before")
            console.send("vcalm\r")
            console.wait(lambda: tiles(console) == ["Needs a person", "Hosts"], "calm")
            console.send("Cflood\r")
            console.wait(lambda: tiles(console) == ["Needs a person", "Hosts", "SIP flood"], "flood is there")
            console.send("<")
            console.wait(lambda: tiles(console) == ["Needs a person", "SIP flood", "Hosts"], "it moved")
            console.escape()
            console.send("t")
            console.send("\r")
            console.wait_for("row 1 of 2")  # the tile's pane
            console.send("0tX")
            console.wait(lambda: tiles(console) == ["Needs a person", "SIP flood"], "the hosts are hidden")
            console.send("X")  # the keyboard is in the tile that took the place
            console.wait(lambda: tiles(console) == ["Needs a person"], "the flood is hidden")
            console.send("X")
            console.wait_for("what needs a person is always shown")
            console.send("Cbans\r")
            console.wait(lambda: tiles(console) == ["Needs a person", "Bans"], "bans are there")
            console.escape()
            text = leave(console)
        assert 'tiles = "attention bans"' in text, text
        with Console(size=(120, 40), files={"console.ini": text}) as console:
            console.wait(lambda: tiles(console) == ["Needs a person", "Bans"], "as it was left")
            console.escape()
            console.send(":reset-state\r")
            console.wait(lambda: tiles(console) == ["Hosts", "Needs a person", "Panes"], "the first ones")

    @test
    def a_console_that_is_killed_has_kept_what_was_arranged():
        with Console(size=(160, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send(":theme\r")
            console.wait_for("theme:")
            console.send("gruv\r")
            console.wait_for("theme gruvbox from now on")
            console.send("Conl<<")
            console.wait(lambda: 0 < heading(console).find("Online") < heading(console).find("Kind"), "Online first")
            console.escape()
            console.send("Ckind+++++")
            console.escape()
            console.say("advance 1500")
            console.send("r")
            console.wait(lambda: "[pane gateways]" in kept(console), "the file")
            text = kept(console)
            os.kill(console.pid, 9)
        assert 'theme = "gruvbox"' in text, text
        with Console(size=(160, 40), pane="gateways", files={"console.ini": text}) as console:
            console.wait_for("row 1 of 6")
            console.wait(lambda: ground(console) == "262626", "gruvbox")
            assert 0 < heading(console).find("Online") < heading(console).find("Kind"), heading(console)
            console.send("2")  # another pane has its own columns
            console.wait_for("Calls")
            console.send(":reset-state\r")
            console.wait(lambda: ground(console) == "default", "the theme of the first start")
            console.send("3")
            console.wait(lambda: heading(console).find("Online") > heading(console).find("Kind") > 0, "the first order")

    @test
    def a_broken_or_foreign_file_is_said_and_left_alone():
        for text, said in (("[state\nversion = 1\n", "console.ini:1: "),
                           ("[state]\nversion = 99\n[pane gateways]\nfilter = zzz\n", "another version of nocdesk"),
                           ("[state]\nversion = 1\n[pane gateways]\nfilter = nosuch>1\nsort = nosuch\n"
                            "columns = nosuch gateway:9999 -kind:x host\nwindow = 9y\n", "")):
            with Console(size=(160, 40), pane="gateways", files={"console.ini": text}) as console:
                console.wait_for("row 1 of 6")
                console.send("!")
                console.wait_for("Journal")
                if said:
                    console.wait_for(said)
                console.escape()
                assert console.status is None

    @test
    def what_the_file_names_and_is_gone_is_told():
        text = ("[state]\nversion = 1\n[console]\nfirst = gone\nsecond = calls\ntiles = attention gone hosts\n"
                "[pane gateways]\nfilter = nosuch>1\nsort = nosuch\ncolumns = host gateway lost -older\n"
                "window = 9y\n[pane of_mine]\nsort = x\n[overview hosts]\ncolumns = host\n[overview gone]\nsort = x\n")
        with Console(size=(200, 40), files={"console.ini": text}) as console:
            console.wait_for("Needs a person")
            assert tiles(console)[:2] == ["Hosts", "Needs a person"], tiles(console)
            console.escape()
            console.send("!")
            for said in ("[pane gateways] sort is passed over: ", "[pane gateways] filter is passed over: ",
                         "[pane gateways] columns is passed over: there is no column lost, older",
                         "[pane gateways] window is passed over: there is no window 9y",
                         "[pane of_mine] is passed over: there is nothing of that name any more",
                         "[overview gone] is passed over: there is nothing of that name any more",
                         "[console] first is passed over: no pane is called gone",
                         '[console] tiles is passed over: no tile is called "gone"'):
                console.wait(lambda: said in " ".join(console.text().split()), said)
            assert "[overview hosts]" not in console.text(), console.text()
            console.escape()
            assert leave(console) == text  # until something is arranged

    @test
    def of_two_consoles_the_last_one_wins_whole():
        with Console(size=(120, 40), pane="gateways") as first:
            first.wait_for("row 1 of 6")
            with Console(size=(120, 40), pane="calls", env={"XDG_STATE_HOME": first.folder}) as second:
                second.wait_for("row 1 of 25")
                second.escape()
                second.send("/1555\r")
                second.wait_for("1555")
                second.send("q")
                assert second.wait_exit() == 0
            path = os.path.join(first.folder, "nocdesk", "console.ini")
            assert "[pane calls]" in open(path, encoding="utf-8").read()
            first.escape()
            first.send("/kind=routing\r")
            first.wait_for("row 1 of 4")
            text = leave(first)
            assert "[pane gateways]" in text and "[pane calls]" not in text, text
            assert not [name for name in os.listdir(os.path.dirname(path)) if name.startswith("console.ini.")]

    def mouse(console, row, col, button=0):
        console.send("\x1b[<%d;%d;%dM\x1b[<%d;%d;%dm" % (button, col + 1, row + 1, button, col + 1, row + 1))

    def find(console, text):
        for row, line in enumerate(console.lines()):
            if text in line:
                return row, line.index(text)
        raise AssertionError("no %r in\n%s" % (text, console.text()))

    @test
    def the_mouse_is_off_until_a_key_turns_it_on():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            assert b"\x1b[?1000h" not in console.output
            console.escape()
            mouse(console, *find(console, "CARRIER-C"))  # as a stray report
            console.send("m")
            console.wait_for("the mouse is on")
            assert b"\x1b[?1000h\x1b[?1006h" in console.output
            console.wait_for("row 1 of 6")
            mouse(console, *find(console, "CARRIER-C"))
            console.wait_for("row 4 of 6")
            mouse(console, *find(console, "Attempts"))
            console.wait_for("sort Attempts ▲")
            row, col = find(console, "Calls   CPS  Attempts")
            mouse(console, row, col + 14)
            console.wait_for("sort Attempts ▼")
            console.send("m")
            console.wait_for("the terminal selects text again")
            assert b"\x1b[?1006l\x1b[?1000l" in console.output
            mouse(console, *find(console, "CARRIER-C"))
            console.send("!")
            console.wait_for("Journal")

    @test
    def tabs_wheel_lists_and_buttons_of_the_mouse():
        with Console(size=(120, 40), pane="calls") as console:
            console.wait_for("row 1 of 25")
            console.escape()
            console.send("m")
            console.wait_for("the mouse is on")
            mouse(console, 10, 10, button=65)
            console.wait_for("row 4 of 25")
            mouse(console, 10, 10, button=64)
            console.wait_for("row 1 of 25")
            mouse(console, 0, console.lines()[0].index(" 3!!") + 1)
            console.wait_for("row 1 of 6")
            mouse(console, *find(console, "CARRIER-B"))
            console.wait_for("row 3 of 6")
            mouse(console, *find(console, "CARRIER-B"))
            console.wait_for("Gateways: CARRIER-B")  # the second click opens
            mouse(console, *find(console, "Esc back"))
            console.wait_gone("Gateways: CARRIER-B")
            console.send(":ca")
            console.wait_for("command: ca")
            row, col = find(console, "Esc cancel")
            mouse(console, row, col + 1)
            console.wait_gone("command:")
            console.send("/kind=routing")
            console.wait_for(" Enter take ")
            mouse(console, *find(console, "Enter take"))
            console.wait_gone("filter: kind")
            console.wait_for("row 3 of 4")
            mouse(console, *find(console, "Enter open"))
            console.wait_for("Related")

    @test
    def a_tile_of_the_overview_is_selected_and_opened_by_the_mouse():
        with Console(size=(120, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            console.send("m")
            console.wait_for("the mouse is on")
            mouse(console, *find(console, "Endpoints whose"))
            console.wait(lambda: "Endpoints whose" in console.cursor_line(), "the pane's line")
            mouse(console, *find(console, "Endpoints whose"))
            console.wait_for("row 1 of 3")

    @test
    def tiles_and_hosts_of_the_grid_take_clicks():
        with Console("fifty", size=(120, 40)) as console:
            console.wait_for("sin30")
            console.escape()
            console.send("m")
            console.wait_for("the mouse is on")
            console.send("vfleet\r")
            console.wait_for("Alarms  3")
            mouse(console, *find(console, "sin22"))
            row, col = find(console, "sin22")
            console.wait(lambda: console.screen.buffer[row][col].bg == "005f87", "the host under the cursor")
            mouse(console, row, col)
            console.wait_for("Esc back")
            console.escape()
            console.wait_for("Alarms  3")
            row, col = find(console, "CARRIER-44")
            mouse(console, row, col)
            console.wait(lambda: "CARRIER-44" in console.cursor_line(), "the alarm")
            mouse(console, row, col)
            console.wait_for("row 3 of 3")
            console.send("0")
            console.wait_for("Alarms  3")
            mouse(console, *find(console, "Health  "))  # a title: first the keyboard, then its pane
            mouse(console, *find(console, "Health  "))
            console.wait_for("no rows")

    @test
    def a_second_click_on_what_is_gone_does_nothing():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("m")
            console.wait_for("the mouse is on")
            for opened, place in ((":ca", "Esc cancel"), ("?", "Esc back")):
                console.send(opened)
                console.wait_for(place)
                row, col = find(console, place)
                console.send("\x1b[<0;%d;%dM" % (col + 1, row + 1) * 3)
                console.wait_gone("command:")
                console.send("3")
                console.wait_for("row 1 of 6")
            console.send(":c")
            row = find(console, "command: c")[0] if "command: c" in console.text() else 39
            console.wait_for("columns")
            console.send("\x1b\x1b[<0;5;%dM" % (row - 1) + "\x1b[<0;5;%dM" % (row - 1))
            console.settle()
            assert console.status is None

    @test
    def broken_reports_of_the_mouse_do_nothing():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("m")
            console.wait_for("the mouse is on")
            for report in ("\x1b[<0;1M", "\x1b[<999999999999;1;1M", "\x1b[<0;0;0M", "\x1b[<0;500;500M", "\x1b[<b",
                           "\x1b[<2;5;5M", "\x1b[<" + "1" * 200 + "M"):
                console.send(report)
            console.send("3")
            console.wait_for("row 1 of 6")
            assert "run " not in console.heard()

    @test
    def filters_are_completed_by_tab_columns_values_and_saved_ones():
        with Console(size=(120, 40), pane="gateways") as console:
            console.wait_for("row 1 of 6")
            console.escape()
            console.send("/ki\t")
            console.wait_for("filter: kind")
            console.send("=\t")
            console.wait_for("filter: kind=routing")  # the most frequent first
            console.wait_for("4 rows")
            console.wait_for("row 1 of 4")
            console.send("\t")
            console.wait_for("filter: kind=mapping")
            console.wait_for("2 rows")
            console.send(" gateway=cu\t")
            console.wait_for("filter: kind=mapping gateway=CUST-1")
            console.wait_for("row 1 of 1")
            console.send("\x15\t")
            console.wait_for("filter: asr_pct<20")  # [filter low-asr]
            console.wait_for("low-asr")
            console.wait_gone("CARRIER-C")
            console.send("\r")
            console.wait_gone("filter:")
            console.send(":lowasr\r")
            console.wait_for("filter asr_pct<20")

    @test
    def hosts_are_chosen_by_group_tag_and_state():
        with Console("fifty", size=(120, 40)) as console:
            console.wait_for("50 hosts")
            console.escape()
            console.send("hgroups=\t")
            console.wait_for("hosts: groups=europe")
            console.wait_for("18 rows")
            console.send("\r")
            console.wait_for("hosts 18 of 50")
            console.send("h\x15groups:asia state!=live\r")
            console.wait_for("hosts 1 of 50")
            console.wait_for("sin30")
            console.send("h\x15environment=test\r")
            console.wait_for("test hosts 4 of 50")
            console.send(":lost\r")  # [filter lost]
            console.wait_for("hosts 3 of 50")

    def colours(console, text):
        row, col = find(console, text)
        cell = console.screen.buffer[row][col]
        return cell.fg, cell.bg

    @test
    def production_is_red_in_title_rows_and_questions():
        with Console(size=(120, 40), pane="flood") as console:
            console.wait_for("row 1 of 2")
            console.wait(lambda: colours(console, "3 hosts") == ("ffffff", "af0000"), "the title's badge")
            row, col = find(console, "203.0.113.1 ")
            assert console.screen.buffer[row][console.lines()[row].index("sw1")].fg == "af5f5f"
            console.escape()
            console.send("B")
            console.wait_for("Type yes to do it")
            console.wait(lambda: colours(console, "sw1 prod  sw2 prod") == ("ffffff", "af0000") or
                         colours(console, "sw1  prod") == ("ffffff", "af0000"), "the question's hosts")
        with Console(size=(120, 40), pane="flood") as console:
            console.wait_for("row 1 of 2")
            console.escape()
            console.send("hlab\r")
            console.wait_for("hosts 1 of 3: lab")
            console.wait(lambda: colours(console, "hosts 1 of 3")[1] != "af0000", "no badge without production")

    @test
    def back_and_forth_through_where_one_was():
        with Console(size=(120, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            for key, text in (("3", "row 1 of 6"), ("2", "row 1 of 25"), ("4", "row 1 of 3")):
                console.send(key)
                console.wait_for(text)
            console.send("[")
            console.wait_for("row 1 of 25")
            console.send("\x1b[1;3D")  # Alt-Left
            console.wait_for("row 1 of 6")
            console.send("\x1b\x1b[D")  # as PuTTY sends it
            console.wait_for("Needs a person")
            console.send("[")
            console.wait_gone("row 1 of")
            console.send("]")
            console.wait_for("row 1 of 6")
            console.send("\x1b[1;3C")
            console.wait_for("row 1 of 25")
            console.send("5")
            console.wait_for("row 1 of 5")
            console.send("]")  # the rest of the way is forgotten
            console.settle()
            console.wait_for("row 1 of 5")

    @test
    def the_palette_finds_scattered_letters_in_any_case():
        with Console(size=(120, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            console.send(":SYLG")
            console.wait_for("syslog")
            console.send("\r")
            console.wait_for("System log")
            console.send(":number lists\r")  # a pane by its title
            console.wait_for("Number lists")

    @test
    def what_was_only_guessed_is_read_before_it_leaves_or_writes():
        with Console(size=(120, 40)) as console:
            console.wait_for("Needs a person")
            console.escape()
            for typed, name in (("qit", "quit"), ("hngup", "hangup"), ("rst-state", "reset-state")):
                console.send(f":{typed}\r")
                console.wait_for(f'nothing here is called "{typed}": Enter again runs "{name}", Esc cancels')
                console.escape()
            console.send(":qit\r")
            console.wait_for('Enter again runs "quit"')
            console.send("\r")
            assert console.wait_exit() == 0

    @test
    def starts_on_every_terminal_of_the_matrix():
        for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100", "putty"):
            with Console(size=(80, 24), term=term) as console:
                console.wait_for("Needs a person")
                console.wait_for("203.0.113.99")
                console.escape()
                console.send("3")
                console.wait_for("row 1 of 6")
                console.send("j\x1bOB\x1b[B")  # both forms of the cursor keys
                console.wait_for("row 4 of 6")
                console.send("/kind=mapping\r")
                console.wait_for("of 2, 6 in all")
                console.send("?")
                console.wait_for("Help")
                console.escape()
                console.send("m")
                console.wait_for("the mouse is on")
                console.send("q")
                assert console.wait_exit() == 0, (term, console.text())

    @test
    def fifty_hosts_are_tiles_that_can_be_walked_and_opened():
        with Console("fifty", size=(120, 40)) as console:
            console.wait_for("Hosts  50")
            console.wait_for("Needs a person")
            console.wait_for("sin30: no answer")
            console.escape()
            first = find(console, "fra01")
            assert find(console, "fra02")[0] == first[0]
            console.send("\x1b[C\x1b[C\x1b[C\r")
            console.wait_for("fra04")
            console.wait_for("Environment")
            console.escape()
            console.wait_gone("Environment")
            console.send("\x1b[B\x1b[B\x1b[D\r")  # two lines of six tiles further, and one to the left
            console.wait_for("fra15")
            console.wait_for("Environment")
            console.escape()
            console.send("hgroups:asia\r")
            console.wait_for("Hosts  16")
            console.send("h\x15lab\r")
            console.wait_for("Hosts  4")
            console.wait_for("State")  # few are a list again
