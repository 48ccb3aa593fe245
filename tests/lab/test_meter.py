# SPDX-License-Identifier: MIT

"""The meter command on a host of the lab: who attacks, evidence, a stream that dies."""

import json
import os
import subprocess
import tempfile
import threading
import time
import unittest

from labtest import CONFIG, LAB, PROGRAM, lab, run, until


def start(*words):
    return subprocess.Popen([LAB, "exec", PROGRAM, "meter", "--config", CONFIG, *words],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Meter(unittest.TestCase):
    def attack(self, name, seconds):
        thread = threading.Thread(target=lab, args=("attack", name, "--seconds", str(seconds)))
        thread.start()
        self.addCleanup(thread.join)

    def test_a_host_names_the_attacker_and_keeps_evidence(self):
        self.attack("options", 20)
        time.sleep(2)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "proof.pcap")
            first = json.loads(run("meter", "--host", "sw1", "--for", "4", "--format", "json").stdout)
            scanner = first["verdicts"][0]["about"]
            done = run("meter", "--host", "sw1", "--for", "4", "--format", "json", "--write", path,
                       "--source", scanner)
            self.assertEqual(done.returncode, 0, done.stderr)
            kept = json.loads(run("meter", "-r", path, "--format", "json").stdout)
        self.assertEqual(first["verdicts"][0]["verdict"], "scanner")
        self.assertGreater(first["methods"]["OPTIONS"], 0)
        self.assertEqual([talker["source"] for talker in kept["talkers"]], [scanner])
        self.assertGreater(kept["packets"], 10)

    def test_the_death_of_the_stream_is_said_and_mended(self):
        self.attack("options", 30)
        meter = start("--host", "sw1", "--for", "14", "--format", "json")
        until(lambda: lab("host", "sw1", "pgrep", "-x", "tcpdump", check=False), 20, "a capture on the host")
        time.sleep(3)  # of a stream that goes on
        lab("host", "sw1", "pkill", "-x", "tcpdump")
        out, errors = meter.communicate(timeout=60)
        found = json.loads(out)
        self.assertIn("sw1: ", errors)
        self.assertIn("the capture goes on", errors)
        self.assertEqual(meter.returncode, 0, errors)
        self.assertGreater(found["methods"]["OPTIONS"], 100)

    def test_a_host_that_is_not_reached_fails(self):
        config = os.path.join(tempfile.mkdtemp(), "nocdesk.ini")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[host gone]\naddress = 127.0.0.1\nport = 1\nhttp_port = 0\nmysql_port = 0\n")
        done = run("meter", "--host", "gone", "--for", "1", "--timeout", "2", "--format", "json",
                   config=config)
        self.assertEqual(done.returncode, 1)
        self.assertIn("gone: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
