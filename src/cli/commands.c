// SPDX-License-Identifier: MIT

// The registry of subcommands, and what leads from argv to one of them.
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/wrap.h"
#include "cli/cli.h"

static const struct command *const fixed[] = {
    &command_console,  &command_init,   &command_show,   &command_check,       &command_report,
    &command_handover, &command_meter,  &command_doctor, &command_config,      &command_keys,
    &command_audit,    &command_shield, &command_record, &command_reset_state, &command_help,
};
static const size_t fixed_count = sizeof fixed / sizeof *fixed;

bool command_at(size_t index, struct command *out)
{
    if (index < fixed_count) {
        *out = *fixed[index];
        return true;
    }
    for (size_t i = 0; actions[i] != NULL; i++) {
        if (i != index - fixed_count)
            continue;
        *out = command_of_action(actions[i]);
        return true;
    }
    return false;
}

bool command_find(const char *name, struct command *out)
{
    for (size_t i = 0; command_at(i, out); i++)
        if (strcmp(out->name, name) == 0)
            return true;
    return false;
}

bool command_is(const struct command *command, const struct command *other)
{
    return command->run == other->run;
}

void cli_complain(const char *fmt, ...)
{
    char *text;
    va_list args;
    va_start(args, fmt);
    int len = vasprintf(&text, _(fmt), args);
    va_end(args);
    if (len < 0)
        return;
    char *clean = text_clean_dup(text);
    char *line = mem_printf("nocdesk: %s", clean);
    wrap_print(stderr, wrap_columns(stderr), 0, 2, line);
    free(line);
    free(clean);
    free(text);
}

bool cli_output_lost(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return false;
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) != 1 || (out.revents & POLLERR) == 0;
}

static bool is_for_people(enum format format)
{
    return format != FORMAT_JSON && format != FORMAT_CSV;
}

int cli_main(int argc, char **argv)
{
    struct err err = {0};
    if (!lang_begin(invocation_language(argc, argv), NULL, &err))
        cli_complain("%s", err.text);
    err = (struct err){0};
    struct invocation invocation;
    int code;
    if (invocation_parse(argc, argv, &invocation, &err)) {
        // What a program reads is the same for every operator.
        if (invocation.language == NULL && !is_for_people(invocation.format))
            lang_begin("en", NULL, NULL);
        code = invocation.command.run(&invocation);
    } else {
        cli_complain("%s", err.text);
        code = invocation.command.usage_exit != 0 ? invocation.command.usage_exit : EXIT_USAGE;
    }
    invocation_dispose(&invocation);
    if (cli_output_lost() && code == EXIT_DONE) {
        cli_complain("standard output: the rest could not be written");
        code = EXIT_FAILED;
    }
    return code;
}
