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
host, port, local, turns = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.bind((local, 0))
link.settimeout(1.5)
for turn in range(turns):
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


def answers(source, name="sw1", namespace="scan", turns=2):
    """Whether the host's SIP core answers a question from that address, which is put so often."""
    done = subprocess.run(["nsenter", f"--net=/run/netns/{RUN.rsplit('/', 1)[1]}-{namespace}", "--", "/usr/bin/python3", "-c",
                           ASK, HOSTS[name], "5060", source, str(turns)], capture_output=True, text=True, check=True)
    return "answered" in done.stdout


SIX = "2001:db8:8::11"  # sw1
PING_SIX = """
import os, socket, struct, sys
link = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
link.bind((sys.argv[2], 0))
link.settimeout(1.5)
for turn in range(2):
    link.sendto(struct.pack("!BBHHH", 128, 0, 0, os.getpid() & 0xffff, turn), (sys.argv[1], 0))
    try:
        while link.recv(2048)[0] != 129:
            pass
        print("answered")
        break
    except socket.timeout:
        pass
"""


def in_namespace(name, *words, **options):
    return subprocess.run(["nsenter", f"--net=/run/netns/{RUN.rsplit('/', 1)[1]}-{name}", "--", *words], capture_output=True,
                          text=True, check=True, **options).stdout


def wire_six(*sources):
    """IPv6 from the scanners' network through the router to sw1."""
    for name, device, *addresses in (("sw1", "eth0", SIX), ("net", "sw1", "2001:db8:8::1"), ("net", "scan", "2001:db8:1::1"),
                                     ("scan", "eth0", *sources)):
        for address in addresses:
            in_namespace(name, "ip", "-6", "addr", "replace", f"{address}/64", "dev", device, "nodad")
    in_namespace("net", "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")
    for name, gateway in (("sw1", "2001:db8:8::1"), ("scan", "2001:db8:1::1")):
        in_namespace(name, "ip", "-6", "route", "replace", "default", "via", gateway)


def answers_six(source):
    """Whether sw1 answers an echo request of that IPv6 address (its firewall lets no SIP over IPv6 in)."""
    return "answered" in in_namespace("scan", "/usr/bin/python3", "-c", PING_SIX, SIX, source)


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

    def command(self, *words, code=0, config=None, stdin=None, timeout=60):
        first, *others = words
        done = run(first, "--config", config or self.config, *others, config=None, stdin=stdin, timeout=timeout)
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
        banned, other = "2001:db8:1::9", "2001:db8:1::a"
        wire_six(banned, other)
        until(lambda: answers_six(banned) and answers_six(other), 20, "answers over IPv6")
        self.one("ban", banned, "--for", "10m")
        self.assertIn(banned, host(*listing))
        self.assertFalse(answers_six(banned), "a packet of a banned IPv6 address was answered")
        self.assertTrue(answers_six(other))
        self.one("undo")
        self.assertNotIn(banned, host(*listing))
        self.assertTrue(answers_six(banned))

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

    def test_a_foreign_rule_goes_only_when_its_place_is_typed_and_comes_back(self):
        lab("backend", "sw1", "iptables")
        before = host("iptables", "-S", "INPUT")
        rule, place = before.splitlines()[3], "ipv4/filter/INPUT/3"
        self.assertEqual(self.act("rule delete", place, "--yes", code=3)[0]["state"], "refused")
        shown, code = self.on_terminal("y\n", "rule", "delete", place, "--host", "sw1")
        self.assertEqual(code, 3, shown)
        self.assertIn(rule, shown)
        self.assertEqual(host("iptables", "-S", "INPUT"), before)
        shown, code = self.on_terminal(place + "\n", "rule", "delete", place, "--host", "sw1")
        self.assertEqual(code, 0, shown)
        self.assertEqual(host("iptables", "-S", "INPUT"), before.replace(rule + "\n", ""))
        self.one("undo")
        self.assertEqual(host("iptables", "-S", "INPUT"), before)
        self.one("ban", "192.0.2.207", "--for", "10m")
        for wrong in ("ipv4/filter/INPUT/99", "ipv4/filter/NOCDESK/1", "ipv4/filter/INPUT/1", "INPUT/3", "ipv4/filter/INPUT/3/x"):
            self.assertEqual(self.act("rule delete", wrong, "--yes", code=3)[0]["state"], "refused", wrong)

    def act(self, action, *words, **options):
        if action == "rule delete":
            done = self.command("rule", "delete", *words, "--format", "json", "--host", "sw1", **options)
            return json.loads(done.stdout)["results"]
        if action != "firewall save":
            return super().act(action, *words, **options)
        done = self.command("firewall", "save", "--format", "json", "--host", "sw1", *words, **options)
        return json.loads(done.stdout)["results"]


class LegacyTest(BackendTest):
    """The same where iptables works on the legacy tables."""

    environment = {"LAB_IPTABLES": "legacy"}

    def test_it_is_the_legacy_iptables(self):
        self.assertIn("legacy", host("iptables", "-V"))


class ExpiryTest(ActionTest):
    def expires(self, backend, seconds, within):
        lab("backend", "sw1", backend)
        self.one("ban", "192.0.2.211", "--for", f"{seconds}s")
        self.assertFalse(answers("192.0.2.211", turns=1))  # well before its end
        until(lambda: answers("192.0.2.211"), within, "the ban ended though no console is there")

    def test_ipset_ends_bans_in_the_kernel(self):
        if not kernel_has_ipset():
            self.skipTest("this machine's kernel has no ipset: NOTHING about it is proved here")
        self.expires("ipset", 6, 14)

    def test_nftables_ends_bans_in_the_kernel(self):
        self.expires("nft", 6, 14)

    def test_a_job_of_at_ends_bans_of_iptables(self):
        self.expires("iptables", 6, 190)
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
        for target in ("198.18.0.11", "::ffff:198.18.0.11", "127.0.0.1", "127.8.8.8", "::1", "::", "0.0.0.0",
                       "224.0.0.1", "239.1.2.3", "255.255.255.255", "ff02::1", "ff00::/8", "::ffff:127.0.0.1",
                       "::ffff:224.0.0.1", "0.0.0.0/8"):
            self.refused(target, "local-address", "--yes")
        for target in ("0.0.0.0/0", "::/0"):
            self.refused(target, "console-address", "--yes")

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


class UndoTest(ActionTest):
    def test_the_entry_named_is_undone_in_another_process_and_once_only(self):
        first = self.one("ban", "192.0.2.51", "--for", "10m")["audit"]
        second = self.one("ban", "192.0.2.52", "--for", "10m")["audit"]
        self.one("undo", first)
        self.assertTrue(answers("192.0.2.51"))
        self.assertFalse(answers("192.0.2.52"))
        again = self.act("undo", first, code=1)
        self.assertIn("undone already", again[0]["error"])
        states = {row["id"]: row["state"] for row in self.audit()}
        self.assertEqual((states[first], states[second]), ("undone", "done"))

    def test_an_undo_checks_that_the_state_is_still_what_the_action_left(self):
        self.one("ban", "192.0.2.53", "--for", "10m")
        lab("backend", "sw1", "auto")
        result = self.act("undo", code=1)[0]
        self.assertEqual(result["state"], "failed")
        self.assertIn("not as the action left it", result["error"])

    def test_the_undo_of_a_command_on_two_hosts_undoes_both(self):
        self.act("ban", "192.0.2.54", "--for", "10m", "--yes", on=None)
        self.assertFalse(answers("192.0.2.54", "sw1") or answers("192.0.2.54", "sw2"))
        self.assertEqual({result["state"] for result in self.act("undo", "--yes", on=None)}, {"done"})
        self.assertTrue(answers("192.0.2.54", "sw1") and answers("192.0.2.54", "sw2"))

    def test_there_is_nothing_to_undo(self):
        done = self.command("undo", code=1)
        self.assertIn("nothing", done.stderr)
        self.assertIn("no action", self.command("undo", "2026-01-01-000001", code=1).stderr)
        self.command("undo", "../../etc/passwd", code=2)


class ListTest(ActionTest):
    def test_a_list_is_one_transaction(self):
        path = os.path.join(self.folder, "list")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# seen tonight\n192.0.2.61\n\n  192.0.2.62 # twice\n192.0.2.62\n2001:db8:2::1\r\n")
        results = self.act("ban", "--file", path, "--for", "10m", "--yes")
        self.assertEqual([(result["target"], result["state"]) for result in results],
                         [("192.0.2.61", "done"), ("192.0.2.62", "done"), ("2001:db8:2::1", "done")])
        self.assertEqual(len({result["audit"] for result in results}), 1)
        self.assertEqual({result["state"] for result in
                          self.act("unban", "--file", "-", "--yes", stdin="192.0.2.61\n192.0.2.62\n2001:db8:2::1\n")}, {"done"})

    def test_a_wrong_line_is_said_with_its_place_and_nothing_is_done(self):
        path = os.path.join(self.folder, "list")
        with open(path, "w", encoding="utf-8") as file:
            file.write("192.0.2.63\n# fine\n192.0.2.999\n")
        done = self.command("ban", "--file", path, "--yes", code=2)
        self.assertIn(f"{path}:3: ", done.stderr)
        self.assertTrue(answers("192.0.2.63"))
        self.assertIn("cannot be read", self.command("ban", "--file", "/nonexistent", code=2).stderr)
        self.assertIn("missing", self.command("ban", code=2).stderr)

    def ten_thousand(self, backend):
        lab("backend", "sw1", backend)
        config = self.configure(everywhere="bans_per_minute = 1000000")
        path = os.path.join(self.folder, "list")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"45.{number // 65536}.{number // 256 % 256}.{number % 256}\n" for number in range(10000))
        began = time.monotonic()
        results = self.act("ban", "--file", path, "--for", "10m", "--yes", config=config, timeout=120)
        took = time.monotonic() - began
        self.assertEqual((len(results), {result["state"] for result in results}), (10000, {"done"}))
        print(f"        10,000 addresses by {results[0]['method']}: {took:.2f} s, the whole command", flush=True)
        self.assertEqual({result["state"] for result in self.act("undo", "--yes", config=config, timeout=120)}, {"done"})
        return took

    def test_ten_thousand_addresses_by_ipset(self):
        if not kernel_has_ipset():
            self.skipTest("this machine's kernel has no ipset: NOTHING about it is proved here")
        self.assertLess(self.ten_thousand("ipset"), 15)

    def test_ten_thousand_addresses_by_nftables(self):
        self.assertLess(self.ten_thousand("nft"), 15)

    def test_ten_thousand_addresses_by_iptables(self):
        self.assertLess(self.ten_thousand("iptables"), 30)


class LossTest(ActionTest):
    """The host or the console goes away, before, during and after the command."""

    backend = "iptables"
    TOOL = "/usr/sbin/iptables-restore"
    SLOW = "#!/bin/sh\n%s\n/usr/local/real/iptables-restore \"$@\"\ncode=$?\n%s\nexit $code\n"

    def setUp(self):
        super().setUp()
        host("sh", "-c", "mkdir -p /usr/local/real; ln -sf $(readlink -f $1) /usr/local/real/iptables-restore; cp -P $1 $1.kept", "sh", self.TOOL)

    def tearDown(self):
        host("sh", "-c", "rm -f /tmp/reached /tmp/release; mv -f $1.kept $1", "sh", self.TOOL)
        super().tearDown()

    def replace_tool(self, script):
        host("sh", "-c", "rm -f $1; printf %s \"$2\" >$1; chmod 755 $1", "sh", self.TOOL, script)

    def slow_restore(self, before="", after=""):
        """iptables-restore waits there until /tmp/release exists."""
        wait = "printf x >>/tmp/reached; n=0; while [ ! -e /tmp/release ] && [ $n -lt 200 ]; do sleep 0.1; n=$((n+1)); done"
        self.replace_tool(self.SLOW % (wait if before else "", wait if after else ""))

    def stop_tool(self):
        """What waits does not go on, and what comes fails."""
        self.replace_tool("#!/bin/sh\nexit 1\n")
        host("sh", "-c", f"pkill -f '^/bin/sh {self.TOOL}'; :")

    def begin(self, *words):
        process = subprocess.Popen([LAB, "exec", PROGRAM, *words, "--config", self.config], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        until(lambda: host("sh", "-c", "cat /tmp/reached 2>/dev/null; :"), 10, "the command runs")
        return process

    def test_a_host_that_is_lost_before_fails_and_the_other_is_done(self):
        fault("sw2", "network", "cut")
        results = self.act("ban", "192.0.2.71", "--for", "10m", "--yes", "--timeout", "6", on=None, code=1)
        self.assertEqual([(result["host"], result["state"]) for result in results], [("sw1", "done"), ("sw2", "failed")])
        self.assertIn("nothing was done", results[1]["error"])
        self.assertEqual({row["host"]: row["state"] for row in self.audit()}, {"sw1": "done", "sw2": "failed"})

    def test_a_host_lost_during_the_command_that_did_it_is_proven_when_it_is_back(self):
        self.slow_restore(after="wait")
        process = self.begin("ban", "192.0.2.72", "--host", "sw1", "--for", "10m", "--format", "json", "--timeout", "30")
        fault("sw1", "sshd", "sessions-kill")
        host("touch", "/tmp/release")
        out, errors = process.communicate(timeout=60)
        self.assertIn("waiting for it", errors)
        self.assertEqual((process.returncode, json.loads(out)["results"][0]["state"]), (0, "done"), out + errors)
        self.assertFalse(answers("192.0.2.72"))
        self.assertEqual(self.audit()[0]["state"], "done")

    def test_a_host_lost_during_the_command_that_did_not_do_it_has_failed(self):
        self.slow_restore(before="wait")
        process = self.begin("ban", "192.0.2.73", "--host", "sw1", "--for", "10m", "--format", "json", "--timeout", "30")
        self.stop_tool()
        fault("sw1", "sshd", "sessions-kill")
        out, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, json.loads(out)["results"][0]["state"]), (1, "failed"), out + errors)
        self.assertTrue(answers("192.0.2.73"))

    def test_a_host_that_stays_away_is_unknown_and_its_entry_stays_open(self):
        self.slow_restore(after="wait")
        process = self.begin("ban", "192.0.2.74", "--host", "sw1", "--for", "10m", "--format", "json", "--timeout", "3")
        fault("sw1", "network", "cut")
        fault("sw1", "sshd", "sessions-kill")
        host("touch", "/tmp/release")
        out, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, json.loads(out)["results"][0]["state"]), (1, "unknown"), out + errors)
        fault("sw1", "clear")
        entry = self.audit()[0]
        self.assertEqual(entry["state"], "open")
        self.assertIn(entry["id"], self.command("unban", "192.0.2.99", "--host", "sw2").stderr)
        until(lambda: run("undo", entry["id"], "--config", self.config, config=None).returncode == 0, 20, "undone")
        self.assertTrue(answers("192.0.2.74"))

    def test_a_console_killed_in_the_middle_leaves_a_trace_that_can_be_undone(self):
        self.slow_restore(after="wait")
        process = self.begin("ban", "192.0.2.75", "--host", "sw1", "--for", "10m")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        host("touch", "/tmp/release")
        until(lambda: "192.0.2.75" in host("iptables-save"), 10, "the command ran on")
        entry = self.audit()[0]
        self.assertEqual((entry["state"], entry["target"]), ("open", "192.0.2.75"))
        said = self.command("unban", "192.0.2.99", "--host", "sw1").stderr
        for part in (entry["id"], f"nocdesk finish {entry['id']}", f"nocdesk undo {entry['id']}"):
            self.assertIn(part, said)
        self.one("undo", entry["id"])
        self.assertTrue(answers("192.0.2.75"))
        self.assertNotIn(entry["id"], self.command("unban", "192.0.2.99", "--host", "sw1").stderr)
        self.assertIn("whole", self.command("audit", "verify").stdout)

    def test_what_a_killed_console_did_not_reach_is_finished(self):
        self.slow_restore(before="wait")
        process = self.begin("ban", "192.0.2.76", "--host", "sw1", "--for", "10m")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.stop_tool()
        host("sh", "-c", "rm $1; cp -P $1.kept $1", "sh", self.TOOL)
        self.assertTrue(answers("192.0.2.76"))
        entry = self.audit()[0]
        self.one("finish", entry["id"], "--yes")
        self.assertFalse(answers("192.0.2.76"))

    def test_an_interrupt_lets_what_runs_be_finished_and_written_down(self):
        self.slow_restore(before="wait")
        process = self.begin("ban", "192.0.2.77", "--host", "sw1", "--for", "10m")
        process.send_signal(signal.SIGINT)
        self.assertIn("interrupted", process.stderr.readline())
        host("touch", "/tmp/release")
        process.communicate(timeout=60)
        entry = self.audit()[0]
        self.assertIn(entry["state"], ("done", "open"), entry)

    def test_a_firewall_that_hangs_is_given_up_on(self):
        fault("sw1", "iptables", "hang")
        results = self.act("ban", "192.0.2.78", "--for", "10m", "--timeout", "5", code=1, timeout=60)
        self.assertEqual(results[0]["state"], "failed")

    def test_a_firewall_that_is_denied_says_why(self):
        fault("sw1", "iptables", "denied")
        results = self.act("ban", "192.0.2.79", "--for", "10m", code=1)
        self.assertEqual(results[0]["state"], "failed")
        self.assertIn("sw1", results[0]["error"])


class TogetherTest(ActionTest):
    def ban_at_once(self, backend, count=8):
        lab("backend", "sw1", backend)
        targets = [f"192.0.2.{100 + number}" for number in range(count)]
        codes = {}

        def ban(target):
            codes[target] = run("ban", target, "--host", "sw1", "--for", "10m", "--config", self.config, config=None)
        threads = [threading.Thread(target=ban, args=(target,)) for target in targets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({target: done.returncode for target, done in codes.items()}, dict.fromkeys(targets, 0),
                         {target: done.stdout + done.stderr for target, done in codes.items()})
        # A plan that another console overtook has failed, and was made anew.
        last = {row["target"]: row["state"] for row in self.audit()}
        self.assertEqual(last, dict.fromkeys(targets, "done"))
        self.assertIn("whole", self.command("audit", "verify").stdout)
        jumps = [line for line in host("sh", "-c", "iptables-save -t filter 2>/dev/null; :").splitlines()
                 if line == "-A INPUT -j NOCDESK"]
        self.assertEqual(len(jumps), 0 if backend == "nft" else 1)
        self.assertFalse(answers(targets[0]) or answers(targets[-1]))

    def test_two_consoles_and_more_ban_at_once(self):
        for backend in ("ipset", "nft", "iptables") if kernel_has_ipset() else ("nft", "iptables"):
            self.ban_at_once(backend)
            shutil.rmtree(os.path.join(self.folder, "state"))


class TrailTest(ActionTest):
    def setUp(self):
        super().setUp()
        self.trail = os.path.join(self.folder, "state", "audit.jsonl")

    def lines(self):
        with open(self.trail, "rb") as file:
            return file.read().splitlines(keepends=True)

    def write(self, lines, head=None):
        """The trail as if somebody had changed it; with the head, as it was."""
        with open(self.trail, "wb") as file:
            file.writelines(lines)
        if head is not None:
            with open(self.trail.replace(".jsonl", ".head"), "wb") as file:
                file.write(head)

    def test_verify_finds_every_change(self):
        for last in (21, 22, 23):
            self.one("ban", f"192.0.2.{last}", "--for", "10m")
        self.assertEqual(os.stat(self.trail).st_mode & 0o777, 0o600)
        whole = self.lines()
        self.assertEqual(len(whole), 6)
        with open(self.trail.replace(".jsonl", ".head"), "rb") as file:
            head = file.read()
        self.assertIn("whole", self.command("audit", "verify").stdout)
        ways = {
            "changed": [*whole[:2], whole[2].replace(b"192.0.2.22", b"192.0.2.29"), *whole[3:]],
            "removed": whole[:2] + whole[3:],
            "cut": whole[:-2],
            "cut in the last line": whole[:-1] + [whole[-1][:40]],
            "reordered": [whole[0], whole[2], whole[1], *whole[3:]],
            "doubled": whole + [whole[-1]],
            "emptied": [],
        }
        for way, lines in ways.items():
            self.write(lines, head)
            done = run("audit", "verify", "--config", self.config, config=None)
            self.assertEqual(done.returncode, 1, f"{way}: {done.stdout}")
            document = json.loads(run("audit", "verify", "--format", "json", "--config", self.config, config=None).stdout)
            self.assertEqual((document["whole"], bool(document["error"])), (False, True), way)
            self.command("undo", code=1)
        self.write(whole, head)
        self.one("undo")

    def test_nothing_runs_when_the_intent_cannot_be_written(self):
        small = os.path.join(self.folder, "small")
        os.mkdir(small)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], check=True)
        try:
            config = self.configure(state=small)
            self.one("ban", "192.0.2.31", "--for", "10m", config=config)
            fill = os.open(os.path.join(small, "fill"), os.O_WRONLY | os.O_CREAT)
            try:
                while os.write(fill, bytes(4096)):
                    pass
            except OSError:
                pass
            os.close(fill)
            lab("execlog", "sw1", "on")
            result = self.one("ban", "192.0.2.32", "--for", "10m", "--reason", "x" * 9000, state="failed", code=1, config=config)
            self.assertIn("audit", result["error"])
            ran = [" ".join(words) for words in execs() if "restore" in " ".join(words)]
            lab("execlog", "sw1", "off")
            self.assertFalse([words for words in ran if "-save" not in words], ran)
            self.assertTrue(answers("192.0.2.32"))
            os.remove(os.path.join(small, "fill"))
            self.one("ban", "192.0.2.32", "--for", "10m", config=config)
            self.assertIn("whole", self.command("audit", "verify", config=config).stdout)
        finally:
            subprocess.run(["umount", small], check=True)

    def test_filters_sorts_and_formats_are_those_of_show(self):
        self.one("ban", "192.0.2.41", "--for", "10m", "--reason", "seen; scanning")
        self.act("ban", "10.0.0.1", code=3)
        self.assertEqual([row["target"] for row in self.audit("--filter", "target:192.0.2.0/24")], ["192.0.2.41"])
        self.assertEqual([row["rule"] for row in self.audit("--filter", "state=refused")], ["private"])
        self.assertEqual(len(self.audit("--limit", "1", "--sort", "-time")), 1)
        self.assertEqual(self.audit("--limit", "2"), self.audit()[-2:])
        self.assertEqual(self.audit("--limit", "1", "--filter", "state=done"), self.audit("--filter", "state=done")[-1:])
        self.command("audit", "--filter", "nothing=1", code=2)
        self.assertIn("seen; scanning", self.command("audit", "--format", "csv").stdout)
        self.assertIn("192.0.2.41", self.command("audit").stdout)
        self.command("audit", "check", code=2)


class SoftswitchTest(ActionTest):
    """Locks and calls, proved by the SIP core itself."""

    def core_answer(self, number):
        import test_lab
        return test_lab.WebTest.register_answer(test_lab.WebTest(), number)

    def phone(self):
        return sql("sw1", "SELECT p.e164 FROM e_phone p JOIN e_customer c ON c.id = p.customer_id WHERE "
                          "COALESCE(p.locktype, 0) = 0 AND COALESCE(c.locktype, 0) = 0 ORDER BY p.id LIMIT 1")[0][0]

    def test_a_locked_phone_is_refused_and_an_unlocked_one_is_not(self):
        number = self.phone()
        self.assertEqual(self.act("lock", f"phone:{number}", code=3)[0]["state"], "refused")
        self.one("lock", f"phone:{number}", "--yes")
        self.assertEqual(self.core_answer(number), 403)
        self.one("lock", f"phone:{number}", "--yes", state="already")
        self.one("unlock", f"phone:{number}")
        self.assertEqual(self.core_answer(number), 401)
        self.one("undo")
        self.assertEqual(self.core_answer(number), 403)
        self.one("unlock", f"phone:{number}")

    def test_accounts_and_gateways_are_locked_and_undone(self):
        number = self.phone()
        account = sql("sw1", f"SELECT c.account FROM e_phone p JOIN e_customer c ON c.id = p.customer_id WHERE p.e164 = '{number}'")[0][0]
        self.one("lock", f"account:{account}", "--yes")
        self.assertEqual(self.core_answer(number), 403)
        self.one("undo")
        self.assertEqual(self.core_answer(number), 401)
        for table, kind in (("e_gatewaymapping", "mapping"), ("e_gatewayrouting", "routing")):
            name = sql("sw1", f"SELECT name FROM {table} WHERE COALESCE(locktype, 0) = 0 ORDER BY id LIMIT 1")[0][0]
            self.one("lock", f"{kind}:{name}", "--yes")
            self.assertEqual(sql("sw1", f"SELECT locktype FROM {table} WHERE name = '{name}'"), [["3"]])
            self.one("undo")
            self.assertEqual(sql("sw1", f"SELECT COALESCE(locktype, 0) FROM {table} WHERE name = '{name}'"), [["0"]])

    def test_what_is_not_there_fails_and_says_so(self):
        result = self.act("lock", "phone:nobody", "--yes", code=1)[0]
        self.assertIn("not found", result["error"])
        self.act("lock", "door:front", "--yes", code=1)

    def test_a_call_is_hung_up_and_its_record_says_so(self):
        import test_lab
        call = until(lambda: (test_lab.post("GetCurrentCall").get("infoCurrentCalls") or [None])[-1], 30, "a call")[0]
        self.one("hangup", str(call["callId"]), "--yes")
        self.assertNotIn(call["callId"], [each["callId"] for each in test_lab.post("GetCurrentCall").get("infoCurrentCalls", [])])
        gone = self.act("hangup", str(call["callId"]), "--yes", code=1)[0]
        self.assertIn(f"no call has the id {call['callId']} now", gone["error"])


class InjectionTest(ActionTest):
    """Some hundred hostile words through the real host, whose exec log shows every program that ran."""

    WORDS = ["; touch /tmp/pwned", "$(touch /tmp/pwned)", "`touch /tmp/pwned`", "' ; touch /tmp/pwned ; '", '" ; touch /tmp/pwned ; "',
             "| touch /tmp/pwned", "&& touch /tmp/pwned", "\n touch /tmp/pwned\n", "\r\ntouch /tmp/pwned", "-j ACCEPT", "--help",
             "\" -j ACCEPT\n-F INPUT\nCOMMIT\n", "\\", "\\\" -F\n", "{}", "}; flush ruleset", "# comment", "%s%n%d", "\x1b]0;x\x07",
             "timeout 0", "\nCOMMIT\n*filter\n-F INPUT\nCOMMIT\n", "é\u202e", "x" * 4000, "$IFS", "~root", "*", "?", "[a-z]", "!!"]

    def tearDown(self):
        lab("execlog", "sw1", "off", check=False)
        super().tearDown()

    def log_on(self):
        lab("execlog", "sw1", "on")
        self.already = len(execs())

    def planned_only(self, allowed):
        ran = execs()[self.already:]
        strange = [words for words in ran if words and os.path.basename(words[0]) not in allowed]
        self.assertFalse(strange, strange[:5])
        self.assertFalse([words for words in ran if any("/tmp/pwned" in word for word in words)
                          and os.path.basename(words[0]) == "touch"])
        self.assertNotEqual(host("sh", "-c", "test ! -e /tmp/pwned || echo there").strip(), "there")
        return ran

    ALLOWED = {"sh", "dash", "bash", "head", "iptables", "ip6tables", "iptables-save", "ip6tables-save", "iptables-restore", "ip6tables-restore",
               "ipset", "nft", "ip", "date", "ps", "sshd", "at", "fail2ban-client", "awk", "sftp-server", "env", "python3", "cat", "run-parts",
               "xtables-nft-multi", "xtables-legacy-multi", "uname", "locale", "systemd-run"}

    def test_hostile_reasons_run_nothing_but_the_plan(self):
        for backend in ("auto", "iptables", "nft"):
            lab("backend", "sw1", backend)
            self.log_on()
            for number, word in enumerate(self.WORDS):
                target = f"192.0.2.{20 + number}"
                self.one("ban", target, "--for", "10m", f"--reason={word}")
            lab("execlog", "sw1", "off")
            self.planned_only(self.ALLOWED)
            if backend != "nft":
                self.assertIn("SIP_TRUSTED", host("iptables-save"))
            self.assertFalse(answers("192.0.2.20"))

    def test_hostile_targets_reach_no_host(self):
        self.log_on()
        for word in self.WORDS:
            for action in ("ban", "unban"):
                self.assertEqual(self.act(action, "--yes", "--", word, code=3)[0]["state"], "refused")
            for action in ("lock", "unlock"):
                done = run(action, "--host", "sw1", "--yes", "--config", self.config, "--", "phone:" + word, config=None)
                self.assertIn(done.returncode, (1, 3), done.stderr)
            done = run("hangup", "--host", "sw1", "--yes", "--config", self.config, "--", word, config=None)
            self.assertIn(done.returncode, (1, 3), done.stderr)
        lab("execlog", "sw1", "off")
        ran = self.planned_only(self.ALLOWED)
        self.assertFalse([words for words in ran if os.path.basename(words[0]).endswith("-restore")])


if __name__ == "__main__":
    unittest.main()
