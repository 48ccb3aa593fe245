// SPDX-License-Identifier: MIT

// What the tests of the audit trail share: a trail in a folder of its own.
#ifndef TESTS_ACTION_AUDIT_FILES_H
#define TESTS_ACTION_AUDIT_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action/audit.h"
#include "action/audit_line.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

struct fixture {
    char folder[40];
    char trail[64], head[64];
};

static int set_up(void **state)
{
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    strcpy(fixture->folder, "/tmp/nocdesk-audit-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->trail, sizeof fixture->trail, "%s/audit.jsonl", fixture->folder);
    snprintf(fixture->head, sizeof fixture->head, "%s/audit.head", fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->trail);
    unlink(fixture->head);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static struct audit *open_trail(const struct fixture *fixture)
{
    struct err err = {0};
    struct audit *audit = audit_open(fixture->folder, &err);
    if (audit == NULL)
        fail_msg("%s", err.text);
    return audit;
}

static void append(struct audit *audit, const char *kind, json_t *members, char id[AUDIT_ID_MAX])
{
    struct err err = {0};
    if (!audit_append(audit, kind, members, id, &err))
        fail_msg("%s", err.text);
}

static json_t *ban(const char *address, const char *operator_name, bool living)
{
    json_t *intent =
        json_pack("{s:s, s:s, s:s, s:[s], s:b, s:b}", "operator", operator_name, "action", "ban",
                  "host", "sw1", "targets", address, "blocks", 1, "reversible", 1);
    // Process 1 has not been started at that time.
    if (!living)
        json_object_set_new(intent, "process",
                            json_pack("{s:i, s:i, s:s}", "pid", 1, "started", 1, "boot", "x"));
    return intent;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

#endif
