# SPDX-License-Identifier: MIT

"""Each fault gives a sentence in its pane, leaves the other host and the other sources alone, and mends by itself."""

import unittest

from labtest import LabTest, Watch, fault, until

# fault words, the pane that says it, what the sentence must hold, seconds until it must be said,
# a pane that must stay live beside it
FAULTS = [
    # SSH
    ("sshd refuse", "health", r"refused", 20, None),
    ("sshd deny-login", "health", r"login|denied|key", 20, None),
    ("sshd hostkey-change", "health", r"host key.*changed", 20, None),
    ("sshd sessions-stop", "health", r"answer|silent|dead|lost", 15, None),
    ("sshd no-forwarding", "calls", r"forward", 20, "firewall"),
    ("network drop", "health", r"answer|silent|timed out|lost|reach", 25, None),
    # MySQL
    ("mysql kill", "gateways", r"MySQL.*(refused|lost|gone)|refused", 20, "firewall"),
    ("mysql stop", "gateways", r"MySQL", 30, "firewall"),
    ("mysql wrong-password", "gateways", r"password|denied", 20, "firewall"),
    # the web interface
    ("web kill", "calls", r"refused", 20, "firewall"),
    ("web 404", "calls", r"404", 20, "firewall"),
    ("web empty", "calls", r"empty", 20, "firewall"),
    ("web garbage", "calls", r"JSON", 20, "firewall"),
    ("web half", "calls", r"JSON|cut|incomplete|closed", 20, "firewall"),
    ("web slow", "calls", r"answer|time|late|within", 30, "firewall"),
    ("web denied", "calls", r"JSON|refused|allow", 20, "firewall"),
    # commands
    ("command hang", "health", r"within|time|answer|longer", 25, None),
    ("command endless", "health", r"output|more than|too|within|time", 25, None),
    ("iptables absent", "firewall", r"no iptables-save on this host", 20, "health"),
    ("iptables denied", "firewall", r"iptables-save is denied to root itself", 20, "health"),
    ("iptables hang", "firewall", r"within|time|answer|longer", 25, "calls"),
    ("iptables endless", "firewall", r"output|more than|too", 25, "calls"),
    ("tcpdump absent", "flood", r"no tcpdump on this host", 25, "firewall"),
    ("tcpdump denied", "flood", r"permi|denied|root", 25, "firewall"),
]

# Seconds from the end of the cause to live data again, as the project promises.
RECOVERY_S = 5
# The watching command itself prints four times a second.
PRINTING_S = 0.5


def make_test(words, pane, pattern, within_s, beside):
    def test(self):
        with Watch(pane) as watch, Watch(beside or pane) as other:
            watch.wait_live()
            other.wait_live()
            fault("sw1", *words.split())
            watch.wait_error(pattern, within_s)
            self.assertIn("sw1", watch.error(), "the sentence names the host")
            self.assertTrue(watch.is_live("sw2"), "the other host lives on")
            if beside:
                # A fault that restarts sshd costs one reconnection.
                other.wait_live(3)
            fault("sw1", "clear")
            took_s = watch.wait_live(RECOVERY_S + PRINTING_S + 10)
            print(f"    {words}: recovered in {took_s:.1f} s", flush=True)
            self.assertLessEqual(took_s, RECOVERY_S + PRINTING_S)
    return test


class FaultTest(LabTest):
    def test_alarms_fall_back_to_the_database_and_come_back(self):
        with Watch("alarms") as watch:
            watch.wait_live()
            self.assertFalse(watch.host()["fallback"])
            fault("sw1", "web", "kill")
            until(lambda: watch.host()["fallback"], 20, lambda: watch.host())
            self.assertTrue(watch.is_live())
            self.assertIn("e_alarm_current", watch.host()["source"])
            self.assertIsNotNone(watch.host()["note"], "a fallback in use is said")
            fault("sw1", "clear")
            until(lambda: watch.is_live() and not watch.host()["fallback"], 10, lambda: watch.host())

    def test_a_capture_that_dies_comes_back(self):
        with Watch("flood") as watch:
            watch.wait_live()
            fault("sw1", "tcpdump", "die")
            fault("sw1", "clear")
            watch.wait_live(RECOVERY_S + 4)

    def test_a_stream_cut_in_the_middle_of_a_packet_is_said_and_comes_back(self):
        for action in ("half", "cut", "kill"):
            with self.subTest(action), Watch("flood") as watch:
                watch.wait_live()
                fault("sw1", "tcpdump", action)
                watch.wait_error(r"capture ended|connection was lost")
                self.assertIn("sw1", watch.error())
                self.assertTrue(watch.is_live("sw2"), "the other host lives on")
                fault("sw1", "clear")
                watch.wait_live(RECOVERY_S + 4)

    def test_a_dead_host_from_the_start_does_not_hide_the_other(self):
        fault("sw1", "sshd", "refuse")
        with Watch("alarms") as watch:
            watch.wait_error("refused")
            watch.wait_live(name="sw2")


for row in FAULTS:
    setattr(FaultTest, "test_" + row[0].replace(" ", "_").replace("-", "_"), make_test(*row))

if __name__ == "__main__":
    unittest.main()
