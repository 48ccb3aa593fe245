# SPDX-License-Identifier: MIT

"""What the tables know, and the few things that the interface writes into them."""

import time

import pymysql

ACCOUNT = dict(host="127.0.0.1", port=3306, user="vos3000", password="vos3000-lab", database="vos3000")


class TablesError(Exception):
    """The database does not answer."""


def _run(statement, values, read):
    try:
        link = pymysql.connect(
            **ACCOUNT, charset="utf8", autocommit=True, connect_timeout=3, read_timeout=15, write_timeout=15,
            cursorclass=pymysql.cursors.DictCursor)
    except (pymysql.MySQLError, OSError) as error:
        raise TablesError("database is not connected") from error
    try:
        with link.cursor() as cursor:
            count = cursor.execute(statement, values)
            return cursor.fetchall() if read else count
    except (pymysql.MySQLError, OSError) as error:
        raise TablesError(f"database: {error}") from error
    finally:
        link.close()


def rows(statement, *values):
    return _run(statement, values, True)


def write(statement, *values):
    return _run(statement, values, False)


def now_ms():
    return int(time.time() * 1000)


def marks(values):
    """Placeholders for a list; an empty list matches nothing."""
    return ",".join(["%s"] * len(values)) if values else "NULL"


def day_name(moment_ms):
    return time.strftime("e_cdr_%Y%m%d", time.gmtime(moment_ms / 1000))


def cdr_tables(first, last):
    """The daily tables that exist, FIRST and LAST (names) included, oldest first."""
    found = rows("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
                 "AND table_name RLIKE '^e_cdr_[0-9]{8}$' AND table_name BETWEEN %s AND %s ORDER BY table_name", first, last)
    return [row["name"] for row in found]


def quality(column):
    """gateway -> attempts, answered, talk seconds, replied, connected over the last hour of CDRs."""
    start = now_ms() - 3600000
    total = {}
    for table in cdr_tables(day_name(start), day_name(now_ms())):
        for row in rows(
                f"SELECT {column} AS gateway, COUNT(*) AS attempts, SUM(COALESCE(holdtime,0) > 0) AS answered, "
                "SUM(COALESCE(holdtime,0)) AS talk, SUM(endreason <> 408) AS replied, "
                "SUM(calleepdd IS NOT NULL OR endreason IN (486, 600)) AS connected "
                f"FROM {table} WHERE stoptime >= %s GROUP BY {column}", start):
            sums = total.setdefault(row["gateway"], dict(attempts=0, answered=0, talk=0, replied=0, connected=0))
            for name in sums:
                sums[name] += int(row[name] or 0)
    return total


def log_event(event, text, memo):
    write("INSERT INTO e_syslog (id, type, time, source, event, format, memo) "
          "SELECT COALESCE(MAX(id), 0) + 1, 2, %s, 'web', %s, %s, %s FROM e_syslog", now_ms(), event, text, memo)
