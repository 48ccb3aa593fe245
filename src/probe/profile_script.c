// SPDX-License-Identifier: MIT

// The profile's scripts, run whole or not believed.
#include "probe/profile_script.h"

#include <stdlib.h>

#include "base/mem.h"

#define OUTPUT_MAX (64u << 20)

static bool is_whole(const struct reading *reading, const struct profile_script *script,
                     struct err *err)
{
    struct slice end, rest = script->errors, complaint = {"", 0};
    if (slice_marked_part(script->out, "end", &end))
        return true;
    while (complaint.len == 0 && slice_take_line(&rest, &complaint))
        if (complaint.len > 1 && complaint.text[0] == '@' && complaint.text[1] == '@')
            complaint.len = 0;
    if (script->result.signal > 0)
        return err_set(err, "%s: the command that reads %s was ended by signal %d",
                       reading->host->name, reading->probe->schema->name, script->result.signal);
    return err_set(err, "%s: the command that reads %s was cut short%s%.*s", reading->host->name,
                   reading->probe->schema->name, complaint.len > 0 ? ": " : "",
                   (int)(complaint.len < 200 ? complaint.len : 200), complaint.text);
}

bool profile_script_run(struct reading *reading, const char *prelude, struct profile_script *out,
                        struct err *err)
{
    *out = (struct profile_script){.out = {"", 0}, .errors = {"", 0}};
    const char *script = reading_value(reading, "script", NULL);
    if (script == NULL)
        return err_set(err, "%s: the profile has no script in [%s]", reading->host->name,
                       reading->source->reader);
    // Only some programs need rights, so the prefix stands before these and not before the shell.
    char *whole = mem_printf("sudo=%s\n%s\n%s\n", reading->host->sudo ? "'sudo -n'" : "",
                             prelude != NULL ? prelude : "", script);
    struct link_command command = {
        .script = whole, .deadline_ms = reading->deadline_ms, .output_max = OUTPUT_MAX};
    bool ok = link_exec(reading->link, &command, &out->result, err);
    free(whole);
    out->out = (struct slice){str_text(&out->result.out), out->result.out.len};
    out->errors = (struct slice){str_text(&out->result.err), out->result.err.len};
    return ok && is_whole(reading, out, err);
}

void profile_script_dispose(struct profile_script *script)
{
    link_result_dispose(&script->result);
    script->out = script->errors = (struct slice){"", 0};
}

void profile_script_check(const struct profile_source *source, struct err_list *errors)
{
    const struct ini_section *section = source->section;
    if (section == NULL)
        err_list_add(errors, "the source '%s' needs a section [%s] with script = …", source->reader,
                     source->reader);
    else if (ini_get(section, "script") == NULL)
        err_list_add(errors, "%s:%d: [%s] has no script; write script = …", section->place.path,
                     section->place.line, section->name);
}
