# SPDX-License-Identifier: MIT

"""The first start on a real host: nocdesk init, then doctor and show on what it wrote."""

import json
import os
import re
import stat
import sys
import tempfile
import unittest

from labtest import CONFIG, HERE, LAB, NAME, PROGRAM, RUN, SLOWER, LabTest, run, show, sql

sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tui"))
from terminal import Terminal  # noqa: E402

ANSWERS = {"name": "sw1", "address": "198.18.0.11", "user": "root", "identity": f"{RUN}/operator_ed25519",
           "mysql_user": "noc", "mysql_password": "noc-lab", "environment": "lab"}


class InitTest(LabTest):
    def test_init_then_doctor_then_show(self):
        with tempfile.TemporaryDirectory() as home:
            path = os.path.join(home, ".config/nocdesk/nocdesk.ini")
            env = {"LAB": NAME, "HOME": home, "XDG_CONFIG_HOME": os.path.join(home, ".config"),
                   "XDG_STATE_HOME": home, "SSH_AUTH_SOCK": ""}
            known_hosts = os.path.join(home, "known_hosts")
            terminal = Terminal([LAB, "exec", PROGRAM, "init"], cols=160, rows=50, env=env)
            try:
                self.converse(terminal, ANSWERS | {"known_hosts": known_hosts}, path)
                said = terminal.output.decode()
                self.assertRegex(said, r"SHA256:[A-Za-z0-9+/]{43}")
                self.assertNotIn("noc-lab", said)
                for step in ("host key", "login", "MySQL", "web interface", "firewall"):
                    self.assertRegex(said, rf"sw1 +ok +{step} ")
                self.assertEqual(terminal.wait_exit(10), 0)
            finally:
                terminal.close()
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            done = run("doctor", "--format", "json", config=None, env=env)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertTrue(json.loads(done.stdout)["healthy"])
            done = run("show", "gateways", "--format", "json", config=None, env=env)
            self.assertIn("CARRIER-A", [row["gateway"] for row in json.loads(done.stdout)["rows"]])

    def test_panes_of_the_handbook_are_read(self):
        with open(os.path.join(os.path.dirname(HERE), "../docs/own.md")) as page:
            sections = "\n".join(re.findall(r"```ini\n(.*?)```", page.read(), re.S))
        with open(CONFIG) as file, tempfile.NamedTemporaryFile("w", suffix=".ini") as own, \
                tempfile.TemporaryDirectory() as programs:
            for name in ("mtr", "whois"):  # that its commands need and a machine may lack
                os.symlink("/bin/true", os.path.join(programs, name))
            own.write(file.read() + "\n" + sections)
            own.flush()
            done = run("--check", config=own.name, env={"PATH": programs + ":" + os.environ["PATH"]})
            self.assertEqual(done.returncode, 0, done.stderr)
            carriers = show("carriers", "--filter", "balance<0", config=own.name)["rows"]
            wanted = sql("sw1", "SELECT account FROM vos3000.e_customer WHERE money < 0")
            self.assertEqual({row["account"] for row in carriers if row["host"] == "sw1"}, {row[0] for row in wanted})
            disks = [row for row in show("disks", config=own.name)["rows"] if row["mount"] == "/"]
            self.assertTrue(disks and all(0 < row["used"] <= 100 and row["size"] > 1 << 20 for row in disks), disks)

    def converse(self, terminal, answers, path):
        """Answers each question, trusts the key, and has the file written."""
        answered = 0
        while terminal.status is None:
            found = []

            def is_asked():
                # The whole of a question, to its last blank: half of one is not answered twice.
                said = terminal.output[answered:].decode(errors="replace")
                match = re.search(r"\n  (\w+):? ?[^\n]*\[[^\n]*\]: $|(Trust it)\? \[y/N\] $", said)
                found[:] = [match.group(1) or match.group(2)] if match else []
                return bool(found) or terminal.status is not None
            terminal.wait(is_asked, "a question", 60 * SLOWER)
            if not found:
                return
            name = found[0]
            if name == "w":
                self.assertFalse(os.path.exists(path))
            answered = len(terminal.output)
            terminal.send({"Trust it": "yes", "w": "w"}.get(name, answers.get(name, "")) + "\r")
            if name == "w":
                return


if __name__ == "__main__":
    unittest.main()
