# SPDX-License-Identifier: MIT
"""Other languages: panes in a language of longer words, and golden screens of each language."""

import os
import unicodedata

PANES = {
    "morning": ["overview", "alarms", "calls", "gateways", "suspended", "firewall", "flood", "health", "bans", "audit"],
    "money": ["balances", "users", "payments", "revenue", "blacklist", "access", "parameters", "maintenance"],
    "system": ["cdrs", "syslog", "processes"],
}
SIZES = [(80, 24), (120, 40)]
# `--update es` and `--update zh_CN` write the golden screens of a language; there is no test for one that has none.
LANGUAGES = ["es", "zh_CN"]
# Name, scene, pane, keys: a tuple waits for what is the same in every language.
GOLDEN = [
    ("overview", "morning", None, []),
    ("flood", "morning", "flood", []),
    ("gateways", "morning", "gateways", []),
    ("health", "morning", "health", []),
    ("processes", "system", "processes", []),
    ("help", "morning", None, ["?"]),
    ("firewall", "morning", "firewall", [("DROP",)]),
    ("suspended", "morning", "suspended", [("203.0.113.99",)]),
    ("call", "morning", "calls", [("sw1",), "\r"]),
    ("palette", "morning", None, [("CARRIER-A",), ":ga"]),
    ("ban-asks", "morning", "flood", [("203.0.113.99",), "B", ("ipset",)]),
    ("guide", "shift", None, [("12",), "\t\t\t\t"]),
]


def environment(language, scene="morning"):
    found = {"LANGUAGE": language, "LC_ALL": "", "LANG": "C.UTF-8"}
    return {**found, "FAKE_CHECKLIST": "morning"} if scene == "shift" else found


def faults(console):
    """What a text that is too long does to a screen."""
    lines, found = console.lines(), []
    if not lines[0].strip() or not lines[1].strip():
        found.append("the first two lines are not there")
    if "?" not in lines[-1] or " q " not in lines[-1] + " ":
        found.append("the line of keys is not there")
    for y, line in enumerate(lines):
        if "\ufffd" in line:
            found.append("half a character in line %d" % y)
        row = console.screen.buffer[y]
        for x in range(console.screen.columns):
            wide = unicodedata.east_asian_width((row[x].data or " ")[0]) in "WF"
            if wide and (x + 1 == console.screen.columns or row[x + 1].data != ""):
                found.append("half a wide character in line %d" % y)
    return found


def add(test, Console, golden_folder, updating):
    """Registers the tests; Console as in screen.py."""

    def shown(console):
        """A frame with what the hosts have said."""
        console.wait(lambda: "08:15" in console.text())
        console.settle(0.15)

    def longer_words(size):
        def run():
            bad = []
            for scene, panes in PANES.items():
                with Console(scene, size, env=environment("en@pseudo")) as console:
                    shown(console)
                    console.escape()
                    assert "[Hóst~" in console.text(), console.text()
                    for pane in panes:
                        console.send(":%s\r" % pane)
                        shown(console)
                        bad += ["%s: %s\n%s" % (pane, fault, console.text()) for fault in faults(console)]
                        if not any("[" in line and "~" in line for line in console.lines()):
                            bad.append("%s: nothing is translated\n%s" % (pane, console.text()))
                    console.send("q")
                    assert console.wait_exit() == 0
            assert not bad, "\n".join(bad)
        run.__name__ = "longer_words_leave_every_pane_whole_%dx%d" % size
        return run

    @test
    def no_label_of_details_is_left_in_english():
        for pane in (None, "calls", "gateways"):
            with Console("morning", (120, 60), pane, env=environment("en@pseudo")) as console:
                shown(console)
                console.send("\r")
                console.wait(lambda: console.lines()[1].startswith("── "), "details")
                shown(console)
                labels = [line for line in console.lines()[2:-2] if line[:2] == "  " and line[2:3].isalpha()]
                assert not labels, "\n".join(labels)
                assert sum(line.startswith("  [") for line in console.lines()) > 5, console.text()

    def golden(language, name, scene, pane, keys, size):
        file = "%s-%s-%dx%d" % (language, name, *size)

        def run():
            with Console(scene, size, pane, env=environment(language, scene)) as console:
                shown(console)
                for key in keys:
                    if isinstance(key, tuple):
                        console.wait_for(key[0])
                    else:
                        console.send(key)
                        shown(console)
                console.golden(file)
                # Over a pane the lines of keys and titles are another's.
                assert keys or not faults(console), faults(console)
        run.__name__ = "golden %s" % file
        return run if updating or os.path.exists(os.path.join(golden_folder, file + ".txt")) else None

    for size in SIZES:
        test(longer_words(size))
        for language in LANGUAGES:
            for case in GOLDEN:
                found = golden(language, *case, size)
                if found is not None:
                    test(found)
