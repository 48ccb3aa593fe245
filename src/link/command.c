// SPDX-License-Identifier: MIT

// Commands as text for shells.
#include "link/command.h"

#include <stdlib.h>

#include "base/quote.h"

#define ENVIRONMENT                                                                                \
    "LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin${PATH:+:$PATH}; export LC_ALL PATH; "

// Ends process group $1, or process $2 where the group is not ours. It runs in a session of its own
// so that it survives the signal, and so that sudo passes it on (it ignores signals from its own
// group).
#define END_GROUP                                                                                  \
    "kill -TERM -$1 || kill -TERM $2; "                                                            \
    "for second in 1 2; do sleep 1; kill -0 -$1 || exit 0; done; "                                 \
    "kill -KILL -$1"

char *command_line(const struct host_config *host, const struct link_command *command)
{
    struct str line = {0};
    if (command->sudo && host->sudo)
        str_append(&line, "sudo -n ");
    if (command->argv != NULL)
        quote_argv(&line, command->argv);
    else
        quote_argv(&line, (const char *const[]){"sh", "-c", command->script, NULL});
    return str_take(&line);
}

char *command_local(const char *line)
{
    struct str text = {0};
    str_appendf(&text, ENVIRONMENT "exec %s", line);
    return str_take(&text);
}

// Input comes through a pipe from a reader that afterwards watches; it tells its number first, so
// that it can be ended.
static void append_fed(struct str *text, const char *line, size_t input_len)
{
    static const char feeder[] =
        "echo $$; head -c \"$3\"; exec >/dev/null 2>&1; while read -r nothing; do :; done; "
        "setsid sh -c '" END_GROUP "' end \"$1\" \"$2\" || kill -TERM 0";
    // Standard error is put by as 4, because a shell may remark there that the feeder was ended.
    str_append(text, "exec 4>&2 2>/dev/null; sh -c ");
    quote_word(text, feeder);
    str_appendf(text,
                " feed $$ $$ %zu 4>&- | { read -r feeder; (exec %s 2>&4 4>&-); status=$?; "
                "kill $feeder; exit $status; }",
                input_len, line);
}

static void append_watched(struct str *text, const char *line)
{
    str_appendf(text,
                "exec 3<&0; %s 3<&- & command=$!; "
                "{ while read -r nothing <&3; do :; done; setsid sh -c '" END_GROUP
                "' end $$ $command || kill -TERM 0; } >/dev/null 2>&1 & watcher=$!; "
                "exec 2>/dev/null 3<&-; wait $command; status=$?; kill $watcher; exit $status",
                line);
}

char *command_remote(const char *line, size_t input_len)
{
    struct str inner = {0};
    str_append(&inner, ENVIRONMENT);
    if (input_len > 0)
        append_fed(&inner, line, input_len);
    else
        append_watched(&inner, line);
    struct str text = {0};
    str_append(&text, "exec sh -c ");
    quote_word(&text, str_text(&inner));
    str_dispose(&inner);
    return str_take(&text);
}
