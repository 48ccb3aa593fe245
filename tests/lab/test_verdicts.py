# SPDX-License-Identifier: MIT

"""The tools of scanners get the verdict that they deserve from the flood pane, and legitimate traffic gets none."""

import datetime
import os
import time
import unittest

from labtest import FAST_CONFIG, RUN, LabTest, Watch, lab, sql, until

# Without their names on the list, the tools are judged by what they do.
NAMELESS_CONFIG = f"{RUN}/nameless.ini"
NAMELESS_SECTION = "\n[capture flood]\nscanner_agents = nobody-calls-itself-so\n"

ATTACKS = ("scanner", "REGISTER brute force", "password spraying", "extension harvesting", "INVITE probing",
           "OPTIONS flood", "packet flood", "distributed scan", "spoofed flood")
PHONE = ("--tool", "sipp", "--agent", "Phone 1.0")

# what attacks, the verdict, what its evidence holds
TOOLS = [
    # the tools as they are call themselves by their names
    (("map", "--seconds", "6"), "scanner", "friendly-scanner; "),
    (("harvest", "--seconds", "6"), "scanner", "in sequence"),
    (("crack", "--seconds", "6"), "scanner", "failed REGISTERs for"),
    (("sipsak", "--seconds", "6"), "scanner", "sipsak"),
    # what they do gives them away all the same
    (("map", "--seconds", "10"), "OPTIONS flood", "OPTIONS"),
    (("harvest", "--seconds", "15"), "extension harvesting", "in sequence"),
    (("crack", "--seconds", "8"), "REGISTER brute force", "failed REGISTERs"),
    (("invite", "--seconds", "12"), "INVITE probing", "none answered"),
    (("harvest", "--seconds", "15", "--rate", "20", *PHONE), "extension harvesting", "in sequence"),
    (("register", "--seconds", "12", *PHONE), "REGISTER brute force", "failed REGISTERs"),
    (("spray", "--seconds", "15"), "password spraying", "failed REGISTERs"),
    (("distributed", "--seconds", "25"), "distributed scan", "each below the limit"),
    (("spoofed", "--seconds", "15"), "spoofed flood", "sent once"),
]


def attackers(document):
    return [row for row in (document or {}).get("rows", []) if row["verdict"] in ATTACKS and row["host"] == "sw1"]


def make_test(words, verdict, evidence):
    def test(self):
        with Watch("flood", config=FAST_CONFIG if verdict == "scanner" else NAMELESS_CONFIG) as watch:
            watch.wait_live()
            lab("attack", *words, "--host", "sw1")
            row = until(lambda: next((row for row in attackers(watch.newest) if row["verdict"] == verdict), None),
                        10, lambda: attackers(watch.newest) or watch.newest)[0]
            self.assertIn(evidence, row["evidence"])
            self.assertEqual(attackers(watch.newest)[0]["verdict"], verdict, "it stands on top")
            for other in attackers(watch.newest):
                self.assertFalse(other["source"].startswith(("198.51.100.", "203.0.113.")), other)
    return test


class VerdictTest(LabTest):
    @classmethod
    def setUpClass(cls):
        with open(FAST_CONFIG, encoding="utf-8") as source:
            text = source.read() + NAMELESS_SECTION
        with open(NAMELESS_CONFIG, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(text)

    def test_the_hosts_gateways_are_known_and_customers_are_left_alone(self):
        gateways = {address: name for name, address in
                    sql("sw1", "SELECT name, remoteips FROM e_gatewayrouting WHERE locktype = 0")}
        lab("traffic", "start", "--rate", "10", "--seconds", "90", "--host", "sw1", "--keepalive", "1", "--nat",
            "--wrong-every", "20")
        seen, accused = {}, []
        try:
            with Watch("flood") as watch:
                watch.wait_live()

                def busy():
                    accused.extend(attackers(watch.newest))
                    for row in watch.newest["rows"]:
                        seen[row["source"]] = row
                    return sum(row["packets"] or 0 for row in watch.newest["rows"]) > 6000
                until(busy, 80, lambda: list(seen.values()))
        finally:
            lab("traffic", "start", "--rate", "5", "--host", "all")
        self.assertEqual(accused, [])
        known = [source for source in seen if source in gateways]
        self.assertTrue(known)
        for source in known:
            self.assertEqual(seen[source]["peer"], "gateway")
            self.assertIn(seen[source]["verdict"], ("", "unusual"))
            self.assertIn(gateways[source], seen[source]["evidence"])

    def test_an_attack_that_is_over_says_since_when_and_is_calm(self):
        with Watch("flood") as watch:
            watch.wait_live()

            def flood():
                return next((row for row in attackers(watch.newest) if row["kind"] == "all"), None)
            lab("attack", "spoofed", "--seconds", "8", "--host", "sw1")
            ended = time.time()
            row = until(lambda: next((row for row in [flood()] if row and row["packets"] > 6000), None), 10, flood)[0]
            self.assertEqual(row["severity"], "critical")
            self.assertGreater(row["pps"], 300)
            self.assertGreater(row["options_pm"], 6000)
            row = until(lambda: next((row for row in [flood()] if row and row["severity"] == "info"), None), 45, flood)[0]
            self.assertRegex(row["evidence"], r"^over since \d\d:\d\d:\d\d, was: peak \d{3,}")
            last = datetime.datetime.fromisoformat(row["last_seen"]).timestamp()
            self.assertLess(abs(last - ended), 3)
            self.assertEqual(row["pps"], 0)
            self.assertGreater(row["sources"], 6000)
            self.assertFalse([row for row in watch.newest["rows"] if row["severity"] == "critical"])

    def test_the_hosts_own_suspension_time_counts(self):
        sql("sw1", "UPDATE e_moconfig SET value = '300' WHERE name = 'SS_ENDPOINTREGISTERSUSPENDTIME'")
        try:
            with Watch("suspended") as watch:
                watch.wait_live()
                until(lambda: "300 s (of the host)" in (watch.host()["note"] or ""), 10, watch.host)
        finally:
            sql("sw1", "UPDATE e_moconfig SET value = '180' WHERE name = 'SS_ENDPOINTREGISTERSUSPENDTIME'")


for number, row in enumerate(TOOLS):
    setattr(VerdictTest, f"test_{number:02}_{row[0][0]}_is_{row[1].replace(' ', '_')}", make_test(*row))

if __name__ == "__main__":
    unittest.main()
