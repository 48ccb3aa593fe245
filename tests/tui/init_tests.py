# SPDX-License-Identifier: MIT
"""nocdesk init on a terminal: what it asks, what it writes, and when it writes nothing."""

import os
import re
import signal
import stat

from files_tests import PROGRAM, Desk
from terminal import Terminal

# A host that needs no server: this machine.
HERE_ANSWERS = {"name": "here", "link": "local", "mysql_port": "0", "http_port": "0"}


class Init:
    """A conversation: answers by the question's name, Enter for all others."""

    def __init__(self, desk, *words):
        self.desk = desk
        self.answered = 0
        self.terminal = Terminal([PROGRAM, "init", "--timeout", "5", *words], cols=160, rows=50,
                                 env={"HOME": desk.folder.name, "XDG_CONFIG_HOME": desk.folder.name,
                                      "XDG_STATE_HOME": desk.folder.name})

    def questions(self):
        return re.findall(r"(?m)^  (\w+):? ?[^\n]*?\[[^\]\n]*\]:", self.text())

    def question(self):
        """The name of the question that is open: one that was not answered yet."""
        self.terminal.wait(lambda: len(self.questions()) > self.answered, "a question")
        return self.questions()[-1]

    def answer(self, text):
        self.question()
        self.answered = len(self.questions())
        self.terminal.send(text + "\r")

    def answer_until(self, last, answers):
        asked = []
        while True:
            name = self.question()
            asked.append(name)
            if name == last:
                return asked
            self.answer(answers.get(name, ""))

    def text(self):
        return self.terminal.output.decode().replace("\r\n", "\n")


def files_of(desk):
    return sorted(os.path.join(folder, name)[len(desk.folder.name) + 1:]
                  for folder, _, names in os.walk(desk.folder.name) for name in names)


def add(test, Console):
    """Registers the tests."""

    @test
    def init_writes_a_private_commented_configuration_that_is_sound():
        desk = Desk()
        os.rmdir(desk.base)  # as on the first day
        init = Init(desk)
        asked = init.answer_until("w", HERE_ANSWERS | {"environment": "lab"})
        assert asked[:3] == ["name", "link", "sudo"] and "address" not in asked and "mysql_user" not in asked, asked
        assert "this machine, without SSH" in init.text() and "firewall" in init.text()
        assert files_of(desk) == []
        init.answer("w")
        assert init.terminal.wait_exit() == 0
        path = os.path.join(desk.base, "nocdesk.ini")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and files_of(desk) == ["nocdesk/nocdesk.ini"]
        with open(path) as file:
            text = file.read()
        assert "[host here]" in text and "\nlink = local\n" in text and "\nenvironment = lab\n" in text, text
        assert "; Refuse every action that changes something, on all hosts.\n;read_only = no\n" in text, text
        assert "Next: nocdesk" in init.text()
        done = desk.run("--check")
        assert (done.returncode, done.stdout) == (0, f"1 file is sound: {path}\n"), done
        assert "environment = lab" in desk.run("config", "host").stdout

    @test
    def init_every_commented_option_can_be_uncommented():
        desk = Desk()
        init = Init(desk)
        init.answer_until("w", HERE_ANSWERS)
        init.answer("w")
        assert init.terminal.wait_exit() == 0
        path = os.path.join(desk.base, "nocdesk.ini")
        with open(path) as file:
            lines = [line[1:] if re.match(r";\w+ =", line) else line for line in file]
        assert sum("=" in line for line in lines) > 50
        desk.write("nocdesk.ini", "".join(lines))
        assert desk.run("--check").returncode == 0, desk.run("--check").stderr

    @test
    def init_says_what_is_wrong_with_an_answer_and_asks_again():
        init = Init(Desk())
        for wrong, said in (("two words", "names no host"), ("-x", "names no host")):
            assert init.question() == "name"
            init.answer(wrong)
            init.question()
            assert said in init.text(), init.text()
        init.answer("sw1")
        init.answer_until("address", {})
        init.answer("198.51.100.1 -oProxyCommand=x")
        init.terminal.wait_for("address = 198.51.100.1 -oProxyCommand=x may not hold spaces")
        init.answer_until("address", {})
        init.answer("198.51.100.1")
        assert init.question() == "port"
        init.answer("70000")
        init.terminal.wait_for("port = 70000 is out of range")
        assert init.question() == "port"
        init.terminal.close()

    @test
    def init_left_at_any_question_writes_nothing():
        for last in ("name", "link", "mysql_password", "read_only", "w"):
            for how in ("\x03", "\x04"):
                desk = Desk()
                init = Init(desk)
                local = HERE_ANSWERS if last != "mysql_password" else {"link": "local"}
                init.answer_until(last, local)
                init.terminal.send(how)
                code = init.terminal.wait_exit()
                assert code == (-signal.SIGINT if how == "\x03" else 1), (last, how, code)
                assert files_of(desk) == [], (last, how)
                if how == "\x04":
                    assert "nothing was written" in init.text()

    @test
    def init_never_shows_the_password():
        desk = Desk(nocdesk_ini="[host old]\nlink = local\n")
        init = Init(desk)
        init.answer_until("w", {"name": "new", "link": "local", "mysql_port": "1", "mysql_password": "ge;heim \"x\""})
        init.answer("w")
        assert init.terminal.wait_exit() == 0
        assert "heim" not in init.text() and "mysql_password = ********" in init.text(), init.text()

    @test
    def init_keeps_a_password_as_it_was_typed():
        desk = Desk()
        init = Init(desk)
        init.answer_until("w", {"name": "new", "link": "local", "mysql_port": "1", "mysql_password": "ge ;h\\e \"x\""})
        init.answer("w")
        assert init.terminal.wait_exit() == 0
        with open(os.path.join(desk.base, "nocdesk.ini")) as file:
            assert '\nmysql_password = "ge ;h\\\\e \\"x\\""\n' in file.read()

    @test
    def init_prints_the_section_for_a_file_that_exists_and_leaves_it():
        before = "[nocdesk]\noperator = ana\n[host old]\nlink = local\n"
        desk = Desk(nocdesk_ini=before)
        init = Init(desk)
        assert init.question() == "name"
        init.answer("old")
        init.terminal.wait_for("has a section [host old] already")
        init.answer_until("w", HERE_ANSWERS)
        init.answer("w")
        assert init.terminal.wait_exit() == 0
        with open(os.path.join(desk.base, "nocdesk.ini")) as file:
            assert file.read() == before
        assert files_of(desk) == ["nocdesk/nocdesk.ini"]
        assert "[host here]\nlink = local\nmysql_port = 0\nhttp_port = 0\n" in init.text(), init.text()

    @test
    def init_leaves_a_file_that_came_meanwhile():
        desk = Desk()
        init = Init(desk)
        init.answer_until("w", HERE_ANSWERS)
        desk.write("nocdesk.ini", "; mine\n")
        init.answer("w")
        assert init.terminal.wait_exit() == 1
        assert "File exists; nothing was written" in init.text()
        assert files_of(desk) == ["nocdesk/nocdesk.ini"]

    @test
    def init_answered_again_keeps_the_answers():
        init = Init(Desk())
        init.answer_until("w", HERE_ANSWERS | {"environment": "lab"})
        init.answer("a")
        init.answer_until("environment", {})
        init.terminal.wait_for("environment [lab]:")
        init.terminal.close()

    @test
    def init_without_a_terminal_says_so():
        desk = Desk()
        done = desk.run("init")
        assert done.returncode == 2 and "on the terminal" in done.stderr, done
        assert files_of(desk) == []

    @test
    def without_a_configuration_the_console_and_doctor_point_to_init():
        desk = Desk()
        done = desk.run("doctor", "--timeout", "1")
        assert done.stdout.splitlines()[0].endswith("(nocdesk init writes one)"), done.stdout
        console = Terminal([PROGRAM], cols=120, rows=30, env={"HOME": desk.folder.name,
                           "XDG_CONFIG_HOME": desk.folder.name, "XDG_STATE_HOME": desk.folder.name})
        console.wait_for("nocdesk init")
        console.send("q")
        assert console.wait_exit() == 0
