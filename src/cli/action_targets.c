// SPDX-License-Identifier: MIT

// The targets of an action: words of the command line, lines of a list.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/words.h"
#include "cli/acting.h"

#define LINES_MAX 1000000

static void add(struct target_words *targets, char *text)
{
    *(char **)mem_push(&targets->items, &targets->count, &targets->cap, sizeof *targets->items) =
        text;
}

// The line without its comment and the space around it.
static char *trim(char *line)
{
    line[strcspn(line, "#\r\n")] = '\0';
    char *text = line + strspn(line, " \t");
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
    return text;
}

// One line; empty ones and comments are passed over.
static bool take_line(struct target_words *targets, char *line, size_t len,
                      const struct action *action, struct err *err)
{
    if (memchr(line, '\0', len) != NULL)
        return err_set(err, "a zero byte; this is no list of targets");
    char *text = trim(line);
    if (text[0] == '\0')
        return true;
    char *canonical = action_parse_target(action->target, text, err);
    if (canonical == NULL)
        return false;
    add(targets, canonical);
    return targets->count <= LINES_MAX || err_set(err, "more than %d targets", LINES_MAX);
}

static bool read_list(struct target_words *targets, FILE *file, const char *name,
                      const struct action *action, struct err *err)
{
    char *line = NULL;
    size_t size = 0, number = 0;
    ssize_t len;
    bool ok = true;
    while (ok && (len = getline(&line, &size, file)) > 0) {
        struct err why = {0};
        number++;
        ok = take_line(targets, line, (size_t)len, action, &why) ||
             err_set(err, "%s:%zu: %s", name, number, why.text);
    }
    if (ok && ferror(file))
        ok = err_set(err, "%s: cannot be read: %s", name, strerror(errno));
    free(line);
    return ok;
}

static bool read_file(struct target_words *targets, const struct invocation *invocation,
                      struct err *err)
{
    const char *path = invocation->file;
    if (strcmp(path, "-") == 0)
        return read_list(targets, stdin, _("standard input"), invocation->command.action, err);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return err_set(err, "--file %s: cannot be read: %s", path, strerror(errno));
    bool ok = read_list(targets, file, path, invocation->command.action, err);
    fclose(file);
    return ok;
}

struct place {
    const char *text;
    size_t index;
};

static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

// What stands twice is one target, where it stands first.
static void drop_doubles(struct target_words *targets)
{
    struct place *places = mem_array(targets->count + 1, sizeof *places);
    for (size_t i = 0; i < targets->count; i++)
        places[i] = (struct place){targets->items[i], i};
    qsort(places, targets->count, sizeof *places, compare);
    for (size_t i = targets->count; i-- > 1;) {
        if (strcmp(places[i - 1].text, places[i].text) != 0)
            continue;
        free(targets->items[places[i].index]);
        targets->items[places[i].index] = NULL;
    }
    free(places);
    size_t kept = 0;
    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i] != NULL)
            targets->items[kept++] = targets->items[i];
    targets->count = kept;
}

// A word in its canonical form; one that is no target stays as it is, for the guard to refuse.
static char *canonical_word(const struct action *action, const char *word)
{
    struct err ignored = {0};
    char *canonical = action_parse_target(action->target, word, &ignored);
    return canonical != NULL ? canonical : mem_strdup(word);
}

// A command and its variables are one target.
static char *joined_words(const struct invocation *invocation)
{
    struct str text = {0};
    for (size_t i = 0; i < invocation->word_count; i++)
        words_append(&text, invocation->words[i]);
    return str_take(&text);
}

// A time or a host as the console's command line takes them: here they would be targets that are
// refused, while the rest is done for another time and on other hosts.
static bool is_stray(const struct invocation *invocation, const char *word)
{
    bool digits = isdigit((unsigned char)word[0]) && strpbrk(word, ".:") == NULL;
    return invocation->command.action->target == TARGET_NETWORK &&
           (word[0] == '@' || (digits && invocation->word_count > 1));
}

static bool check_words(const struct invocation *invocation, struct err *err)
{
    for (size_t i = 0; i < invocation->word_count; i++)
        if (is_stray(invocation, invocation->words[i]))
            return err_set(
                err,
                "\"%.60s\" is no address; nothing was done. Hosts are named with --host, "
                "a ban's time with --for, the reason with --reason",
                invocation->words[i]);
    return true;
}

bool targets_read(const struct invocation *invocation, struct target_words *out, struct err *err)
{
    *out = (struct target_words){0};
    if (!check_words(invocation, err))
        return false;
    bool one = invocation->command.action->target == TARGET_COMMAND;
    if (one && invocation->word_count > 0)
        add(out, joined_words(invocation));
    for (size_t i = 0; i < invocation->word_count && !one; i++)
        add(out, canonical_word(invocation->command.action, invocation->words[i]));
    if (invocation->file != NULL && !read_file(out, invocation, err))
        return false;
    drop_doubles(out);
    const struct action *action = invocation->command.action;
    if (out->count == 0 && action->target != TARGET_NONE && action->target != TARGET_ENTRY)
        return invocation->file != NULL
                   ? err_set(err, "%s: there is no target in it", invocation->file)
                   : err_set(err, "%s: %s is missing; see nocdesk help %s", action->name,
                             invocation->command.operands, action->name);
    return true;
}

void targets_dispose(struct target_words *targets)
{
    for (size_t i = 0; i < targets->count; i++)
        free(targets->items[i]);
    free(targets->items);
}
