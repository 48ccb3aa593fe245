// SPDX-License-Identifier: MIT

// From the cells of a row to the target of an action.
#include "tui/act_target.h"

#include <string.h>

#include "tui/subject.h"

bool act_target_network(const struct row_ref *row, int column, struct str *out)
{
    struct network network;
    char text[ADDRESS_TEXT_MAX];
    if (!subject_network(row, column, &network))
        return false;
    network_print(&network, text);
    str_append(out, text);
    return true;
}

bool act_target_endpoint(const struct row_ref *row, int column, struct str *out)
{
    (void)column;
    return subject_cell(row, "endpoint", out);
}

static bool prefixed(const struct row_ref *row, const char *prefix, const char *column,
                     struct str *out)
{
    struct str name = {0};
    bool found = subject_cell(row, column, &name);
    if (found)
        str_appendf(out, "%s:%s", prefix, str_text(&name));
    str_dispose(&name);
    return found;
}

bool act_target_lock(const struct row_ref *row, int column, struct str *out)
{
    struct str kind = {0};
    bool found =
        subject_cell(row, "kind", &kind) &&
        (strcmp(str_text(&kind), "routing") == 0 || strcmp(str_text(&kind), "mapping") == 0) &&
        prefixed(row, str_text(&kind), "gateway", out);
    str_dispose(&kind);
    (void)column;
    return found || prefixed(row, "phone", "endpoint", out) ||
           prefixed(row, "account", "account", out);
}

bool act_target_call(const struct row_ref *row, int column, struct str *out)
{
    (void)column;
    return subject_cell(row, "call_id", out);
}

bool act_target_entry(const struct row_ref *row, int column, struct str *out)
{
    (void)column;
    return subject_cell(row, "entry", out);
}

bool act_target_rule(const struct row_ref *row, int column, struct str *out)
{
    static const char *const columns[] = {"family", "table", "chain", "num"};
    struct str place = {0};
    bool found = strcmp(table_schema(row->table)->name, "firewall") == 0;
    (void)column;
    for (size_t i = 0; i < sizeof columns / sizeof *columns && found; i++) {
        str_append(&place, i > 0 ? "/" : "");
        found = subject_cell(row, columns[i], &place);
    }
    found = found && strcmp(strrchr(str_text(&place), '/'), "/0") != 0;
    if (found)
        str_append(out, str_text(&place));
    str_dispose(&place);
    return found;
}
