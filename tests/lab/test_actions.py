# SPDX-License-Identifier: MIT

"""Actions through the command line, proved on the hosts themselves."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from labtest import CONFIG, LAB, PROGRAM, RUN, LabTest, execs, fault, lab, run, sql, until

ASK = """
import socket, sys
host, port, local = sys.argv[1], int(sys.argv[2]), sys.argv[3]
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.bind((local, 0))
link.settimeout(1.5)
for turn in range(2):
    link.sendto((f"OPTIONS sip:{host} SIP/2.0\\r\\nVia: SIP/2.0/UDP {local}:{link.getsockname()[1]};branch=z9hG4bK{turn}{id(link)}\\r\\n"
                 f"From: <sip:probe@{local}>;tag=1\\r\\nTo: <sip:probe@{host}>\\r\\nCall-ID: {turn}{id(link)}@{local}\\r\\n"
                 "CSeq: 1 OPTIONS\\r\\nMax-Forwards: 70\\r\\nContent-Length: 0\\r\\n\\r\\n").encode(), (host, port))
    try:
        link.recv(65535)
        print("answered")
        break
    except socket.timeout:
        pass
"""
HOSTS = {"sw1": "198.18.0.11", "sw2": "198.18.0.12"}
TRAIL_STATES = {"done", "already"}


def host(*words, name="sw1", check=True):
    return lab("host", name, *words, check=check)


def kernel_has_ipset():
    return subprocess.run(["unshare", "--net", "ipset", "create", "probe", "hash:ip", "timeout", "1"],
                          capture_output=True, check=False).returncode == 0


def answers(source, name="sw1", namespace="scan"):
    """Whether the host's SIP core answers a question from that address."""
    done = subprocess.run(["nsenter", f"--net=/run/netns/{RUN.rsplit('/', 1)[1]}-{namespace}", "--", "/usr/bin/python3", "-c",
                           ASK, HOSTS[name], "5060", source], capture_output=True, text=True, check=True)
    return "answered" in done.stdout


class ActionTest(LabTest):
    """A state folder and a configuration of its own; the firewalls as they were at first."""

    backend = "auto"

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="nocdesk-actions-")
        self.config = self.configure()
        for name in HOSTS:
            lab("backend", name, self.backend if name == "sw1" else "auto")

    def tearDown(self):
        shutil.rmtree(self.folder)
        super().tearDown()
        lab("backend", "sw1", "auto")

    def configure(self, everywhere="", sw1="", state=None, name="nocdesk.ini"):
        """The lab's configuration with further lines; the path."""
        with open(CONFIG, encoding="utf-8") as source:
            text = source.read()
        text = text.replace("[nocdesk]\n", f"[nocdesk]\nstate_dir = {state or self.folder}/state\n{everywhere}\n", 1)
        text = text.replace("[host sw1]\n", f"[host sw1]\n{sw1}\n", 1)
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
            out.write(text)
        return path

    def run(self, result=None):
        return super().run(result)

    def command(self, *words, code=0, config=None, stdin=None, timeout=60):
        done = run(*words, config=config or self.config, stdin=stdin, timeout=timeout)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done

    def act(self, action, *words, on="sw1", **options):
        """The results of an action, as JSON."""
        where = ["--host", on] if on else []
        done = self.command(action, "--format", "json", *where, *words, **options)
        document = json.loads(done.stdout)
        self.assertEqual(document["action"], action)
        return document["results"]

    def one(self, action, *words, state="done", **options):
        results = self.act(action, *words, **options)
        self.assertEqual([result["state"] for result in results], [state], results)
        return results[0]

    def audit(self, *words):
        return json.loads(self.command("audit", "--format", "json", *words).stdout)["rows"]


class BackendTest(ActionTest):
    def prove(self, backend, method, listing, config=""):
        lab("backend", "sw1", backend)
        self.config = self.configure(sw1=config)
        banned, other = "192.0.2.201", "192.0.2.202"
        self.assertTrue(answers(banned) and answers(other))
        done = self.one("ban", banned, "--for", "10m", "--reason", "scanner")
        self.assertEqual(done["method"], method)
        self.assertRegex(done["audit"], r"^\d{4}-\d\d-\d\d-\d{6}$")
        self.assertTrue(done["commands"] and done["undo"])
        self.assertIn(banned, host(*listing))
        self.assertFalse(answers(banned), "a packet of a banned address was answered")
        self.assertTrue(answers(other), "a packet of another address was not answered")
        self.one("ban", banned, "--for", "10m", state="already")
        self.one("undo")
        self.assertNotIn(banned, host(*listing))
        self.assertTrue(answers(banned))
        self.one("ban", banned, "--for", "10m")
        self.assertFalse(answers(banned))
        self.one("unban", banned)
        self.assertTrue(answers(banned))
        self.one("unban", banned, state="already")
        self.one("undo")
        self.assertFalse(answers(banned), "the undo of an unban bans again")
        rows = self.audit()
        self.assertEqual([row["action"] for row in rows if row["state"] in TRAIL_STATES | {"undone"}],
                         ["ban", "undo", "ban", "unban", "undo"])

    def prove_v6(self, listing):
        self.one("ban", "2001:db8:1::9", "--for", "10m")
        self.assertIn("2001:db8:1::9", host(*listing))
        self.one("undo")
        self.assertNotIn("2001:db8:1::9", host(*listing))

    def test_ipset(self):
        if not kernel_has_ipset():
            self.skipTest("this machine's kernel has no ipset: NOTHING about it is proved here")
        self.prove("ipset", "ipset", ("ipset", "list", "nocdesk4"))
        self.prove_v6(("ipset", "list", "nocdesk6"))

    def test_nftables(self):
        self.prove("nft", "nftables", ("nft", "list", "table", "inet", "nocdesk"))
        self.prove_v6(("nft", "list", "table", "inet", "nocdesk"))

    def test_iptables(self):
        self.prove("iptables", "iptables", ("iptables-save",))
        self.prove_v6(("ip6tables-save",))

    def test_an_old_iptables_without_wait_check_and_comments(self):
        self.prove("old", "iptables", ("iptables-save",))

    def test_fail2ban(self):
        self.prove("fail2ban", "fail2ban", ("fail2ban-client", "status", "sip"), "ban_backend = fail2ban\nban_jail = sip")

    def test_auto_takes_what_ends_bans_by_itself(self):
        method = self.one("ban", "192.0.2.203", "--for", "10m")["method"]
        self.assertEqual(method, "ipset" if kernel_has_ipset() else "nftables")

    def test_foreign_rules_stay(self):
        def foreign():
            return [re.sub(r"\[\d+:\d+\]", "", line) for line in host("iptables-save").splitlines()
                    if "NOCDESK" not in line and not line.startswith("#")]
        before = foreign()
        for backend in ("iptables", "auto"):
            lab("backend", "sw1", backend)
            self.one("ban", "192.0.2.204", "--for", "10m")
            self.one("unban", "192.0.2.204")
        self.assertEqual(foreign(), before)

    def test_a_ban_whose_chain_was_unhooked_is_no_ban_and_is_mended(self):
        for backend in ("iptables", "ipset") if kernel_has_ipset() else ("iptables",):
            lab("backend", "sw1", backend)
            self.one("ban", "192.0.2.205", "--for", "10m")
            host("iptables", "-D", "INPUT", "-j", "NOCDESK")
            self.assertTrue(answers("192.0.2.205"))
            self.one("ban", "192.0.2.205", "--for", "10m")
            self.assertFalse(answers("192.0.2.205"), backend)

    def test_the_firewall_is_saved_by_the_hosts_own_way(self):
        lab("backend", "sw1", "iptables")
        self.one("ban", "192.0.2.206", "--for", "10m")
        self.assertNotIn("192.0.2.206", host("cat", "/etc/sysconfig/iptables"))
        self.assertEqual(self.act("firewall save", code=3)[0]["state"], "refused")
        self.one("firewall save", "--yes")
        self.assertIn("192.0.2.206", host("cat", "/etc/sysconfig/iptables"))

    def act(self, action, *words, **options):
        if action != "firewall save":
            return super().act(action, *words, **options)
        done = self.command("firewall", "save", "--format", "json", "--host", "sw1", *words, **options)
        return json.loads(done.stdout)["results"]


class ExpiryTest(ActionTest):
    def expires(self, backend, seconds, within):
        lab("backend", "sw1", backend)
        self.one("ban", "192.0.2.211", "--for", f"{seconds}s")
        self.assertFalse(answers("192.0.2.211"))
        until(lambda: answers("192.0.2.211"), within, "the ban ended though no console is there")

    def test_ipset_ends_bans_in_the_kernel(self):
        if not kernel_has_ipset():
            self.skipTest("this machine's kernel has no ipset: NOTHING about it is proved here")
        self.expires("ipset", 4, 12)

    def test_nftables_ends_bans_in_the_kernel(self):
        self.expires("nft", 4, 12)

    def test_a_job_of_at_ends_bans_of_iptables(self):
        self.expires("iptables", 5, 190)
        self.assertNotIn("192.0.2.211", host("iptables-save"))

    def test_without_at_the_plan_says_that_a_console_must_be_there(self):
        fault("sw1", "at", "absent")
        lab("backend", "sw1", "iptables")
        fault("sw1", "at", "absent")
        done = self.one("ban", "192.0.2.212", "--for", "2s")
        self.assertIn("console", done["note"])


class GuardTest(ActionTest):
    """Each rule by its name, in every form that an address has."""

    def refused(self, target, rule, *words, code=3, config=None, **options):
        before = host("iptables-save", "-t", "filter").count("NOCDESK")
        results = self.act("ban", *words, "--", target, code=code, config=config, **options)
        self.assertEqual({(result["state"], result.get("rule")) for result in results}, {("refused", rule)}, results)
        self.assertTrue(results[0]["error"])
        self.assertEqual(host("iptables-save", "-t", "filter").count("NOCDESK"), before)
        return results[0]

    def test_the_consoles_own_address_and_networks_that_hold_it(self):
        for target in ("198.18.0.2", "::ffff:198.18.0.2", "198.18.0.2/32", "198.18.0.0/24", "198.18.0.0/30", "198.0.0.0/8",
                       "::ffff:198.18.0.0/120"):
            self.refused(target, "console-address", "--yes")

    def test_the_hosts_own_address_loopback_multicast_and_the_like(self):
        for target in ("198.18.0.11", "::ffff:198.18.0.11", "127.0.0.1", "127.8.8.8", "::1", "::", "0.0.0.0", "::/0",
                       "224.0.0.1", "239.1.2.3", "255.255.255.255", "ff02::1", "ff00::/8", "::ffff:127.0.0.1",
                       "::ffff:224.0.0.1", "0.0.0.0/8"):
            self.refused(target, "local-address", "--yes")
        self.assertIn(self.act("ban", "0.0.0.0/0", "--yes", code=3)[0]["rule"], ("local-address", "console-address"))

    def test_what_is_no_address(self):
        for target in ("203.0.113.9;reboot", "203.0.113.09", "203.0.113.9:5060", "203.0.113.9/33", "203.0.113.1/24", " 203.0.113.9",
                       "203.0.113.9 ", "3405803785", "0xcb007109", "fe80::1%eth0", "2001:db8:0::1", "::203.0.113.9", "$(reboot)",
                       "-j ACCEPT", "--help", "", "host.example", "2001:db8::/129", "192.0.2.9\n192.0.2.10", "192.0.2.9'"):
            self.refused(target, "not-an-address", "--yes")

    def test_trusted_by_configuration_wants_typing(self):
        config = self.configure(everywhere="trusted = 192.0.2.220 2001:db8:5::/48", sw1="trusted = 192.0.2.221")
        for target in ("192.0.2.220", "192.0.2.221", "::ffff:192.0.2.220", "2001:db8:5::1", "192.0.2.220/31"):
            result = self.refused(target, "trusted", "--yes", config=config)
            self.assertIn("trusted", result["error"])

    def test_a_gateways_address_wants_typing(self):
        address = sql("sw1", "SELECT SUBSTRING_INDEX(remoteips, ',', 1) FROM e_gatewayrouting WHERE remoteips LIKE '198.51.100.%' "
                             "ORDER BY id LIMIT 1")[0][0]
        self.refused(address, "trusted", "--yes")
        host("iptables", "-F", "SIP_TRUSTED")
        result = self.refused(address, "trusted", "--yes")
        self.assertIn("gateway", result["error"])

    def test_a_peer_with_calls_up_wants_typing(self):
        source = "203.0.113.10"
        host("iptables", "-F", "SIP_TRUSTED")
        until(lambda: any(row["caller_ip"] and row["caller_ip"].startswith(source) for row in
                          json.loads(run("show", "calls", "--host", "sw1", "--format", "json").stdout)["rows"]), 40, "a call")
        saved = sql("sw1", "SELECT id, remoteips FROM e_gatewaymapping")
        try:
            sql("sw1", "UPDATE e_gatewaymapping SET remoteips = '203.0.113.250'")
            result = self.refused(source, "trusted", "--yes")
        finally:
            for gateway, addresses in saved:
                sql("sw1", f"UPDATE e_gatewaymapping SET remoteips = '{addresses}' WHERE id = {gateway}")
        self.assertRegex(result["error"], "call|gateway")

    def test_too_wide_wants_typing(self):
        self.refused("192.0.0.0/16", "too-wide", "--yes")
        self.refused("2001:db8::/32", "too-wide", "--yes")
        self.one("ban", "192.0.2.0/25", "--for", "1m", "--yes")
        self.one("undo")

    def test_private_is_refused_unless_configured(self):
        for target in ("10.1.2.3", "192.168.1.1", "172.16.0.9", "100.64.1.1", "169.254.1.1", "fd00::1", "::ffff:10.1.2.3"):
            self.refused(target, "private", "--yes")
        self.one("ban", "10.1.2.3", "--for", "1m", config=self.configure(sw1="ban_private = yes"))

    def test_the_rate_asks(self):
        config = self.configure(everywhere="bans_per_minute = 2")
        for last in (231, 232):
            self.one("ban", f"192.0.2.{last}", "--for", "1m", config=config)
        self.refused("192.0.2.233", "rate", config=config)
        self.one("ban", "192.0.2.233", "--for", "1m", "--yes", config=config)

    def test_read_only_everywhere_and_of_a_host(self):
        self.refused("192.0.2.234", "read-only", "--read-only", "--yes")
        self.refused("192.0.2.234", "read-only", "--yes", config=self.configure(everywhere="read_only = yes"))
        config = self.configure(sw1="read_only = yes")
        results = self.act("ban", "192.0.2.234", "--for", "1m", "--yes", on=None, config=config, code=3)
        self.assertEqual([(result["host"], result["state"]) for result in results], [("sw1", "refused"), ("sw2", "done")])
        for action, target in (("unban", "192.0.2.234"), ("lock", "phone:1"), ("unlock", "phone:1"), ("hangup", "1")):
            self.assertEqual(self.act(action, target, "--read-only", "--yes", code=3)[0]["rule"], "read-only")

    def test_a_network_asks_and_yes_answers(self):
        results = self.act("ban", "192.0.2.240/30", "--for", "1m", code=3)
        self.assertEqual(results[0]["state"], "refused")
        done = self.command("ban", "192.0.2.240/30", "--host", "sw1", "--for", "1m", code=3)
        self.assertIn("--yes", done.stderr)
        self.one("ban", "192.0.2.240/30", "--for", "1m", "--yes")
        self.assertFalse(answers("192.0.2.241"))

    def test_on_a_terminal_the_plan_is_shown_and_asked_for(self):
        for typed, wanted in (("n\n", 3), ("\n", 3), ("y\n", 0)):
            shown, code = self.on_terminal(typed, "ban", "192.0.2.244/30", "--host", "sw1", "--for", "1m")
            self.assertEqual(code, wanted, shown)
            for part in ("192.0.2.244/30", "sw1 [lab]", "ipset", "[y/N]"):
                self.assertIn(part, shown)

    def test_on_a_terminal_a_trusted_address_is_typed_again(self):
        config = self.configure(everywhere="trusted = 192.0.2.248")
        for typed, wanted in (("y\n", 3), ("192.0.2.24\n", 3), ("192.0.2.248\n", 0)):
            shown, code = self.on_terminal(typed, "ban", "192.0.2.248", "--host", "sw1", "--for", "1m", "--yes", config=config)
            self.assertEqual(code, wanted, shown)
        self.assertFalse(answers("192.0.2.248"))

    def on_terminal(self, typed, *words, config=None):
        """What a pseudo-terminal shows, and the exit status."""
        import pty
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(LAB, [LAB, "exec", PROGRAM, *words, "--config", config or self.config])
        shown, asked = b"", False
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
            if not asked and re.search(rb"\[y/N\] $|cancels: $", shown):
                os.write(terminal, typed.encode())
                asked = True
        os.close(terminal)
        return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    unittest.main()
