# SPDX-License-Identifier: MIT

"""The panes of accounts, logins, lists, parameters and upkeep: quiet on a healthy host, and finding what was planted."""

import json
import math
import time
import unittest

from labtest import Watch, LabTest, lab, show, sql, until

LISTS = ("balances", "users", "payments", "revenue", "blacklist", "access", "parameters", "maintenance")
DAY_MS = 86400000


def rows_of(document, host="sw1"):
    return [row for row in document["rows"] if row["host"] == host]


def row_of(pane, *words, **cells):
    """The one row of a pane whose cells are these."""
    found = [row for row in rows_of(show(pane, "--host", "sw1", *words))
             if all(row[name] == value for name, value in cells.items())]
    if len(found) != 1:
        raise AssertionError(f"{pane} {cells}: {found}")
    return found[0]


class MoneyTest(LabTest):
    def test_every_pane_is_read_from_both_hosts_without_an_error(self):
        for pane in LISTS:
            document = show(pane)
            self.assertEqual({row["host"] for row in document["rows"]}, {"sw1", "sw2"}, pane)
            for host in document["hosts"]:
                self.assertEqual((host["state"], host["error"]), ("live", None), pane)

    def test_secrets_are_in_none_of_them(self):
        secrets = {row[0] for row in sql("sw1", "SELECT password FROM e_user UNION SELECT password FROM e_customer")}
        for pane in LISTS:
            text = json.dumps(show(pane))
            for secret in secrets - {"NULL", ""}:
                self.assertNotIn(f'"{secret}"', text, pane)

    def test_balances_are_those_of_the_table(self):
        def read():
            return {row[0]: row[1:] for row in sql(
                "sw1", "SELECT account, money, limitmoney, todayconsumption, locktype FROM e_customer "
                       "WHERE money IS NOT NULL")}
        for _ in range(20):  # calls that end are charged meanwhile
            truth = read()
            rows = {row["account"]: row for row in rows_of(show("balances"))}
            if read() == truth:
                break
        self.assertLessEqual(truth.keys(), rows.keys())
        for account, (money, limit, today, locked) in truth.items():
            row = rows[account]
            self.assertAlmostEqual(row["balance"], float(money), delta=0.001)
            self.assertAlmostEqual(row["headroom"], float(money) + float(limit), delta=0.002)
            self.assertAlmostEqual(row["today"], float(today), delta=0.001)
            self.assertEqual(row["locked"], locked == "1")
        self.assertEqual(rows["V-CARRIER-A"]["kind"], "vendor")
        self.assertEqual(rows["1001"]["kind"], "customer")
        self.assertEqual(rows["1001"]["state"], "ok")
        self.assertEqual(rows["1005"]["state"], "used up")
        self.assertEqual(rows["1008"]["state"], "locked, used up")
        self.assertIsNone(rows["1009"]["locked"])

    def test_hours_left_are_at_the_rate_of_the_day_so_far(self):
        # A zone in which half of the day is over, whenever the test runs.
        now = time.gmtime()
        hours = (12 - now.tm_hour + 12) % 24 - 12
        sql("sw1", f"SET GLOBAL time_zone = '{hours:+03d}:00'")
        try:
            passed = 12 + now.tm_min / 60
            row = row_of("balances", account="1004")
            self.assertAlmostEqual(row["per_hour"], row["today"] / passed, delta=0.05)
            self.assertAlmostEqual(row["hours_left"], row["headroom"] / row["per_hour"], delta=0.05)
            self.assertEqual(row["state"], "runs out")
            self.assertIsNone(row_of("balances", account="1000")["hours_left"], "nothing was spent today")
        finally:
            sql("sw1", "SET GLOBAL time_zone = 'SYSTEM'")

    def test_an_expired_account_is_told_and_the_database_stands_in_for_the_web_interface(self):
        sql("sw1", "UPDATE e_customer SET validtime = UNIX_TIMESTAMP() * 1000 - 7200000 WHERE account = '1003'")
        lab("fault", "sw1", "web", "404")
        try:
            row = row_of("balances", account="1003")
            self.assertEqual(row["state"], "expired")
            self.assertAlmostEqual(row["expired_s"], 7200, delta=60)
            self.assertIsNone(row_of("balances", account="1009")["state"], "what nobody tells is unknown, not ok")
        finally:
            sql("sw1", "UPDATE e_customer SET validtime = 9223372036854775807 WHERE account = '1003'")

    def test_users_that_came_since_are_new_and_several_addresses_are_told(self):
        with Watch("users", "--host", "sw1") as watch:
            watch.wait_live()
            before = rows_of(watch.newest)
            self.assertEqual({row["user"] for row in before}, {"admin", "noc1", "noc2"})
            self.assertEqual({row["address_is_new"] for row in before}, {None})
            sql("sw1", "INSERT INTO e_userlogin (id, socketid, loginip, logintime, user_id) VALUES "
                       "(9, 99, '203.0.113.77', UNIX_TIMESTAMP() * 1000, 711)")
            try:
                row = until(lambda: next((row for row in rows_of(watch.newest) if row["session_id"] == 9), None),
                            40, lambda: watch.newest)[0]
            finally:
                sql("sw1", "DELETE FROM e_userlogin WHERE id = 9")
        self.assertIs(row["address_is_new"], True)
        self.assertEqual((row["user"], row["sessions"], row["addresses"]), ("noc1", 2, 2))
        self.assertIn("new address", row["note"])
        self.assertIn("several addresses", row["note"])

    def test_payments_are_those_of_seven_days(self):
        truth = {int(row[0]) for row in sql(
            "sw1", "SELECT id FROM e_payhistory WHERE time >= (UNIX_TIMESTAMP() - 7 * 86400) * 1000")}
        rows = rows_of(show("payments", "--host", "sw1"))
        self.assertEqual({row["payment_id"] for row in rows}, truth)
        self.assertLessEqual({row["type"] for row in rows}, {"recharge", "deduction"})

    def test_revenue_is_compared_with_the_same_weekday(self):
        rows = rows_of(show("revenue", "--host", "sw1"))
        self.assertEqual(len(rows), 6)
        for row in rows:
            self.assertLess(abs(row["change_pct"]), 50, row)
            self.assertEqual(row["note"], "")
        day = sql("sw1", "SELECT MAX(date) FROM e_reportcustomerfee")[0][0]
        truth = sql("sw1", f"SELECT SUM(IF(date = {day}, fee, 0)), SUM(IF(date = {day} - 7 * {DAY_MS}, fee, 0)) "
                           "FROM e_reportcustomerfee WHERE customeraccount = '1001' AND calllevel = 5")[0]
        row = row_of("revenue", account="1001", level="international")
        self.assertAlmostEqual(row["fee"], float(truth[0]), 3)
        self.assertAlmostEqual(row["fee_before"], float(truth[1]), 3)
        sql("sw1", f"UPDATE e_reportcustomerfee SET fee = fee / 10 WHERE customeraccount = '1002' AND date = {day}")
        try:
            row = row_of("revenue", account="1002")
            self.assertEqual(row["note"], "fell")
            self.assertLess(row["change_pct"], -80)
        finally:
            sql("sw1", f"UPDATE e_reportcustomerfee SET fee = fee * 10 WHERE customeraccount = '1002' AND date = {day}")

    def test_lists_and_rules_are_those_of_the_tables(self):
        rows = rows_of(show("blacklist", "--host", "sw1"))
        numbers = {(row["list"], row["number"]) for row in rows if row["kind"] == "number"}
        truth = {tuple(row) for row in sql("sw1", "SELECT g.name, l.e164 FROM e_limit_e164 l JOIN e_limit_e164_group g "
                                                  "ON g.id = l.limit_e164_group_id")}
        self.assertEqual(numbers, truth)
        self.assertEqual({row["number"] for row in rows if row["kind"] == "system"}, {"8810", "8820"})
        self.assertEqual({row["list"] for row in rows if row["kind"] == "group"}, {"premium-rate", "complaints"})
        self.assertEqual(row_of("access", kind="web")["address"], "127.0.0.1")
        self.assertEqual(row_of("access", kind="range")["addresses"], 256)

    def test_an_older_host_without_web_rules_is_no_error(self):
        lab("fault", "sw1", "mysql", "drop-table", "e_web_access_control")
        document = show("access", "--host", "sw1")
        self.assertEqual(document["hosts"][0]["error"], None)
        self.assertEqual({row["kind"] for row in rows_of(document)}, {"range"})

    def test_parameters_have_defaults_and_differences(self):
        rows = {row["name"]: row for row in rows_of(show("parameters", "--host", "sw1"))}
        self.assertFalse([row for row in rows.values() if row["differs"]], "a healthy host")
        self.assertEqual(rows["SS_ENDPOINTREGISTERSUSPEND"]["note"], "changed")
        publish = rows["SS_SIP_PUBLISH_EXPIRE"]
        self.assertEqual((publish["value"], publish["effective"], publish["is_default"]), (None, "300", True))
        self.assertIsNone(rows["SERVER_BILLING_FEE_UNIT"]["note"])
        sql("sw1", "UPDATE e_moconfig SET value = '0' WHERE name = 'SS_ENDPOINTREGISTERSUSPEND'")
        try:
            self.assertEqual(row_of("parameters", name="SS_ENDPOINTREGISTERSUSPEND")["note"], "not as recommended")
        finally:
            sql("sw1", "UPDATE e_moconfig SET value = '1' WHERE name = 'SS_ENDPOINTREGISTERSUSPEND'")

    def test_data_kept_too_long_is_told(self):
        rows = {row["data"]: row for row in rows_of(show("maintenance", "--host", "sw1"))}
        self.assertFalse([row for row in rows.values() if row["over_d"] or row["crashed"]], "a healthy host")
        self.assertEqual(rows["payments"]["records"], int(sql("sw1", "SELECT COUNT(*) FROM e_payhistory")[0][0]))
        days = sql("sw1", "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'vos3000' "
                          "AND TABLE_NAME LIKE 'e\\_cdr%'")[0][0]
        self.assertEqual(rows["CDRs"]["tables"], int(days))
        sql("sw1", "INSERT INTO e_syslog (id, type, time) VALUES (1, 2, (UNIX_TIMESTAMP() - 200 * 86400) * 1000); "
                   "CREATE TABLE e_cdr_20200101 LIKE e_cdr")
        try:
            log = row_of("maintenance", data="system log")
            self.assertAlmostEqual(log["over_d"], 110, delta=1)
            self.assertEqual(log["note"], "older than agreed")
            cdrs = row_of("maintenance", data="CDRs")
            self.assertEqual(cdrs["oldest"][:7], "2020-01" if cdrs["oldest"].startswith("2020") else "2019-12")
        finally:
            sql("sw1", "DELETE FROM e_syslog WHERE id = 1; DROP TABLE e_cdr_20200101")

    def test_a_call_past_the_limit_runs_away(self):
        sql("sw1", "UPDATE e_moconfig SET value = '9' WHERE name = 'SS_SIP_NO_TIMER_REINVITE_INTERVAL'")
        try:
            with Watch("calls", "--host", "sw1") as watch:
                row = until(lambda: next((row for row in rows_of(watch.newest or {"rows": []})
                                          if row["flags"] == "runaway"), None), 60, "a call past the limit")[0]
        finally:
            sql("sw1", "UPDATE e_moconfig SET value = '7200' WHERE name = 'SS_SIP_NO_TIMER_REINVITE_INTERVAL'")
        self.assertEqual((row["limit_s"], row["state"]), (9, "talking"))
        self.assertGreaterEqual(row["duration_s"], 9)
        self.assertAlmostEqual(row["limit_pct"], row["duration_s"] / 0.09, delta=0.5)
        for row in rows_of(show("calls", "--host", "sw1")):
            self.assertEqual((row["limit_s"], row["flags"]), (7200, ""))
            self.assertIsNone(row["cost"], "only what is worth a look is asked about")

    def near_their_limit(self):
        """The accounts' calls of one look that found some near the limit."""
        def read():
            found = [row for row in rows_of(show("calls", "--host", "sw1")) if (row["limit_pct"] or 0) >= 90]
            return found if any(row["account"] for row in found) else None
        return [row for row in until(read, 90, "calls near the limit")[0] if row["account"]]

    def test_what_a_long_call_costs_is_told_at_the_first_look(self):
        sql("sw1", "UPDATE e_moconfig SET value = '9' WHERE name = 'SS_SIP_NO_TIMER_REINVITE_INTERVAL'")
        try:
            for row in self.near_their_limit():
                rate = sql("sw1", "SELECT r.fee, r.period FROM e_feerate r JOIN e_customer c USING (feerategroup_id) "
                                  f"WHERE c.account = '{row['account']}' AND '{row['callee']}' LIKE CONCAT(r.feeprefix, '%') "
                                  "ORDER BY LENGTH(r.feeprefix) DESC LIMIT 1")
                fee, period = (float(cell) for cell in rate[0])
                self.assertEqual(row["rate_s"], period, row)
                self.assertAlmostEqual(row["per_hour"], fee * 3600 / period, delta=0.0005)
                # Told in thousandths.
                self.assertAlmostEqual(row["cost"], math.ceil(row["duration_s"] / period) * fee, delta=0.00050001)
            sql("sw1", "UPDATE e_customer SET feerategroupprivate_id = 77")
            for row in self.near_their_limit():
                self.assertEqual((row["per_hour"], row["cost"]), (None, None), "a price that cannot be told is not guessed")
            sql("sw1", "UPDATE e_customer SET feerategroupprivate_id = NULL; "
                       "INSERT INTO e_feeratesection (id, fee, time, position, feerate_id) SELECT id + 9000, 1, 60, 0, id FROM e_feerate")
            for row in self.near_their_limit():
                self.assertEqual((row["per_hour"], row["cost"]), (None, None), "steps of a rate are not guessed")
            sql("sw1", "DROP TABLE e_feeratesection")
            for row in self.near_their_limit():
                self.assertEqual((row["per_hour"], row["cost"]), (None, None), "a table that is missing hides no call")
        finally:
            sql("sw1", "UPDATE e_moconfig SET value = '7200' WHERE name = 'SS_SIP_NO_TIMER_REINVITE_INTERVAL'; "
                       "UPDATE e_customer SET feerategroupprivate_id = NULL; "
                       "CREATE TABLE IF NOT EXISTS e_feeratesection (id int NOT NULL PRIMARY KEY, fee double, time int, "
                       "position int, feerate_id int); DELETE FROM e_feeratesection")


if __name__ == "__main__":
    unittest.main()
