# SPDX-License-Identifier: MIT

"""Commands of the operator's own on real hosts: what is run there, asked, refused, written down."""

import os

from labtest import execs, lab, run
from test_actions import ActionTest, host

COMMANDS = """
[command say]
write = no
command = printf <%s> {gateway} "{host} {address}"

[command make]
command = touch "/tmp/own-{ask:Which name?}"

[command keep]
command = touch "/tmp/own-{ip}"

[command look]
write = no
where = local
command = printf "here %s" {ip}
"""
HOSTILE = [";reboot", "$(touch /tmp/own-x)", "`touch /tmp/own-x`", "a b", "it's", 'say "x"', "\\", "|sh", ">/tmp/own-x", "*", "{host}"]


class OwnCommandTest(ActionTest):
    def configure(self, everywhere="", sw1="", state=None, name="nocdesk.ini"):
        path = super().configure(everywhere, sw1, state, name)
        with open(path, "a", encoding="utf-8") as out:
            out.write(COMMANDS)
        return path

    def tearDown(self):
        host("sh", "-c", "rm -f /tmp/own-*")
        super().tearDown()

    def made(self):
        return host("sh", "-c", "ls /tmp | grep own- || true").split()

    def test_hostile_values_are_one_word_of_what_was_declared(self):
        lab("execlog", "sw1", "on")
        try:
            for value in HOSTILE:
                result = self.one("run", "say", f"gateway={value}")
                self.assertEqual(result["output"], f"<{value}><sw1 198.18.0.11>", value)
            programs = [words[0].rsplit("/", 1)[-1] for words in execs()]
        finally:
            lab("execlog", "sw1", "off")
        self.assertFalse({"reboot", "touch"} & set(programs), programs)
        self.assertEqual(self.made(), [])
        for value in ("-rf", "--help", "a\nb", "", "\x1b[2J", "x" * 129):
            self.assertIn("gateway", self.command("run", "say", f"gateway={value}", "--host", "sw1", code=2).stderr, value)
        for value in (";reboot", "$(x)", "-rf", "203.0.113.0/24", "203.0.113.09", "203.0.113.9 -x"):
            self.command("run", "look", f"ip={value}", "--host", "sw1", code=2)

    def test_what_writes_asks_is_in_the_trail_and_is_refused_in_read_only_mode(self):
        self.assertIn("asks first", self.command("run", "make", "ask=1", "--host", "sw1", code=3).stderr)
        plan = self.act("run", "make", "ask=1", "--dry-run")
        self.assertEqual([plan[0]["state"], plan[0]["commands"]], ["planned", ["touch /tmp/own-1"]])
        self.assertEqual(self.made(), [])
        shown, code = self.on_terminal("y\n", "run", "make", "ask=2", "--host", "sw1")
        self.assertEqual(code, 0, shown)
        self.assertIn("undo does not take it back", shown)
        result = self.one("run", "make", "ask=3", "--yes")
        self.assertEqual(self.made(), ["own-2", "own-3"])
        rows = self.audit("--filter", f"entry={result['audit']}")
        self.assertEqual([(row["action"], row["target"], row["state"]) for row in rows], [("run", "make ask=3", "done")])
        self.assertIn("whole", self.command("audit", "verify").stdout)
        self.command("undo", result["audit"], code=1)
        self.assertEqual(self.one("run", "make", "ask=4", "--yes", "--read-only", state="refused", code=3)["rule"], "read-only")
        config = self.configure(sw1="read_only = yes", name="read-only.ini")
        self.one("run", "make", "ask=4", "--yes", state="refused", code=3, config=config)
        self.one("run", "say", "gateway=A", config=config)
        self.assertEqual(self.made(), ["own-2", "own-3"])

    def test_what_writes_may_not_cut_off_the_operator_or_the_host(self):
        for address, rule in (("198.18.0.2", "console-address"), ("::ffff:198.18.0.2", "console-address"),
                              ("198.18.0.11", "local-address"), ("127.0.0.1", "local-address")):
            self.assertEqual(self.one("run", "keep", f"ip={address}", "--yes", state="refused", code=3)["rule"], rule, address)
        self.assertEqual(self.made(), [])
        self.one("run", "keep", "ip=203.0.113.9", "--yes")
        self.assertEqual(self.made(), ["own-203.0.113.9"])

    def test_several_hosts_are_asked_for_and_each_has_its_own_values(self):
        self.assertIn("asks first", self.command("run", "say", "gateway=A", code=3).stderr)
        results = self.act("run", "say", "gateway=A", "--yes", on=None)
        self.assertEqual({result["host"]: result["output"] for result in results},
                         {"sw1": "<A><sw1 198.18.0.11>", "sw2": "<A><sw2 198.18.0.12>"})

    def test_what_is_run_here_needs_no_host(self):
        with open(self.config, encoding="utf-8") as source:
            text = source.read().replace("198.18.0.11", "198.18.0.99")
        path = os.path.join(self.folder, "away.ini")
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
            out.write(text)
        self.assertEqual(self.one("run", "look", "ip=2001:DB8::1", config=path)["output"], "here 2001:db8::1")

    def test_check_names_every_fault_with_its_line(self):
        path = self.configure(name="faulty.ini")
        with open(path, "a", encoding="utf-8") as out:
            out.write("[command ban]\ncommand = x {ipp}\npanes = flood nowhere\nkey = Hyper-X\nwhere = local\n")
        with open(path, encoding="utf-8") as source:
            first = source.read().splitlines().index("[command ban]") + 1
        said = run("--check", "--config", path, config=None).stderr
        for line, words in ((0, "an action of the program has this name"), (1, "did you mean {ip}?"),
                            (1, "no program that can be run"), (2, "no pane has this name"), (3, "is no key")):
            self.assertRegex(said, f":{first + line}: .*{words}".replace("?", r"\?"), said)
