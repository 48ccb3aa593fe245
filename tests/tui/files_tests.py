# SPDX-License-Identifier: MIT
"""nocdesk --check, doctor on faulty files, nocdesk config, and output that cannot be written."""

import json
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.environ.get("NOCDESK_BUILD", os.path.join(HERE, "../../build")), "nocdesk")
CONFIG = """[nocdesk]
operator = ana
quiet_hours = 22:00-06:00
trusted = 198.51.100.0/24
[host sw1]
address = 198.18.0.11
mysql_password = geheim
[hook chat]
command = sh -c "cat >told"
[threshold gateways.asr_pct]
warn = attempts>=20 asr_pct<45
"""


class Desk:
    """A folder of configuration with these files."""

    def __init__(self, **files):
        self.folder = tempfile.TemporaryDirectory()
        self.base = os.path.join(self.folder.name, "nocdesk")
        os.makedirs(self.base)
        for name, text in files.items():
            self.write(name.replace("__", "/").replace("_ini", ".ini"), text)

    def write(self, name, text):
        path = os.path.join(self.base, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text)

    def run(self, *words, out=subprocess.PIPE):
        return subprocess.run([PROGRAM, *words], stdout=out, stderr=subprocess.PIPE, text=True, timeout=60,
                              cwd=self.folder.name, stdin=subprocess.DEVNULL,
                              env={"PATH": os.environ["PATH"], "HOME": self.folder.name, "LC_ALL": "C.UTF-8",
                                   "XDG_CONFIG_HOME": self.folder.name, "XDG_STATE_HOME": self.folder.name,
                                   **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}})

    def faults(self, *words):
        done = self.run(*words)
        assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
        return [line.replace("nocdesk: " + self.base + "/", "") for line in done.stderr.splitlines()]


def add(test, Console):
    """Registers the tests."""

    @test
    def a_format_that_a_command_has_not_is_answered_with_those_it_has():
        desk = Desk(nocdesk_ini=CONFIG)
        for words, formats in ((["show", "alarms"], "text|json|csv"), (["handover"], "text|json|markdown|html"),
                               (["init"], "text")):
            for name in ("xml", "pdf"):
                [said] = desk.faults(*words, "--format", name)
                assert said == f"nocdesk: {words[0]}: --format is {formats}, not {name}; see nocdesk help {words[0]}", said
            assert f"  --format {formats}\n" in desk.run("help", words[0]).stdout
        [said] = desk.faults("handover", "--format", "csv")
        assert "text|json|markdown|html, not csv" in said, said

    @test
    def a_command_of_this_machine_that_names_no_host_runs_once():
        desk = Desk(nocdesk_ini="[host a]\naddress = 192.0.2.1\n[host b]\naddress = 192.0.2.2\n"
                    "[command owner]\ncommand = printf %s {ip}\nwhere = local\nwrite = no\n"
                    "[command of]\ncommand = printf %s {ip} {host}\nwhere = local\nwrite = no\n")
        done = desk.run("run", "owner", "ip=192.0.2.9", "--format", "json")
        assert done.returncode == 0, done.stderr
        assert [result["output"] for result in json.loads(done.stdout)["results"]] == ["192.0.2.9"], done.stdout
        done = desk.run("run", "of", "ip=192.0.2.9")
        assert done.returncode == 3 and "one target on each of 2 hosts" in done.stderr, done.stderr

    @test
    def sound_files_are_named_on_one_line():
        desk = Desk(nocdesk_ini=CONFIG, themes__mine_ini="[none]\ncrit = bold\n",
                    keymaps__mine_ini="[global]\nquit = Q\n", profiles__vos3000__own_ini="[probe alarms]\nsources = http alarms, sql alarms\n",
                    profiles__vos3000__checklists__own_ini="[step look]\ntitle = Look\nwhy = So.\npane = alarms\nok = count() = 0\n")
        done = desk.run("--check")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        names = ["nocdesk.ini", "profiles/vos3000/own.ini", "profiles/vos3000/checklists/own.ini", "themes/mine.ini",
                 "keymaps/mine.ini"]
        assert done.stdout == "5 files are sound: " + ", ".join(os.path.join(desk.base, name) for name in names) + "\n", \
            done.stdout
        assert Desk().run("--check").stdout.startswith("0 files are sound")

    @test
    def all_faults_of_all_files_are_told_at_once_in_order():
        desk = Desk(nocdesk_ini="[nocdesk]\ntheme = nosuch\nbell = loud\n[hook x]\ncommand = /nonexistent\n"
                                "[host sw1]\nport = many\n",
                    themes__mine_ini="[none]\ncrit = purplish\n", keymaps__mine_ini="[global]\nfoo = x\n",
                    profiles__vos3000__own_ini="[probe alarms]\nperiod = never\n[threshold alarms.nosuch]\nwarn = x>1\n",
                    profiles__vos3000__checklists__own_ini="[step look]\ntitle = Look\nwhy = So.\npane = nopane\nok = count() = 0\n")
        faults = desk.faults("--check")
        places = [":".join(line.split(":")[:2]) for line in faults]
        assert places == ["keymaps/mine.ini:2", "nocdesk.ini:2", "nocdesk.ini:3", "nocdesk.ini:5", "nocdesk.ini:7",
                          "profiles/vos3000/checklists/own.ini:4", "profiles/vos3000/own.ini:2",
                          "profiles/vos3000/own.ini:3", "themes/mine.ini:2"], "\n".join(faults)
        assert "no program" in faults[3] and "nosuch" in faults[1]
        assert desk.faults("doctor") == faults

    @test
    def a_key_file_that_is_named_and_missing_is_a_fault_of_its_line():
        desk = Desk(nocdesk_ini="[host sw1]\naddress = 127.0.0.1\nidentity = /nonexistent/key\n"
                                "[host sw2]\nlink = local\nidentity = /nonexistent/key\n")
        assert desk.faults("--check") == ["nocdesk.ini:3: identity = /nonexistent/key: no such file"]

    @test
    def doctor_tells_a_faulty_keymap_and_still_examines_the_hosts():
        desk = Desk(nocdesk_ini="[host here]\nlink = local\nmysql_port = 0\nhttp_port = 0\ncapture = off\n",
                    keymaps__mine_ini="[global]\nfoo = x\n")
        done = desk.run("doctor", "--timeout", "5")
        assert done.returncode == 2, done
        assert "keymaps/mine.ini:2" in done.stderr and "here" in done.stdout, done

    @test
    def what_the_configuration_switches_off_is_no_trouble():
        desk = Desk(nocdesk_ini="[host here]\nlink = local\nmysql_port = 0\nhttp_port = 0\ncapture = off\n")
        done = desk.run("show", "balances", "--format", "json")
        host = json.loads(done.stdout)["hosts"][0]
        assert (host["state"], host["error"]) == ("off", None) and "mysql_port = 0" in host["note"], host
        done = desk.run("handover")
        assert "Handover: ok" in done.stdout and "Switched off on every host" in done.stdout, done.stdout

    @test
    def config_says_where_each_value_came_from():
        desk = Desk(nocdesk_ini=CONFIG)
        done = desk.run("config", "--format", "json", "--theme", "dark", "--read-only")
        assert done.returncode == 0 and "geheim" not in done.stdout, done
        document = json.loads(done.stdout)
        path = document["file"]
        sections = {section["section"]: {row["option"]: row for row in section["options"]}
                    for section in document["sections"]}
        assert list(sections) == ["nocdesk", "memory", "host sw1", "hook chat", "overview",
                                  "threshold gateways.asr_pct"]
        for section, option, value, source, place in (
                ("nocdesk", "operator", "ana", "file", path + ":2"), ("nocdesk", "theme", "dark", "command line", None),
                ("nocdesk", "read_only", "yes", "command line", None), ("nocdesk", "ban_for", "1h", "default", None),
                ("host sw1", "mysql_password", "********", "file", path + ":7"),
                ("host sw1", "trusted", "198.51.100.0/24", "file", path + ":4"),
                ("host sw1", "mysql_port", "3306", "default", None),
                ("hook chat", "command", 'sh -c "cat >told"', "file", path + ":9"),
                ("threshold gateways.asr_pct", "warn", "attempts>=20 asr_pct<45", "file", path + ":11"),
                ("threshold gateways.asr_pct", "crit", "attempts>=20 asr_pct<20", "profile", None)):
            row = sections[section][option]
            assert (row["value"], row["from"]) == (value, source), row
            assert place is None or row["place"] == place, row
        assert sections["threshold gateways.asr_pct"]["crit"]["place"].startswith("src/profiles/vos3000/gateways.ini:")

    @test
    def what_config_prints_is_a_configuration():
        desk = Desk(nocdesk_ini=CONFIG)
        first = desk.run("config", "all").stdout
        desk.write("nocdesk.ini", first.replace("********", "geheim"))
        assert desk.run("--check").returncode == 0, desk.run("--check").stderr
        values = [line.rsplit(" ; ", 1)[0].rstrip() for line in first.splitlines()]
        again = [line.rsplit(" ; ", 1)[0].rstrip() for line in desk.run("config", "all").stdout.splitlines()]
        assert values == again

    @test
    def config_shows_one_section_or_all_of_a_word():
        desk = Desk(nocdesk_ini=CONFIG)
        assert desk.run("config", "host", "sw1").stdout == desk.run("config", "host sw1").stdout
        assert desk.run("config", "host sw1").stdout.startswith("[host sw1]\naddress = 198.18.0.11")
        thresholds = desk.run("config", "threshold").stdout
        assert "[threshold alarms.severity] ; profile vos3000" in thresholds and "[host" not in thresholds
        assert desk.run("config", "nosuch").returncode == 2

    @test
    def a_reader_that_goes_away_is_no_fault_and_a_full_disk_is_one():
        desk = Desk(nocdesk_ini="[host sw1]\nlink = local\n")
        for words in [["keys"], ["config", "all"], ["audit"], ["help"]]:
            read, write = os.pipe()
            os.close(read)
            gone = desk.run(*words, out=write)
            os.close(write)
            assert (gone.returncode, gone.stderr) == (0, ""), (words, gone.returncode, gone.stderr)
            with open("/dev/full", "w") as full:
                lost = desk.run(*words, out=full)
            assert lost.returncode == 1 and "the rest could not be written" in lost.stderr, (words, lost)
