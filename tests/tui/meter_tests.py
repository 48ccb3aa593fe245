# SPDX-License-Identifier: MIT
"""nocdesk meter on capture files and in a terminal: the contract of docs/cli.md, faults, redrawing."""

import contextlib
import csv
import io
import json
import os
import pwd
import signal
import socket
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from terminal import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lab"))
import pcap  # noqa: E402

PROGRAM = os.path.join(os.environ.get("NOCDESK_BUILD", os.path.join(HERE, "../../build")), "nocdesk")


def environment(folder):
    return {"PATH": os.environ["PATH"], "HOME": folder, "TZ": "UTC", "LC_ALL": "C.UTF-8",
            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}


@contextlib.contextmanager
def files(**contents):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in contents.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        yield folder


def meter(folder, *words, stdin=None, home=None, program=PROGRAM, **options):
    return subprocess.run([program, "meter", *words], cwd=folder, env=environment(home or folder),
                          capture_output=True, timeout=60, input=stdin, **options)


def document(done, code=0):
    assert done.returncode == code, (done.returncode, done.stderr)
    return json.loads(done.stdout)


def add(test, Console):
    """Registers the tests; Console as in screen.py."""
    @test
    def a_file_gives_the_document_of_the_contract():
        with files(scan=pcap.capture(pcap.scan())) as folder:
            found = document(meter(folder, "-r", "scan", "--format", "json"))
        assert found["source"] == "scan" and found["seconds"] == 60.0, found
        assert (found["packets"], found["sip_packets"], found["sources"]) == (82, 80, 4), found
        assert found["sources_exact"] is True and found["kernel_drops"] == 0
        assert found["methods"] == {"OPTIONS": 60, "REGISTER": 10, "INVITE": 0, "ACK": 0, "BYE": 0,
                                    "CANCEL": 0, "other": 0}, found["methods"]
        assert found["responses"] == {"1xx": 0, "2xx": 10, "3xx": 0, "4xx": 0, "5xx": 0, "6xx": 0}
        first = found["talkers"][0]
        assert (first["source"], first["packets"], first["pps"]) == ("203.0.113.9", 60, 1.0), first
        assert (first["options_pm"], first["register_pm"], first["invite_pm"]) == (60, 0, 0), first
        assert first["user_agent"] == "friendly-scanner" and first["verdict"] == "scanner", first
        assert "friendly-scanner" in first["evidence"], first
        order = [(-talker["packets"], tuple(map(int, talker["source"].split("."))))
                 for talker in found["talkers"]]
        assert order == sorted(order), order

    @test
    def standard_input_and_a_file_agree():
        data = pcap.capture(pcap.scan())
        with files(scan=data) as folder:
            file = document(meter(folder, "-r", "scan", "--format", "json"))
            pipe = document(meter(folder, "-r", "-", "--format", "json", stdin=data))
        file["source"] = pipe["source"] = ""
        assert file == pipe

    @test
    def a_file_cut_short_prints_what_came_before():
        data = pcap.capture(pcap.scan())
        with files(cut=data[:-20]) as folder:
            done = meter(folder, "-r", "cut", "--format", "json")
            found = document(done, 1)
        assert found["packets"] == 81 and found["talkers"][0]["packets"] == 60, found
        assert b"cut off after 81 packets" in done.stderr, done.stderr
        assert "cut off after 81 packets" in found["error"], found["error"]

    @test
    def files_that_are_no_captures_are_said():
        with files(empty=b"", text=b"no capture at all, only words\n") as folder:
            for name in ("empty", "text", "missing", "."):
                done = meter(folder, "-r", name, "--format", "json")
                assert done.returncode == 1 and done.stdout == b"", (name, done)
                assert done.stderr.count(b"\n") == 1 and done.stderr.startswith(b"nocdesk: "), done

    @test
    def a_capture_without_packets_is_no_fault():
        with files(none=pcap.capture([])) as folder:
            found = document(meter(folder, "-r", "none", "--format", "json"))
            text = meter(folder, "-r", "none")
        assert found["packets"] == 0 and found["talkers"] == [] and found["began"] is None, found
        assert b"No SIP packets" in text.stdout, text

    @test
    def usage_errors_leave_with_2():
        with files(scan=pcap.capture(pcap.scan())) as folder:
            for words in (["-r", "scan", "-i", "lo"], ["-r", "scan", "--port", "0"],
                          ["-r", "scan", "--write", "x"], ["-r", "scan", "--limit", "0"],
                          ["-r", "scan", "--write", "x", "--source", "nobody"], ["-r"],
                          ["--host", "nowhere"], ["-r", "scan", "--for", "-1"]):
                done = meter(folder, *words)
                assert done.returncode == 2 and done.stderr, (words, done)

    @test
    def nobody_reads_files_without_rights_or_configuration():
        if os.geteuid() != 0:
            return
        nobody = pwd.getpwnam("nobody")
        data = pcap.capture(pcap.scan())
        with tempfile.TemporaryDirectory() as folder:  # nobody may not reach into the builder's own
            os.chmod(folder, 0o755)
            program = shutil.copy(PROGRAM, folder)
            found = document(meter("/", "-r", "-", "--format", "json", stdin=data, home="/nonexistent", program=program,
                                   user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[]))
        assert found["packets"] == 82

    @test
    def what_the_configuration_trusts_is_no_attacker():
        config = b"[nocdesk]\ntrusted = 203.0.113.0/24\n[host sw1]\naddress = 192.0.2.1\n"
        with files(scan=pcap.capture(pcap.scan()), ini=config) as folder:
            found = document(meter(folder, "-r", "scan", "--config", "ini", "--format", "json"))
        # It sends more than others may: said in words that accuse nobody.
        assert found["talkers"][0]["verdict"] == "unusual", found
        assert found["talkers"][0]["peer"] == "trusted", found
        assert found["verdicts"] == [], found

    @test
    def other_ports_are_metered_when_named():
        packets = [(pcap.NOON_US, pcap.frame("203.0.113.9", "192.0.2.1", pcap.request("OPTIONS"),
                                             40000, 7777))]
        with files(other=pcap.capture(packets)) as folder:
            without = document(meter(folder, "-r", "other", "--format", "json"))
            named = document(meter(folder, "-r", "other", "--port", "7777", "--format", "json"))
        assert without["sip_packets"] == 0 and named["sip_packets"] == 1

    @test
    def an_attacker_of_the_morning_is_named_in_the_evening():
        scan = pcap.scan()
        late = [(pcap.NOON_US + hour * 3600 * 1000000 + i * 100000,
                 pcap.frame("198.51.100.7", "192.0.2.1", pcap.request("OPTIONS", call=i)))
                for hour in (2, 4, 8) for i in range(30)]
        with files(day=pcap.capture(scan + late)) as folder:
            found = document(meter(folder, "-r", "day", "--format", "json"))
        assert [v["about"] for v in found["verdicts"]] == ["203.0.113.9"], found["verdicts"]

    @test
    def for_ends_a_file_by_its_own_time():
        with files(scan=pcap.capture(pcap.scan())) as folder:
            found = document(meter(folder, "-r", "scan", "--for", "10", "--format", "json"))
        assert found["methods"]["OPTIONS"] == 10, found["methods"]

    @test
    def no_mean_is_above_its_peak():
        burst = [(pcap.NOON_US + 900000 + i * 5000,
                  pcap.frame("198.51.100.7", "192.0.2.1", pcap.request("OPTIONS", call=i)))
                 for i in range(39)]
        steady = [(pcap.NOON_US + 500000 + i * 87500,
                   pcap.frame("198.51.100.7", "192.0.2.1", pcap.request("OPTIONS", call=i)))
                  for i in range(56)]
        for packets in (burst, steady):
            with files(short=pcap.capture(packets)) as folder:
                found = document(meter(folder, "-r", "short", "--format", "json"))
            assert found["peak_pps"] >= found["pps"] > 10, found
            assert found["talkers"][0]["peak_pps"] >= found["talkers"][0]["pps"], found

    @test
    def csv_has_a_line_a_talker():
        with files(scan=pcap.capture(pcap.scan())) as folder:
            done = meter(folder, "-r", "scan", "--format", "csv", "--limit", "2")
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode())))
        assert [row["source"] for row in rows] == ["203.0.113.9", "192.0.2.1"], rows
        assert rows[0]["options"] == "60" and rows[0]["verdict"] == "scanner", rows

    @test
    def foreign_bytes_reach_no_terminal():
        packets = [(pcap.NOON_US, pcap.frame("203.0.113.9", "192.0.2.1", pcap.request(
            "OPTIONS", agent="friendly-scanner \x1b]0;owned\x07\u202e")))]
        with files(evil=pcap.capture(packets)) as folder:
            for words in ([], ["--format", "json"], ["--format", "csv"]):
                done = meter(folder, "-r", "evil", *words)
                assert b"\x1b" not in done.stdout and b"\x07" not in done.stdout, done.stdout

    @test
    def evidence_holds_what_the_source_sent_and_nothing_else():
        with files(scan=pcap.capture(pcap.scan())) as folder:
            done = meter(folder, "-r", "scan", "--write", "proof.pcap", "--source", "203.0.113.9")
            assert done.returncode == 0 and b"60 packets of 203.0.113.9" in done.stderr, done
            path = os.path.join(folder, "proof.pcap")
            assert os.stat(path).st_mode & 0o777 == 0o600
            found = document(meter(folder, "-r", "proof.pcap", "--format", "json"))
            assert found["packets"] == 60 and found["sources"] == 1, found
            again = meter(folder, "-r", "scan", "--write", "proof.pcap", "--source", "203.0.113.9")
            assert again.returncode == 1 and b"already" in again.stderr, again

    @test
    def text_fits_eighty_columns():
        with files(scan=pcap.capture(pcap.scan())) as folder:
            terminal = Terminal([PROGRAM, "meter", "-r", os.path.join(folder, "scan")],
                                env={"HOME": folder})
            terminal.wait(lambda: terminal.status is not None or "198.51.100.8" in terminal.text())
            lines = terminal.lines()
            terminal.close()
        assert lines[1].startswith("!! 203.0.113.9"), lines
        heading = next(i for i, line in enumerate(lines) if line.startswith("Source"))
        assert lines[heading + 1].startswith("203.0.113.9 ") and "scanner" in lines[heading + 1]
        assert all(not line.endswith("…") for line in lines[heading:]), lines

    @test
    def a_live_meter_redraws_in_place_and_ends_with_its_summary():
        if os.geteuid() != 0:
            return
        stop = threading.Event()

        def flood():
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sender.bind(("127.0.0.77", 0))
            call = 0
            while not stop.is_set():
                sender.sendto(pcap.request("OPTIONS", agent="friendly-scanner",
                                           call=call).encode(), ("127.0.0.1", 5060))
                call += 1
                time.sleep(0.02)
        thread = threading.Thread(target=flood)
        thread.start()
        try:
            with files() as folder:
                terminal = Terminal([PROGRAM, "meter", "-i", "lo", "--limit", "5"],
                                    env={"HOME": folder, "NO_COLOR": "1"})
                terminal.wait_for("127.0.0.77")
                assert terminal.text().count("SIP flood meter") == 1
                terminal.resize(60, 12)
                os.kill(terminal.pid, signal.SIGWINCH)
                terminal.wait(lambda: terminal.text().count("SIP flood meter") == 1 and
                              len([line for line in terminal.lines() if line]) <= 12, "12 lines")
                assert b"\x1b[1;31m" not in terminal.output
                terminal.resize(80, 24)
                terminal.send("\x03")
                terminal.wait(lambda: b"\x1b[?1049l" in terminal.output and
                              b"SIP flood meter" in terminal.output.split(b"\x1b[?1049l")[-1],
                              "the summary")
                while terminal.status is None:
                    terminal.pump(0.5)
                assert os.waitstatus_to_exitcode(terminal.status) == 0, terminal.status
                terminal.close()
        finally:
            stop.set()
            thread.join()

    @test
    def a_live_meter_keeps_no_rights():
        if os.geteuid() != 0:
            return
        with files() as folder:
            running = subprocess.Popen([PROGRAM, "meter", "-i", "lo", "--format", "json"],
                                       env=environment(folder), stdout=subprocess.PIPE)
            end = time.monotonic() + 10
            while True:
                states = []
                for task in os.listdir("/proc/%d/task" % running.pid):
                    with open("/proc/%d/task/%s/status" % (running.pid, task)) as status:
                        states.append(dict(line.split(":\t", 1) for line in status if ":\t" in line))
                if len(states) > 1 or time.monotonic() > end:
                    break
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=20)
        assert len(states) > 1 and json.loads(out)["kernel_drops"] == 0
        for state in states:
            assert int(state["CapEff"], 16) == 0 and int(state["CapPrm"], 16) == 0, state
            assert state["NoNewPrivs"].strip() == "1" and "0" not in state["Uid"].split(), state

    @test
    def an_address_of_another_pane_leads_to_its_talker():
        with Console(size=(120, 40), pane="suspended") as console:
            console.wait_for("row 1 of 3")
            console.wait_for("!! lab: connection refused")
            console.escape()
            console.send("f")
            console.wait_for("SIP flood  row 1 of 2")
            console.send("2")
            console.wait_for("203.0.113.77")
            console.send("/15550200\r")
            console.wait_for("row 1 of 1, 25 in all")
            console.send("f")
            console.wait_for("203.0.113.77 is not among the talkers")

    @test
    def evidence_of_a_talker_is_begun_and_ended_by_its_key():
        with Console(size=(120, 40), pane="flood") as console:
            console.wait_for("row 1 of 2")
            console.wait_for("!! lab: connection refused")
            console.escape()
            console.send("w")
            console.wait_for("writing the packets of 203.0.113.99, at most 10 MiB and 60 s: ")
            console.wait_heard("watch sw1 203.0.113.99\n")
            console.send("w")
            console.wait_for("0 packets of 203.0.113.99")
            console.send("!")
            console.wait_for("it was ended by its key")
