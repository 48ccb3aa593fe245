// SPDX-License-Identifier: MIT

// The question that a risky plan asks, on the terminal.
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/acting.h"
#include "cli/terminal.h"

#define ANSWER_MS 300000

bool question_can_ask(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void print_clean(const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = mem_strndup(text, len);
        char *clean = text_clean_dup(line);
        fprintf(stderr, "%s\n", clean);
        free(clean);
        free(line);
        text += len + (text[len] == '\n');
    }
}

char *question_ask(const struct plan *plan, int interrupts)
{
    struct str text = {0};
    plan_print(&text, plan);
    print_clean(str_text(&text));
    str_dispose(&text);
    if (plan->question == PLAN_TYPES) {
        char *clean = text_clean_dup(plan->type_this);
        fprintf(stderr, _("%s? Type %s to do it, anything else cancels: "), _(plan->action->title),
                clean);
        free(clean);
    } else {
        // TRANSLATORS: y and yes are what is taken, in every language.
        fprintf(stderr, _("%s? [y/N] "), _(plan->action->title));
    }
    fflush(stderr);
    char *answer = terminal_take_line(STDIN_FILENO, interrupts, ANSWER_MS);
    if (answer == NULL)
        fputc('\n', stderr);
    bool yes = answer != NULL && (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
    if (plan->question == PLAN_TYPES || answer == NULL)
        return answer;
    free(answer);
    return yes ? mem_strdup("") : NULL;
}

void question_refuse(const struct plan *plan)
{
    bool types = plan->question == PLAN_TYPES;
    for (size_t i = 0; i < plan->why_count; i++)
        cli_complain("%s", plan->why[i]);
    if (types)
        cli_complain("nothing was run: %s must be typed again for this, on a terminal; --yes does "
                     "not answer it",
                     plan->type_this);
    else
        cli_complain("nothing was run: this asks first, and there is no terminal to ask on; --yes "
                     "answers yes to it");
}
