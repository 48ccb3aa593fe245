# SPDX-License-Identifier: MIT
"""The overview's tiles of the journal and of the checklist."""

SIZES = [(80, 24), (120, 40), (200, 50)]
KEPT = "[state]\nversion = 1\n[console]\ntiles = %s\n"
BOTH = KEPT % '"attention:5 checklist:6 +journal:6 hosts"'
ANA = {"FAKE_CHECKLIST": "morning", "FAKE_OPERATOR": "ana"}


def add(test, Console):
    """Registers the tests; Console as in screen.py."""

    def begun(size, tiles=BOTH):
        console = Console("shift", size, env=ANA, files={"console.ini": tiles})
        console.wait_for("step 1 of 12")
        console.wait_gone("looking whether somebody")
        return console

    def decide(console):
        """Two steps taken, the third failed; then back to the overview."""
        for step in (1, 2):
            console.wait_for("step %d of 12" % step)
            console.send("\r")
        console.wait_for("step 3 of 12")
        console.send("ffiber cut, vendor called\r")
        console.wait_for("step 4 of 12")
        console.escape()
        console.wait_for("Morning 3/12: ")

    def golden(name, size, play):
        def run():
            with begun(size) as console:
                decide(console)
                play(console)
                console.golden("tiles-%s-%dx%d" % (name, *size))
        run.__name__ = "golden tiles %s %dx%d" % (name, *size)
        test(run)

    for size in SIZES:
        golden("run", size, lambda console: console.wait_for("Checklist"))
        golden("journal", size, lambda console: (console.send("!"), console.wait_for("newest first"),
                                                 console.escape(), console.send("tt"),
                                                 console.wait_for("What happened")))

    @test
    def the_tile_of_the_journal_shows_what_happens_as_it_happens():
        with Console("morning", (120, 40), files={"console.ini": KEPT % '"attention:5 journal:6"'}) as console:
            console.wait_for("What happened")
            console.say('state sw1 retrying retry_ms=2000 age_ms=3000 error="sw1: connection reset"')
            console.wait_for("sw1: connection reset")
            console.send("t\r")  # leads to the whole journal
            console.wait_for("Journal, newest first")
            console.escape()
            console.send("Cjournal\r")
            console.wait_gone("What happened")

    @test
    def the_tile_of_the_checklist_leads_to_the_step_of_its_row():
        with begun((120, 40), KEPT % '"attention:5 checklist:8"') as console:
            decide(console)
            console.send("t")
            console.wait(lambda: "open, " in console.cursor_line(), "the worst open step")
            step = console.cursor_line().split("  ")[1].strip()
            console.send("\r")
            console.wait_for("of 12")
            console.wait_for(step)

    @test
    def the_tile_of_the_checklist_tells_the_run_that_was_last():
        with begun((120, 40), KEPT % '"attention:5 checklist:8"') as first:
            decide(first)
            first.send("q")
            assert first.wait_exit() == 0
            with Console("shift", (120, 40), env={"XDG_STATE_HOME": first.folder}) as second:
                second.wait_for("Morning, not finished: ")
                second.wait_for("decided, ana 08:15")
                second.wait_for("fiber cut")
                second.escape()
                second.send("t\r")
                second.wait_for("Enter begins the list under the cursor, or goes on")

    @test
    def without_a_run_the_tile_of_the_checklist_says_so():
        with Console("shift", (120, 40), files={"console.ini": KEPT % '"attention:5 checklist"'}) as console:
            console.wait_for("No checklist was run yet.")
