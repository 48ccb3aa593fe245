// SPDX-License-Identifier: MIT

// Looks the parameters up in the newest table of the probe `parameters`.
#include "probe/suspension.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"

#define PARAMETERS_PROBE "parameters"

enum { FAILURES_MOST = 100, SECONDS_LEAST = 1, SECONDS_MOST = 86400 };

const char *const suspension_needs[] = {PARAMETERS_PROBE, NULL};

static bool is_text(const struct cell *cell, const char *text)
{
    return cell->known && cell->len == strlen(text) && memcmp(cell->as.text, text, cell->len) == 0;
}

// The value as a number from least to most.
static bool take_number(const struct cell *cell, long least, long most, long *out)
{
    char *end;

    if (!cell->known || cell->len == 0)
        return false;
    *out = strtol(cell->as.text, &end, 10);
    return end == cell->as.text + cell->len && *out >= least && *out <= most;
}

static void take_row(const struct cell *name, const struct cell *value, long *failures,
                     long *seconds, struct suspension *out)
{
    long number;

    if (is_text(name, "SS_ENDPOINTREGISTERRETRY") && take_number(value, 1, FAILURES_MOST, &number))
        *failures = *failures == 0 || number < *failures ? number : *failures;
    else if (is_text(name, "SS_ENDPOINTREGISTERSUSPENDTIME") &&
             take_number(value, SECONDS_LEAST, SECONDS_MOST, &number))
        *seconds = number > *seconds ? number : *seconds;
    else if (is_text(name, "SS_ENDPOINTREGISTERSUSPEND") && take_number(value, 0, 1, &number))
        out->off = number == 0;
    else if (is_text(name, "SS_REPLY_UNAUTHORIZED") && take_number(value, 0, 1, &number))
        out->silent = number == 0;
}

void suspension_read(struct reading *reading, const struct capture_settings *settings,
                     struct suspension *out)
{
    const struct table *table =
        reading->latest != NULL ? reading->latest(reading, PARAMETERS_PROBE, 0, NULL) : NULL;
    long failures = 0, seconds = 0;

    *out = (struct suspension){.failures = (int)settings->suspend_failures,
                               .ms = settings->suspend_ms,
                               .read = table != NULL};
    if (table == NULL)
        return;
    int name = schema_find(table_schema(table), "name");
    int value = schema_find(table_schema(table), "value");
    for (size_t row = 0; name >= 0 && value >= 0 && row < table_rows(table); row++)
        take_row(table_cell(table, row, (size_t)name), table_cell(table, row, (size_t)value),
                 &failures, &seconds, out);
    table_unref(table);
    if (failures > 0)
        out->failures = (int)failures;
    if (seconds > 0)
        out->ms = seconds * INT64_C(1000);
    out->of_host = failures > 0 && seconds > 0;
}

void suspension_say(struct reading *reading, const struct suspension *suspension)
{
    const char *whose = suspension->of_host ? _("of the host")
                        : suspension->read
                            ? _("of the profile: the host's table does not name both")
                            : _("of the profile: the host's could not be read");

    if (suspension->silent)
        reading_blind(reading, "the softswitch does not answer wrong logins "
                               "(SS_REPLY_UNAUTHORIZED = 0): suspensions cannot be seen");
    if (suspension->off)
        reading_note(reading, "the softswitch does not suspend (SS_ENDPOINTREGISTERSUSPEND = 0): "
                              "a 403 has another reason");
    reading_note(reading, "%d failures suspend for %lld s (%s)", suspension->failures,
                 (long long)(suspension->ms / 1000), whose);
}
