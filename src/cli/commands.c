// SPDX-License-Identifier: MIT

// The registry of subcommands, and what leads from argv to one of them.
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"

const struct command *const commands[] = {
    &command_console, &command_show, &command_meter, &command_doctor, &command_help, NULL,
};

void cli_complain(const char *fmt, ...)
{
    char *text;
    va_list args;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    if (len < 0)
        return;
    char *clean = text_clean_dup(text);
    fprintf(stderr, "nocdesk: %s\n", clean);
    free(clean);
    free(text);
}

int cli_main(int argc, char **argv)
{
    setlocale(LC_CTYPE, ""); // and nothing else: numbers are read and written with a point
    struct invocation invocation;
    struct err err = {0};
    int code = EXIT_USAGE;
    if (invocation_parse(argc, argv, &invocation, &err))
        code = invocation.command->run(&invocation);
    else
        cli_complain("%s", err.text);
    invocation_dispose(&invocation);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == EXIT_DONE) {
        cli_complain("standard output: the rest could not be written");
        code = EXIT_FAILED;
    }
    return code;
}
