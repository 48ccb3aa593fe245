# SPDX-License-Identifier: MIT
"""What shells complete: the functions of completions/ in the shells themselves."""

import os
import shutil
import subprocess
import tempfile

from terminal import Terminal

FOLDER = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "completions"))
CONFIG = "[nocdesk]\n[host sw1]\n[ host sw9 ]\n[host lab-2] ; there\n[hook x]\ncommand = true\n"


def bash(line):
    """What bash offers behind this line; a space at its end begins a new word."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "nocdesk", "themes"))
        for name, text in (("nocdesk.ini", CONFIG), ("themes/mine.ini", ""), ("other.ini", "[host far]\n")):
            with open(os.path.join(folder, "nocdesk", name), "w") as file:
                file.write(text)
        script = '''
            source "$1/nocdesk.bash"
            set -- $(complete -p nocdesk)
            [ "$1 $2 $4" = "complete -F nocdesk" ] || exit 3
            function=$3
            COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_TYPE=9 COMP_KEY=9
            IFS=' ' read -ra COMP_WORDS <<<"${LINE//=/ = }"
            case $LINE in *[\\ =]) COMP_WORDS+=("");; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            "$function" nocdesk "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
        '''
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", FOLDER], capture_output=True, text=True,
                              timeout=30, cwd=folder,
                              env={"PATH": os.environ["PATH"], "HOME": folder, "XDG_CONFIG_HOME": folder,
                                   "LINE": line, "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0 and not done.stderr, (done.returncode, done.stderr)
        return set(done.stdout.split())


def fish(line):
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "nocdesk"))
        with open(os.path.join(folder, "nocdesk", "nocdesk.ini"), "w") as file:
            file.write(CONFIG)
        done = subprocess.run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]',
                               os.path.join(FOLDER, "nocdesk.fish"), line],
                              capture_output=True, text=True, timeout=30,
                              env={"PATH": os.environ["PATH"], "HOME": folder, "XDG_CONFIG_HOME": folder})
        assert not done.stderr, done.stderr
        return {row.split("\t")[0] for row in done.stdout.splitlines()}


def add(test, Console):
    """Registers the tests."""

    def offers(shell):
        assert {"show", "check", "doctor", "config", "ban", "firewall", "undo"} <= shell("nocdesk ")
        assert "save" in shell("nocdesk firewall ")
        assert {"alarms", "gateways", "flood"} <= shell("nocdesk show ")
        assert shell("nocdesk show ala") == {"alarms"}
        assert "morning" in shell("nocdesk check ") and "--report" in shell("nocdesk check --")
        assert "--report" not in shell("nocdesk show --")
        assert {"morning", "incident-attack"} <= shell("nocdesk --checklist ")
        assert shell("nocdesk --checklist inc") == {"incident-attack", "incident-fraud"}
        assert {"--pane", "--check"} <= shell("nocdesk --")
        assert shell("nocdesk show alarms --host ") == {"sw1", "sw9", "lab-2"}
        assert shell("nocdesk --host sw1 sho") == {"show"}  # a value is no command
        assert shell("nocdesk check --format ") == {"text", "json", "markdown", "html"}
        assert shell("nocdesk show alarms --format ") == {"text", "json", "csv"}
        assert "15m" in shell("nocdesk show gateways --window ")
        assert "verify" in shell("nocdesk audit ")
        assert shell("nocdesk config thres") == {"threshold"}

    @test
    def bash_completes_commands_options_and_values():
        offers(bash)
        assert {"default", "mine"} <= bash("nocdesk --theme ")
        assert bash("nocdesk show alarms --config nocdesk/other.ini --host ") == {"far"}
        assert bash("nocdesk show alarms --host=s") == {"sw1", "sw9"}
        assert "nocdesk" in bash("nocdesk meter -r ")
        assert bash("nocdesk show alarms --timeout ") == set()

    @test
    def fish_completes_commands_options_and_values():
        if shutil.which("fish") is not None:
            offers(fish)

    @test
    def zsh_completes_commands_options_and_values():
        if shutil.which("zsh") is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, "nocdesk"))
            with open(os.path.join(folder, "nocdesk", "nocdesk.ini"), "w") as file:
                file.write(CONFIG)
            console = Terminal(["zsh", "-f"], env={"HOME": folder, "XDG_CONFIG_HOME": folder,
                                                   "PS1": "ready> "})
            console.wait_for("ready>")
            console.send("fpath=(%s $fpath); autoload -Uz compinit; compinit -u -D; clear; print begun\r" % FOLDER)
            console.wait_for("begun")
            for line, wanted in (("nocdesk doc\t", "nocdesk doctor"), ("nocdesk show ala\t", "nocdesk show alarms"),
                                 ("nocdesk show alarms --host la\t", "--host lab-2"),
                                 ("nocdesk show alarms --host=la\t", "--host=lab-2"),
                                 ("nocdesk check --rep\t", "check --report"),
                                 ("nocdesk firewall sa\t", "firewall save"),
                                 ("nocdesk check inc\t", "incident-")):
                console.send(line)
                console.wait_for(wanted)
                console.send("\x15")
                console.wait_gone(wanted)
            console.close()
