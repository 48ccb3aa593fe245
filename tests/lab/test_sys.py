# SPDX-License-Identifier: MIT

"""The panes of services, system log, health and call records: quiet on a healthy host, and finding what was planted."""

import time
import unittest

from labtest import LabTest, Watch, fault, lab, show, sql, until

PANES = ("processes", "syslog", "health", "cdrs")


def rows_of(document, host="sw1"):
    return [row for row in document["rows"] if row["host"] == host]


def rows(pane, *words):
    return rows_of(show(pane, "--host", "sw1", *words))


def by(name, found):
    return {row[name]: row for row in found}


class SysTest(LabTest):
    def test_every_pane_is_read_from_both_hosts_without_an_error(self):
        for pane in PANES:
            document = show(pane)
            self.assertEqual({row["host"] for row in document["rows"]}, {"sw1", "sw2"}, pane)
            for host in document["hosts"]:
                self.assertEqual((host["state"], host["error"]), ("live", None), pane)

    def test_services_of_a_healthy_host_all_run(self):
        found = by("process", rows("processes"))
        self.assertEqual(set(found), {"mbx3000d", "vos3000d", "mysql", "empd", "mgcd", "webserverd", "webdatad",
                                      "servermonitord", "callserviced"})
        for row in found.values():
            self.assertEqual((row["state"], row["expected"], row["running"], row["restarts"]),
                             ("running", True, True, 0), row)
            self.assertGreater(row["rss_kb"], 100, row)
            self.assertIsNotNone(row["cpu_pct"], row)
        self.assertEqual(found["mysql"]["pid"], int(lab("host", "sw1", "cat", "/home/kunshi/.run/mysql.pid")))

    def test_services_that_ended_are_told_by_how_they_ended(self):
        fault("sw1", "callserviced", "kill")
        lab("host", "sw1", "service", "webdatad", "stop")
        lab("host", "sw1", "mv", "/etc/init.d/mgcd", "/tmp/mgcd")
        lab("host", "sw1", "mv", "/etc/init.d/vos3000d", "/tmp/vos3000d")
        try:
            found = by("process", rows("processes"))
            document = rows("processes", "--filter", "expected=yes state!=running")
        finally:
            lab("host", "sw1", "mv", "/tmp/mgcd", "/tmp/vos3000d", "/etc/init.d/")
            lab("host", "sw1", "service", "webdatad", "start")
        self.assertEqual((found["callserviced"]["state"], found["callserviced"]["note"]),
                         ("crashed", "ended abnormally"))
        self.assertEqual(found["webdatad"]["state"], "stopped")
        self.assertNotIn("mgcd", found, "what is not installed and not vital is nothing to tell of")
        self.assertEqual((found["vos3000d"]["state"], found["vos3000d"]["running"]), ("missing", False))
        self.assertEqual({row["process"] for row in document}, {"callserviced", "webdatad", "vos3000d"})

    def test_a_restart_between_two_looks_is_seen(self):
        with Watch("processes", "--host", "sw1") as watch:
            watch.wait_live()
            until(lambda: by("process", rows_of(watch.newest))["webdatad"]["cpu_pct"] is not None, 20, "a second look")
            fault("sw1", "webdatad", "restart")
            row = until(lambda: next((row for row in rows_of(watch.newest) if row["restarts"] == 1), None),
                        40, lambda: watch.newest)[0]
        self.assertEqual(row["process"], "webdatad")
        self.assertIn("restarted since the first look", row["note"])
        self.assertLess(row["uptime_s"], 60)

    def test_the_system_log_is_that_of_the_table_without_what_was_changed(self):
        truth = sql("sw1", "SELECT COUNT(*) FROM e_syslog WHERE time >= (UNIX_TIMESTAMP() - 7 * 86400) * 1000")
        document = show("syslog", "--host", "sw1")
        found = rows_of(document)
        self.assertEqual(len(found), int(truth[0][0]))
        self.assertFalse([row for row in found if row["failed_login"] or row["failures"]], "a healthy host")
        login = next(row for row in found if row["event"] == "101")
        self.assertEqual(login["source_ip"], "198.18.0.2")
        self.assertNotIn("capacity=", str(document))

    def test_brute_force_is_told_once_and_a_typing_error_is_not(self):
        sql("sw1", "INSERT INTO e_syslog (id, type, time, source, event, format, memo) SELECT 9000 + seq, 0, "
                   "(UNIX_TIMESTAMP() - seq * 20) * 1000, 'admin', 103, 'User %s login failed from %s', "
                   "'admin,203.0.113.66' FROM seq_1_to_12; "
                   "INSERT INTO e_syslog (id, type, time, source, event, format, memo) SELECT 9100 + seq, 0, "
                   "(UNIX_TIMESTAMP() - seq * 20) * 1000, 'noc1', 103, '用户登录失败: %s', "
                   "'noc1,198.18.0.2:1202' FROM seq_1_to_2")
        try:
            brute = rows("syslog", "--filter", "failures>=10")
            failed = rows("syslog", "--filter", "failed_login=yes")
            here = rows("syslog", "--filter", "source_ip:203.0.113.0/24 user=admin")
        finally:
            sql("sw1", "DELETE FROM e_syslog WHERE id BETWEEN 9000 AND 9199")
        self.assertEqual([(row["source_ip"], row["failures"]) for row in brute], [("203.0.113.66", 12)])
        self.assertIn("brute force", brute[0]["note"])
        self.assertEqual(len(failed), 14)
        self.assertEqual(len(here), 12)
        self.assertEqual({row["failures"] for row in failed if row["source_ip"] == "198.18.0.2"}, {None, 2})

    def test_health_has_disks_errors_and_messages(self):
        found = by("metric", rows("health"))
        self.assertLessEqual({"disk_used_pct", "disk_busy_pct", "net_errors_pps", "udp_errors_pps",
                              "conntrack_used_pct", "clock_offset_ms", "uptime_s", "kernel_messages"}, set(found))
        self.assertEqual((found["kernel_messages"]["value"], found["kernel_messages"]["state"]), (0, "ok"))
        now = time.gmtime()
        head = f"{time.strftime('%b', now)} {now.tm_mday:2d} {time.strftime('%H:%M:%S', now)} sw1"
        old = time.gmtime(time.time() - 3 * 86400)
        old_head = f"{time.strftime('%b', old)} {old.tm_mday:2d} 10:00:00 sw1"
        lab("host", "sw1", "sh", "-c",
            f"printf '%s\\n' '{old_head} kernel: sda: I/O error' '{head} kernel: eth0: Link is Down' "
            f"'{head} kernel: usb 1-1: new device' '{head} sshd: I/O error' >/var/log/messages")
        try:
            row = by("metric", rows("health"))["kernel_messages"]
        finally:
            lab("host", "sw1", "sh", "-c", ": >/var/log/messages")
        self.assertEqual((row["value"], row["state"], row["reason"]), (1, "warning", "eth0: Link is Down"))

    def test_call_records_of_a_healthy_host_arrive(self):
        def read():
            found = by("check", rows("cdrs"))
            return found if found["newest-record"]["value"] is not None else None
        found = until(read, 60, "a call record")[0]
        self.assertLess(found["newest-record"]["value"], 120)
        self.assertLess(found["queue"]["value"], 100)
        for row in found.values():
            self.assertEqual(row["state"], "ok", row)

    def test_calls_like_fraud_are_found(self):
        day = f"e_cdr_{time.strftime('%Y%m%d', time.gmtime())}"
        sql("sw2", f"INSERT INTO {day} (flowno, starttime, stoptime, holdtime, feetime, fee, customeraccount, "
                   "callergatewayid, calleegatewayid, calleeareacode, endreason) "
                   "SELECT UNIX_TIMESTAMP() * 1000000 + seq, UNIX_TIMESTAMP() * 1000 - 3000, UNIX_TIMESTAMP() * 1000, "
                   "IF(seq = 1, 9000, 3), 60, 0.5, '1002', 'CUST-BRAVO', 'CARRIER-A', '88299', -7 FROM seq_1_to_150")
        found = by("check", rows_of(show("cdrs", "--host", "sw2"), "sw2"))
        try:
            self.assertEqual((found["very-long"]["value"], found["very-long"]["state"]), (1, "warning"))
            self.assertIn("CUST-BRAVO", found["very-long"]["detail"])
            self.assertEqual(found["new-destinations"]["value"], 1)
            self.assertIn("88299", found["new-destinations"]["detail"])
            self.assertIn(found["short-calls"]["state"], ("warning", "critical"), found["short-calls"])
            self.assertIn("1002", found["short-calls"]["detail"])
            sql("sw2", "UPDATE e_reportgatewaymappingasracd SET callcount = callcount * 8 "
                       "WHERE date >= UNIX_TIMESTAMP(CURDATE()) * 1000")
            reported = sql("sw2", "SELECT COUNT(*) FROM e_reportgatewaymappingasracd "
                                  "WHERE date >= UNIX_TIMESTAMP(CURDATE()) * 1000")[0][0] != "0"
            night = by("check", rows_of(show("cdrs", "--host", "sw2"), "sw2"))["night-peak"]
            if reported:
                self.assertEqual(night["state"], "critical", night)
                self.assertAlmostEqual(night["value"], 800, delta=1)
            else:
                self.assertEqual((night["value"], night["state"]), (0, "ok"), night)
            sql("sw2", "DELETE FROM e_reportgatewaymappingasracd WHERE date < UNIX_TIMESTAMP(CURDATE()) * 1000")
            night = by("check", rows_of(show("cdrs", "--host", "sw2"), "sw2"))["night-peak"]
            if reported:
                self.assertEqual((night["value"], night["state"]), (None, "unknown"), "no night to compare with is not ok")
            sql("sw2", "DROP TABLE e_reportgatewaymappingasracd")
            night = by("check", rows_of(show("cdrs", "--host", "sw2"), "sw2"))["night-peak"]
            self.assertEqual((night["value"], night["state"]), (None, "unknown"), "what is not there is not ok")
        finally:
            sql("sw2", f"DELETE FROM {day} WHERE calleeareacode = '88299'")


if __name__ == "__main__":
    unittest.main()
