# SPDX-License-Identifier: MIT

"""The lab itself: a broken switch, fault or interface of it is found here and not blamed on the program."""

import json
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from labtest import LAB, RUN, TOP, LabTest, execs, fault, lab, sql, until

POST = """
import http.client, sys
link = http.client.HTTPConnection("127.0.0.1", 8080, timeout=20)
link.request("POST", "/external/server/" + sys.argv[1], sys.argv[2])
print(link.getresponse().read().decode())
"""
SSH = [LAB, "exec", "ssh", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={RUN}/known_hosts", "-i",
       f"{RUN}/operator_ed25519", "root@198.18.0.11"]
COMMANDS = ("iptables", "iptables-save", "ip6tables-restore", "nft", "ipset", "fail2ban-client")


def host(*words, check=True):
    return lab("host", "sw1", *words, check=check)


def ssh(command, stdin=None):
    return subprocess.run([*SSH, command], capture_output=True, text=True, timeout=30, input=stdin)


def post(endpoint, **request):
    """One request to the web interface, on the host as it demands."""
    return json.loads(host("/usr/bin/python3", "-c", POST, endpoint, json.dumps(request)))


def kernel_has_ipset():
    return subprocess.run(["unshare", "--net", "ipset", "create", "probe", "hash:ip", "timeout", "1"],
                          capture_output=True, check=False).returncode == 0


class BackendTest(LabTest):
    def tearDown(self):
        lab("backend", "sw1", "auto")
        super().tearDown()

    def use(self, backend, *commands):
        if backend == "ipset" and not kernel_has_ipset():
            self.skipTest("this machine's kernel has no ipset: NOTHING about it is proved here")
        lab("backend", "sw1", backend)
        self.assertEqual(lab("backend", "sw1").strip(), backend)
        there = [name for name in COMMANDS if ssh(f"command -v {name}").returncode == 0]
        self.assertEqual(there, list(commands))

    def test_auto_has_all_but_fail2ban(self):
        self.use("auto", *COMMANDS[:5])

    def test_iptables_only(self):
        self.use("iptables", *COMMANDS[:3])
        self.assertIn("SIP_TRUSTED", ssh("iptables-save").stdout)

    def test_ipset_times_out_by_itself_and_drops(self):
        self.use("ipset", *COMMANDS[:3], "ipset")
        done = ssh("ipset create nocdesk4 hash:net timeout 0 && ipset add nocdesk4 192.0.2.9 timeout 1 && "
                   "iptables -I INPUT -m set --match-set nocdesk4 src -j DROP && ipset test nocdesk4 192.0.2.9")
        self.assertEqual(done.returncode, 0, done.stderr)
        until(lambda: ssh("ipset test nocdesk4 192.0.2.9").returncode != 0, 5, "the entry timed out")

    def test_nft_has_the_rules_in_its_own_words(self):
        self.use("nft", "nft")
        rules = ssh("nft list ruleset").stdout
        self.assertIn('comment "CUST-ALPHA"', rules)
        self.assertNotIn("xt match", rules)
        self.assertNotEqual(ssh("test -e /etc/init.d/iptables").returncode, 0)
        done = ssh("nft -f -", "add table inet nocdesk\nadd set inet nocdesk nocdesk4 { type ipv4_addr; flags interval,timeout; }\n"
                               "add element inet nocdesk nocdesk4 { 192.0.2.9 timeout 1s }\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_fail2ban_bans_by_hand_in_both_families(self):
        self.use("fail2ban", *COMMANDS[:3], "fail2ban-client")
        self.assertEqual(ssh("fail2ban-client set sip banip 192.0.2.9 2001:db8::9").stdout.strip(), "2")
        until(lambda: "-A f2b-sip -s 192.0.2.9/32" in ssh("iptables-save").stdout, 5, "the IPv4 rule")
        until(lambda: "-A f2b-sip -s 2001:db8::9/128" in ssh("ip6tables-save").stdout, 5, "the IPv6 rule")
        self.assertEqual(ssh("fail2ban-client set sip unbanip 192.0.2.9").stdout.strip(), "1")

    def test_an_old_host_refuses_what_1_4_7_refuses(self):
        self.use("old", *COMMANDS[:3])
        for command, words in (("iptables -w -L", "option `-w' requires an argument"),
                               ("iptables -wnL", "option `-w' requires an argument"),
                               ("iptables --wait -L", "unknown option `--wait'"),
                               ("iptables -C INPUT -j DROP", "option `-C' requires an argument"),
                               ("iptables -A INPUT -m comment --comment x -j DROP", "Couldn't load match `comment'"),
                               ("ip6tables -w -L", "ip6tables v1.4.7: option `-w'")):
            done = ssh(command)
            self.assertEqual(done.returncode, 2, command)
            self.assertIn(words, done.stderr)
        self.assertEqual(ssh("iptables -V").stdout, "iptables v1.4.7\n")
        self.assertEqual(ssh("iptables -w -V").returncode, 2)
        self.assertNotRegex(ssh("iptables -h").stdout, "--wait|--check")
        self.assertNotIn("--comment", ssh("iptables -m comment -h").stdout)
        self.assertEqual(ssh("iptables -N NOCDESK && iptables -A NOCDESK -s 192.0.2.9 -j DROP && "
                             "iptables -nvxL NOCDESK").returncode, 0)
        done = ssh("iptables-restore -n", "*filter\n-A NOCDESK -s 192.0.2.10 -j DROP\nCOMMIT\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = ssh("iptables-restore -n",
                   '*filter\n-A NOCDESK -s 192.0.2.11 -m comment --comment "x" -j DROP\nCOMMIT\n')
        self.assertEqual(done.returncode, 2)
        self.assertIn("Error occurred at line: 2", done.stderr)
        saved = ssh("iptables-save").stdout
        self.assertIn("192.0.2.10/32", saved)
        self.assertNotIn("192.0.2.11/32", saved)

    def test_the_rules_are_saved_as_on_the_field(self):
        self.use("iptables", *COMMANDS[:3])
        ssh("iptables -A BLOCKLIST -s 192.0.2.77 -j DROP")
        self.assertEqual(ssh("service iptables save").returncode, 0)
        self.assertIn("192.0.2.77", host("cat", "/etc/sysconfig/iptables"))

    def test_a_fault_of_iptables_leaves_the_back_end_as_it_is(self):
        self.use("nft", "nft")
        fault("sw1", "iptables", "absent")
        self.assertNotEqual(ssh("command -v nft").returncode, 0)
        fault("sw1", "clear")
        self.use("nft", "nft")


class AtTest(LabTest):
    def test_a_job_runs_on_the_host_after_the_session_is_over(self):
        host("rm", "-f", "/tmp/at-was-here")
        done = ssh("at now", "echo done >/tmp/at-was-here\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        until(lambda: host("cat", "/tmp/at-was-here", check=False) == "done\n", 5, "the job ran")

    def test_at_can_be_absent(self):
        fault("sw1", "at", "absent")
        self.assertNotEqual(ssh("command -v at").returncode, 0)
        fault("sw1", "clear")
        self.assertEqual(ssh("command -v at").returncode, 0)


class ExecLogTest(LabTest):
    def tearDown(self):
        lab("execlog", "sw1", "off")
        super().tearDown()

    def test_every_program_is_logged_with_its_exact_words(self):
        lab("execlog", "sw1", "on")
        lab("execlog", "sw1", "clear")
        ssh("/usr/bin/printf '%s' '$(id) \"ä\"\n;' | /usr/bin/env cat >/dev/null; echo true | at now 2>/dev/null")
        until(lambda: ["sh"] in execs(), 5, "the shell of the at job")
        found = execs()
        self.assertIn(["/usr/bin/printf", "%s", '$(id) "ä"\n;'], found)
        self.assertIn(["cat"], found)
        self.assertIn(["at", "now"], found)
        self.assertTrue(any(one[:2] == ["sh", "-c"] for one in found), "the login shell with the whole command")

    def test_what_an_injection_would_run_is_seen(self):
        lab("execlog", "sw1", "on")
        lab("execlog", "sw1", "clear")
        ssh("echo x; /usr/bin/id -u >/dev/null")
        self.assertIn(["/usr/bin/id", "-u"], execs())

    def test_it_follows_a_restarted_sshd_and_stops_when_told(self):
        lab("execlog", "sw1", "on")
        fault("sw1", "sshd", "restart")
        lab("execlog", "sw1", "clear")
        ssh("/usr/bin/id")
        self.assertIn(["/usr/bin/id"], execs())
        lab("execlog", "sw1", "off")
        lab("execlog", "sw1", "clear")
        self.assertEqual(ssh("/usr/bin/id").returncode, 0)
        self.assertEqual(execs(), [])


class UnsuspendTest(LabTest):
    def suspended(self):
        return re.findall(r"name: (\S+)@(\S+)\s+value: (?:[6-9]|\d\d+)", host("kamcmd", "htable.dump", "suspend"))

    def test_it_clears_the_endpoint_from_that_source_only(self):
        lab("attack", "register", "--seconds", "6")
        endpoint, source = until(self.suspended, 5, "a suspended endpoint")[0][0]
        others = len(self.suspended())
        self.assertEqual(ssh(f"unsuspend {endpoint} 203.0.113.254").returncode, 1)
        self.assertEqual(ssh(f"unsuspend {endpoint} {source}").returncode, 0)
        self.assertEqual(len(self.suspended()), others - 1)
        self.assertEqual(ssh(f"unsuspend {endpoint} {source}").returncode, 1)
        self.assertEqual(ssh("unsuspend").returncode, 2)
        fault("sw1", "kamailio", "kill")
        self.assertEqual(ssh(f"unsuspend {endpoint} {source}").returncode, 3)


class Packets:
    """SIP messages that reach sw1 while the block runs: (source, first line, headers) of each, requests and answers apart."""

    def __enter__(self):
        self.path = "/tmp/lab-test.pcap"
        host("rm", "-f", self.path)
        self.capture = subprocess.Popen([LAB, "host", "sw1", "tcpdump", "-ni", "eth0", "-s", "0", "-U", "-w", self.path,
                                         "udp port 5060"], stderr=subprocess.DEVNULL)
        until(lambda: host("stat", "-c", "%s", self.path, check=False).strip() not in ("", "0"), 5, "tcpdump listens")
        return self

    def __exit__(self, *_):
        time.sleep(0.3)
        host("pkill", "-x", "tcpdump")
        self.capture.wait(5)
        data = subprocess.run([LAB, "host", "sw1", "cat", self.path], capture_output=True, check=True).stdout
        self.requests, self.answers, at = [], [], 24
        while at < len(data):
            size, = struct.unpack_from("<I", data, at + 8)
            self.add(data[at + 16:at + 16 + size])
            at += 16 + size

    def add(self, frame):
        ip = frame[14:]
        source, target = socket.inet_ntoa(ip[12:16]), socket.inet_ntoa(ip[16:20])
        text = ip[(ip[0] & 15) * 4 + 8:].decode("utf-8", "replace")
        first, _, headers = text.partition("\r\n")
        if source == "198.18.0.11":
            self.answers.append((target, first, headers))
        else:
            self.requests.append((source, first, headers))

    def of_scanners(self):
        return [one for one in self.requests if one[0].startswith("192.0.2.")]


class AttackTest(LabTest):
    def attack(self, *words):
        with Packets() as packets:
            lab("attack", *words)
        return packets

    def one_source(self, packets, agent):
        found = packets.of_scanners()
        self.assertEqual(len({source for source, _, _ in found}), 1)
        self.assertTrue(all(agent in headers for _, _, headers in found))
        return found[0][0], found

    def test_svmap_asks_with_its_own_name(self):
        _, found = self.one_source(self.attack("map", "--seconds", "3"), "friendly-scanner")
        self.assertGreaterEqual(sum(line.startswith("OPTIONS ") for _, line, _ in found), 15)

    def test_svwar_registers_users_in_sequence(self):
        _, found = self.one_source(self.attack("harvest", "--seconds", "4"), "friendly-scanner")
        users = [int(user) for user in re.findall(r"\nTo: [^\n]*sip:(\d+)@", "\n".join(headers for _, _, headers in found))]
        self.assertGreaterEqual(len(set(users)), 50)
        self.assertGreaterEqual(sum(after - before == 1 for before, after in zip(users, users[1:])), 0.5 * len(users))

    def test_svcrack_fails_at_one_user_again_and_again(self):
        packets = self.attack("crack", "--seconds", "5")
        source, found = self.one_source(packets, "friendly-scanner")
        self.assertEqual(len(set(re.findall(r"\nTo: [^\n]*sip:(\d+)@", "\n".join(headers for _, _, headers in found)))), 1)
        self.assertGreaterEqual(sum("\nAuthorization:" in headers for _, _, headers in found), 6)
        codes = [line.split()[1] for target, line, _ in packets.answers if target == source]
        self.assertIn("401", codes)
        self.assertIn("403", codes, "the suspended user")

    def test_spraying_tries_each_user_seldom(self):
        _, found = self.one_source(self.attack("spray", "--seconds", "6"), "Example Phone")
        tried = [re.search(r'username="([^"]*)"', headers)[1] for _, _, headers in found if "\nAuthorization:" in headers]
        self.assertGreaterEqual(len(set(tried)), 10)
        self.assertLessEqual(max(map(tried.count, tried)), 3)

    def test_invites_of_a_stranger_are_all_refused(self):
        packets = self.attack("invite", "--seconds", "4", "--tool", "sipp", "--agent", "Example Phone 4.2")
        source, found = self.one_source(packets, "Example Phone")
        self.assertGreaterEqual(sum(line.startswith("INVITE ") for _, line, _ in found), 40)
        codes = {line.split()[1] for target, line, headers in packets.answers if target == source and "INVITE" in headers}
        self.assertEqual(codes, {"403"})

    def test_sipsak_says_who_it_is(self):
        _, found = self.one_source(self.attack("sipsak", "--seconds", "3"), "sipsak")
        self.assertGreaterEqual(len(found), 10)

    def test_a_distributed_scan_is_one_network_each_source_below_the_limits(self):
        packets = self.attack("distributed", "--seconds", "12")
        sources = [source for source, _, _ in packets.of_scanners()]
        self.assertGreaterEqual(len(set(sources)), 55)
        self.assertLessEqual(max(map(sources.count, sources)), 4)
        self.assertFalse(any("scanner" in headers for _, _, headers in packets.of_scanners()))

    def test_a_spoofed_flood_comes_from_a_new_source_each_time(self):
        packets = self.attack("spoofed", "--seconds", "3", "--rate", "2000")
        spoofed = [source for source, _, _ in packets.requests if not source.startswith(("203.0.113.", "198.51.100."))]
        self.assertGreaterEqual(len(spoofed), 5000)
        self.assertEqual(len(set(spoofed)), len(spoofed))


class TrafficTest(LabTest):
    def tearDown(self):
        lab("traffic", "start", "--rate", "5", "--host", "all")
        super().tearDown()

    def test_gateways_keep_alive_phones_register_and_one_behind_the_nat_mistypes(self):
        lab("traffic", "start", "--rate", "10", "--host", "sw1", "--keepalive", "2", "--nat", "--wrong-every", "3")
        with Packets() as packets:
            time.sleep(10)
        asked = {source for source, line, _ in packets.requests if line.startswith("OPTIONS ")}
        self.assertIn("203.0.113.10", asked)
        self.assertTrue(any(source.startswith("198.51.100.") for source in asked))
        self.assertTrue(any(line == "" for _, line, _ in packets.requests), "CRLF keep-alives")
        status = {line.split()[0]: dict(pair.split("=") for pair in line.split()[2:])
                  for line in lab("traffic", "status").splitlines()}
        self.assertGreater(int(status["keep-callers-sw1"]["f200"]), 10)
        self.assertGreater(int(status["wrong-sw1"]["f401"]), 0)
        self.assertGreater(int(status["phones-sw1"]["registered"]), 0)
        numbers = {re.search(r"\nTo: [^\n]*sip:(\d+)@", headers)[1] for source, line, headers in packets.requests
                   if line.startswith("REGISTER ") and source == "203.0.113.98"}
        self.assertGreaterEqual(len(numbers), 1)
        online = [phone["e164"] for phone in post("GetPhoneOnline", e164s=post("GetAllPhoneOnline")["e164s"])["infoPhoneOnlines"]
                  if phone["remoteIp"] == "203.0.113.98"]
        self.assertEqual(len(online), 8)


class LoadCdrTest(LabTest):
    def test_records_are_loaded_beside_calls_that_end(self):
        day = f"e_cdr_{time.strftime('%Y%m%d', time.gmtime())}"
        before = int(sql("sw1", f"SELECT COUNT(*) FROM {day}")[0][0])
        lab("load-cdr", "450000", timeout=240)
        lab("load-cdr", "1000", timeout=240)
        self.assertGreaterEqual(int(sql("sw1", f"SELECT COUNT(*) FROM {day}")[0][0]), before + 451000)
        loaded = sql("sw1", f"SELECT COUNT(*), COUNT(DISTINCT flowno) FROM {day} WHERE callercallid LIKE 'lab-%'")[0]
        self.assertEqual(loaded, ["451000", "451000"])


class WireTest(unittest.TestCase):
    """tests/bench/veth, which the live measurements stand on."""

    FRAMES = 50
    VETH = os.path.join(TOP, "tests", "bench", "veth")

    def veth(self, *words):
        environment = {key: value for key, value in os.environ.items() if key != "NOCDESK_BUILD"}
        return subprocess.run([self.VETH, *words], capture_output=True, text=True, check=True, timeout=60,
                              env={**environment, "VETH": "test"}).stdout

    def write_frames(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for number in range(self.FRAMES):
                frame = bytes(12) + b"\x08\x00" + struct.pack(">BBHHHBBHII", 0x45, 0, 32, number, 0, 64, 17, 0,
                                                              0x0a000000 + number, 0xc612000b) + bytes(12)
                file.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)

    def test_what_is_sent_arrives_at_the_wanted_rate(self):
        subprocess.run(["make", "-s", "-C", TOP, "bench-tools"], check=True, capture_output=True)
        self.veth("up")
        try:
            with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
                self.write_frames(file.name)
                sent = json.loads(self.veth("send", file.name, "1000", "2"))
                self.assertAlmostEqual(sent["pps"], 1000, delta=50)
                self.assertEqual(int(self.veth("received")), sent["packets"])
                fast = json.loads(self.veth("send", file.name, "0", "1"))
                self.assertGreater(fast["pps"], 50000)
                self.assertEqual(int(self.veth("received")), sent["packets"] + fast["packets"])
        finally:
            self.veth("down")
        names = subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("nocdesk-veth-test", names)


class WebTest(LabTest):
    def register_answer(self, number):
        """Status of the core's answer to a REGISTER without credentials."""
        message = (f"REGISTER sip:198.18.0.11 SIP/2.0\r\nVia: SIP/2.0/UDP 198.18.0.2:5999;branch=z9hG4bK{time.time_ns()}\r\n"
                   f"From: <sip:{number}@x>;tag=1\r\nTo: <sip:{number}@x>\r\nCall-ID: {time.time_ns()}\r\n"
                   f"CSeq: 1 REGISTER\r\nContact: <sip:{number}@198.18.0.2:5999>\r\nContent-Length: 0\r\n\r\n")
        return self.sip(message)

    def invite_answer(self, source, callee):
        message = (f"INVITE sip:{callee}@198.18.0.11 SIP/2.0\r\nVia: SIP/2.0/UDP {source}:5999;branch=z9hG4bK{time.time_ns()}\r\n"
                   f"From: <sip:1@{source}>;tag=1\r\nTo: <sip:{callee}@x>\r\nCall-ID: {time.time_ns()}\r\nCSeq: 1 INVITE\r\n"
                   f"Contact: <sip:1@{source}:5999>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
        return self.sip(message, "callers", source)

    @staticmethod
    def sip(message, namespace="ops", source="198.18.0.2"):
        """The first answer but 100 to a message sent from there, as a number; 0 for none."""
        script = ("import socket, sys\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind((sys.argv[1], 5999))\n"
                  "s.settimeout(3)\ns.sendto(sys.stdin.buffer.read(), ('198.18.0.11', 5060))\ncode = 100\n"
                  "while code == 100:\n    code = int(s.recv(65535).split()[1])\nprint(code)")
        name = RUN.rsplit("/", 1)[1]
        done = subprocess.run(["nsenter", f"--net=/run/netns/{name}-{namespace}", "--", "/usr/bin/python3", "-c", script,
                               source], input=message.encode(), capture_output=True, check=False)
        return int(done.stdout or 0)

    def test_a_locked_phone_is_refused_until_it_is_unlocked(self):
        number = sql("sw1", "SELECT p.e164 FROM e_phone p JOIN e_customer c ON c.id = p.customer_id WHERE "
                            "COALESCE(p.locktype, 0) = 0 AND COALESCE(c.locktype, 0) = 0 ORDER BY p.id LIMIT 1")[0][0]
        self.assertEqual(self.register_answer(number), 401)
        try:
            self.assertEqual(post("ModifyPhone", e164=number, lockType=3), {"retCode": 0})
            self.assertEqual(sql("sw1", f"SELECT locktype FROM e_phone WHERE e164 = '{number}'"), [["3"]])
            self.assertEqual(self.register_answer(number), 403)
        finally:
            post("ModifyPhone", e164=number, lockType=0)
        self.assertEqual(self.register_answer(number), 401)

    def test_a_locked_account_locks_its_phones(self):
        number, account = sql("sw1", "SELECT p.e164, c.account FROM e_phone p JOIN e_customer c ON c.id = p.customer_id WHERE "
                                     "COALESCE(p.locktype, 0) = 0 AND COALESCE(c.locktype, 0) = 0 ORDER BY p.id LIMIT 1")[0]
        try:
            self.assertEqual(post("ModifyCustomer", account=account, lockType=1), {"retCode": 0})
            self.assertEqual(self.register_answer(number), 403)
        finally:
            post("ModifyCustomer", account=account, lockType=0)
        self.assertEqual(self.register_answer(number), 401)

    def test_a_locked_mapping_gateway_may_not_call(self):
        name, address = sql("sw1", "SELECT name, SUBSTRING_INDEX(remoteips, ',', 1) FROM e_gatewaymapping WHERE "
                                   "remoteips LIKE '203.0.113.%' AND COALESCE(locktype, 0) = 0 ORDER BY id LIMIT 1")[0]
        self.assertEqual(self.invite_answer(address, "99999999999"), 503)
        try:
            self.assertEqual(post("ModifyGatewayMapping", name=name, lockType=3), {"retCode": 0})
            self.assertEqual(self.invite_answer(address, "99999999999"), 403)
        finally:
            post("ModifyGatewayMapping", name=name, lockType=0)
        self.assertEqual(self.invite_answer(address, "99999999999"), 503)

    def test_a_locked_routing_gateway_gets_no_calls(self):
        before = dict(sql("sw1", "SELECT name, COALESCE(locktype, 0) FROM e_gatewayrouting"))
        address = sql("sw1", "SELECT SUBSTRING_INDEX(remoteips, ',', 1) FROM e_gatewaymapping WHERE "
                             "remoteips LIKE '203.0.113.%' AND COALESCE(locktype, 0) = 0 ORDER BY id LIMIT 1")[0][0]
        try:
            for name in before:
                self.assertEqual(post("ModifyGatewayRouting", name=name, lockType=3), {"retCode": 0})
            self.assertEqual(self.invite_answer(address, "442079460000"), 503)
            day = time.strftime("e_cdr_%Y%m%d", time.gmtime())
            until(lambda: sql("sw1", f"SELECT endreason FROM {day} WHERE calleee164 = '442079460000' ORDER BY flowno DESC "
                                     "LIMIT 1") == [["-69"]], 10, "a record that says: no available route")
        finally:
            for name, lock in before.items():
                post("ModifyGatewayRouting", name=name, lockType=int(lock))

    def test_a_call_is_hung_up_by_its_id(self):
        calls = until(lambda: post("GetCurrentCall").get("infoCurrentCalls"), 30, "a call")[0]
        wanted = calls[-1]["callId"]
        self.assertEqual(post("DisconnectCurrentCall", callIds=[wanted]), {"retCode": 0})
        until(lambda: wanted not in [call["callId"] for call in post("GetCurrentCall").get("infoCurrentCalls", [])],
              5, "the call is over")

    def test_what_is_not_there_is_said_in_the_documented_words(self):
        for endpoint, request in (("ModifyPhone", {"e164": "nobody"}), ("ModifyCustomer", {"account": "nobody"}),
                                  ("ModifyGatewayMapping", {"name": "nobody"}), ("ModifyGatewayRouting", {"name": "nobody"}),
                                  ("DisconnectCurrentCall", {"callIds": [999999999]})):
            self.assertEqual(post(endpoint, **request, lockType=0) if "Modify" in endpoint else post(endpoint, **request),
                             {"retCode": -10007, "exception": "Not found, operation failed."}, endpoint)

    def test_a_lock_that_the_product_does_not_have_is_refused(self):
        name = sql("sw1", "SELECT name FROM e_gatewaymapping ORDER BY id LIMIT 1")[0][0]
        self.assertNotEqual(post("ModifyGatewayMapping", name=name, lockType=1)["retCode"], 0)


if __name__ == "__main__":
    unittest.main()
