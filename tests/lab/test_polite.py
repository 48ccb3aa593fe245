# SPDX-License-Identifier: MIT

"""What the console asks of a big database: read-only, by an index or a bounded part of a table, and everything is asked."""

import glob
import os
import re
import time
import unittest

from labtest import TOP, LabTest, fault, lab, run, show, sql

ROWS = 250_000   # of each table that grows on a real host
BOUND = 100_000  # rows that one statement may look at; a search through call records takes the 20,000 newest, a slice 50,000
# The server's catalogue is read by its own rules; these probes are read only while their pane is open.
CATALOGUE = {"maintenance", "table_ages"}
PROFILE = os.path.join(TOP, "src", "profiles", "vos3000")
AGES = "(UNIX_TIMESTAMP() - seq * 60) * 1000"  # from now half a year back
BIG = {
    "e_syslog": f"(id, type, time, source, event, format, memo) SELECT 1000000 + seq, seq % 3, {AGES}, 'noc1', seq % 50, "
                "'Modify', CONCAT('from 203.0.113.', seq % 250) FROM",
    "e_alarm_history": f"(id, type, level, name, starttime, stoptime) SELECT 1000000 + seq, 20000, 2, 'CARRIER-A', {AGES}, "
                       f"{AGES} + 5000 FROM",
    "e_payhistory": "(id, customeraccount, customername, paymoney, customermoney, time, type) SELECT 1000000 + seq, "
                    f"CONCAT('1', seq % 900), 'Someone', 10, 100, {AGES} - 20 * 86400000, 0 FROM",
    "e_consumption": "(id, account, accountname, money, remainmoney, time, type) SELECT 1000000 + seq, "
                     f"CONCAT('1', seq % 900), 'Someone', 1, 100, {AGES} - 20 * 86400000, 0 FROM",
    "e_reportcustomerfee": f"(date, count, calllevel, fee, feetime, customeraccount) SELECT {AGES} - 20 * 86400000, 10, 5, 1, 60, "
                           "CONCAT('1', seq % 900) FROM",
    "e_reportgatewaymappingasracd": f"(date, hour, gatewayid, callcount) SELECT {AGES} - 20 * 86400000, seq % 24, "
                                    "CONCAT('CUST-', seq % 90), 10 FROM",
    "e_reportgatewayroutinglocationasracd": f"(date, areacode, gatewayid, callcount) SELECT {AGES} - 20 * 86400000, seq % 999, "
                                            "'CARRIER-A', 10 FROM",
    "e_feerate": "(id, feeprefix, fee, period, type, feerategroup_id) SELECT 1000000 + seq, seq % 5000, 0.01, 6, 5, "
                 "1000 + seq DIV 5000 FROM",
    "e_limit_e164": "(id, e164, limit_e164_group_id) SELECT 1000000 + seq, CONCAT('777', seq), 5000 FROM",
}


def pane_names():
    found = []
    for path in sorted(glob.glob(f"{TOP}/docs/panes.md")):
        with open(path, encoding="utf-8") as file:
            found += re.findall(r"^## ([a-z]+)$", file.read(), re.M)
    return found


def profile_text():
    return "\n".join(open(path, encoding="utf-8").read() for path in sorted(glob.glob(f"{PROFILE}/*.ini")))


class PoliteTest(LabTest):
    @classmethod
    def setUpClass(cls):
        for table, columns in BIG.items():
            sql("sw1", f"ALTER TABLE {table} DISABLE KEYS; INSERT INTO {table} {columns} seq_1_to_{ROWS}; "
                       f"ALTER TABLE {table} ENABLE KEYS")
        lab("load-cdr", str(ROWS), "--days", "2", timeout=240)
        # A call that lasts, so that its rate is asked for.
        sql("sw1", "UPDATE e_moconfig SET value = '5' WHERE name = 'SS_SIP_NO_TIMER_REINVITE_INTERVAL'")
        sql("sw1", "SET GLOBAL log_output = 'TABLE'; SET GLOBAL long_query_time = 0; SET GLOBAL slow_query_log = 1; "
                   "TRUNCATE mysql.slow_log")
        for pane in pane_names():
            if pane != "audit":
                show(pane, "--host", "sw1")
        until = time.monotonic() + 60
        while time.monotonic() < until and not any((row["limit_pct"] or 0) >= 90 and row["account"]
                                                   for row in show("calls", "--host", "sw1")["rows"]):
            time.sleep(0.5)
        run("check", "morning", "--host", "sw1")
        fault("sw1", "web", "kill")  # what the database stands in for
        for pane in ("alarms", "balances", "gateways"):
            show(pane, "--host", "sw1")
        sql("sw1", "SET GLOBAL slow_query_log = 0")
        cls.statements = [(int(examined), float(took), text) for examined, took, text in sql(
            "sw1", "SELECT rows_examined, TIME_TO_SEC(query_time), REPLACE(REPLACE(sql_text, '\\n', ' '), '\\t', ' ') "
                   "FROM mysql.slow_log WHERE user_host LIKE '%noc%'")]

    def test_nothing_but_reading_is_asked(self):
        self.assertGreater(len(self.statements), 50)
        for _, _, text in self.statements:
            self.assertRegex(text, r"(?i)^\s*(SELECT|SHOW|SET |START TRANSACTION READ ONLY|PREPARE|Prepare|Close stmt|Quit|"
                                   r"administrator command)", text)
            self.assertNotRegex(text, r"(?i)\b(INSERT|UPDATE|DELETE|DROP|ALTER|LOCK|FOR UPDATE|INTO OUTFILE)\b(?!_)", text)

    def test_every_statement_looks_at_a_bounded_part(self):
        for examined, took, text in self.statements:
            if examined > BOUND:
                plan = sql("sw1", f"EXPLAIN {text}") if text.upper().startswith("SELECT") else ""
                self.fail(f"{examined} rows in {took:.2f} s: {text}\n{plan}")

    def test_no_plan_goes_through_a_big_table(self):
        """The same by the server's plans: a table that grows is read by a key, or as far as a LIMIT."""
        seen = set()
        for _, _, text in self.statements:
            kind = re.sub(r"\d+", "0", re.sub(r"'[^']*'", "''", text))
            if kind in seen or not text.upper().startswith("SELECT") or "information_schema" in text:
                continue
            seen.add(kind)
            for row in sql("sw1", f"EXPLAIN {text}"):
                _, _, table, way, _, key, _, _, rows, *_ = row
                if way == "ALL" and rows.isdigit() and int(rows) > BOUND and not table.startswith("<"):
                    self.assertRegex(text, r"(?i)\bLIMIT \d+", f"{table} ({key}): {row}\n{text}")
                    self.assertNotRegex(" ".join(row), "filesort|temporary", text)
        self.assertGreater(len(seen), 25)

    def test_every_table_of_the_profile_was_asked(self):
        asked = "\n".join(text for _, _, text in self.statements)
        tables = set(re.findall(r"^table = (\S+)", profile_text(), re.M))
        tables |= set(re.findall(r"^join\.\w+ = (\S+)", profile_text(), re.M))
        tables |= set(re.findall(r"\b(?:FROM|JOIN) (e_\w+)", profile_text()))
        there = {row[0] for row in sql("sw1", "SHOW TABLES")}
        for table in sorted(tables):
            name = table.split(".")[-1]
            if table.startswith("information_schema.") or table in there:
                self.assertIn(name, asked, "a query that this test does not see")

    def test_the_catalogue_is_read_only_while_somebody_looks(self):
        sections = re.findall(r"^\[(probe|sql) (\w+)\]\n((?:(?!^\[).*\n)*)", profile_text(), re.M)
        parts = {name: text for kind, name, text in sections if kind == "sql"}
        for kind, name, text in sections:
            sources = re.findall(r"\bsql (\w+)", (re.search(r"^sources = (.*)", text, re.M) or [""])[0]) if kind == "probe" else []
            for source in list(sources):
                sources += re.findall(r"\w+", (re.search(r"^parts = (.*)", parts.get(source, ""), re.M) or ["", ""])[1])
            if any("information_schema" in parts.get(source, "") for source in sources):
                self.assertIn(name, CATALOGUE)
                self.assertRegex(text, r"(?m)^idle_period = never")


if __name__ == "__main__":
    unittest.main()
