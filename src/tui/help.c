// SPDX-License-Identifier: MIT

// Help made from the registries.
#include "tui/help.h"

#include <string.h>

#include "base/lang.h"
#include "tui/state.h"

#define KEYS_SHOWN 3

static bool add_command(struct console *console, struct viewer *viewer,
                        const struct key_command *command, enum mode mode, const char *pane)
{
    struct str keys = {0};
    bool bound = keymap_keys(console->keymap, mode, pane, command, KEYS_SHOWN, " ", &keys) > 0;
    if (bound)
        viewer_pair(viewer, ROLE_KEY, str_text(&keys), ROLE_TEXT, _(command->help));
    str_dispose(&keys);
    return bound;
}

static void add_panes(struct console *console, struct viewer *viewer, enum mode mode)
{
    viewer_text(viewer, ROLE_TITLE, _("Panes"));
    for (size_t i = 0; i < console->pane_count; i++) {
        char name[40];
        struct str keys = {0}, text = {0};
        snprintf(name, sizeof name, "pane-%zu", i + 1);
        const struct key_command *command = key_command_find(name);
        if (command != NULL)
            keymap_keys(console->keymap, mode, NULL, command, KEYS_SHOWN, " ", &keys);
        const struct probe *probe = console->panes[i]->probe;
        str_appendf(&text, "%s: %s", _(probe->title), _(probe->purpose));
        viewer_pair(viewer, ROLE_KEY, str_text(&keys), ROLE_TEXT, str_text(&text));
        str_dispose(&keys);
        str_dispose(&text);
    }
}

static bool is_pane_number(const struct key_command *command)
{
    return strncmp(command->name, "pane-", 5) == 0;
}

// What works here and nowhere else comes first, then what works in every table.
static void add_keys(struct console *console, struct viewer *viewer, enum mode mode,
                     const char *pane)
{
    for (int narrow = 1; narrow >= 0; narrow--) {
        viewer_text(viewer, ROLE_TITLE,
                    !narrow              ? _("Everywhere")
                    : mode == MODE_PANE  ? _("In this pane")
                    : mode == MODE_GUIDE ? _("In the checklist")
                                         : _("On the overview"));
        bool any = false;
        for (size_t i = 0; i < key_command_count; i++) {
            const struct key_command *command = &key_commands[i];
            bool general = strcmp(command->name, "quit") == 0 ||
                           (command->modes & MODE_VIEWER) != 0 ||
                           command->run == key_command_find("overview")->run ||
                           command->run == key_command_find("next-pane")->run;
            if ((command->modes & (unsigned)mode) != 0 && general != narrow &&
                !is_pane_number(command))
                any |= add_command(console, viewer, command, mode, pane);
        }
        viewer_text(viewer, ROLE_TEXT, "");
        (void)any;
    }
}

static void add_own(struct console *console, struct viewer *viewer, enum mode mode,
                    const char *pane)
{
    const struct key_command *command;
    for (size_t i = 0; (command = keymap_own(console->keymap, i)) != NULL; i++) {
        struct str keys = {0}, text = {0};
        const struct command_config *own = &console->config->commands[i];
        if (i == 0)
            viewer_text(viewer, ROLE_TITLE, _("Commands of your own"));
        if (keymap_keys(console->keymap, mode, pane, command, KEYS_SHOWN, " ", &keys) == 0)
            str_appendf(&keys, ":%s", own->name);
        str_appendf(&text, own->writes ? _("%s: %s (may change something: it asks)") : "%s: %s",
                    own->name, command->help);
        viewer_pair(viewer, ROLE_KEY, str_text(&keys), ROLE_TEXT, str_text(&text));
        str_dispose(&keys);
        str_dispose(&text);
    }
    if (keymap_own(console->keymap, 0) != NULL)
        viewer_text(viewer, ROLE_TEXT, "");
}

static void add_filters(struct console *console, struct viewer *viewer)
{
    static const struct {
        const char *form, *meaning;
    } forms[] = {
        {N_("word"), N_("any cell contains it, in any case")},
        {N_("!word"), N_("no cell contains it")},
        {N_("col:text"),
         N_("the column contains it; an address column takes a network: ip:203.0.113.0/24")},
        {N_("col=value"),
         N_("the column is exactly it; != is not it; nothing after it: is unknown")},
        {N_("col>10"), N_("more than; >= < <= too; values such as 90s, 5m, 30%")},
        {N_("col~regex"), N_("the column matches a regular expression")},
        {"a b", N_("both; a | b: one of them; \"…\" keeps spaces")},
    };
    viewer_text(viewer, ROLE_TITLE, _("Filters"));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        viewer_pair(viewer, ROLE_KEY, _(forms[i].form), ROLE_TEXT, _(forms[i].meaning));
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("Columns here"));
    const struct schema *schema = table_view_schema(console_table(console));
    for (size_t i = 0; i < schema->column_count; i++)
        viewer_pair(viewer, ROLE_KEY, schema->columns[i].name, ROLE_TEXT,
                    schema->columns[i].help != NULL ? _(schema->columns[i].help) : "");
}

static void add_prompt_keys(struct console *console, struct viewer *viewer)
{
    viewer_text(viewer, ROLE_TEXT, "");
    viewer_text(viewer, ROLE_TITLE, _("While typing"));
    for (size_t i = 0; i < key_command_count; i++)
        if ((key_commands[i].modes & MODE_PROMPT) != 0)
            add_command(console, viewer, &key_commands[i], MODE_PROMPT, NULL);
}

static void build(struct console *console, struct viewer *viewer)
{
    const char *pane = console_pane_name(console);
    enum mode mode = guide_view_is_here(console) ? MODE_GUIDE
                     : pane != NULL              ? MODE_PANE
                                                 : MODE_OVERVIEW;
    if (pane != NULL) {
        viewer_text(viewer, ROLE_TEXT, _(console->panes[console->here]->probe->purpose));
        viewer_text(viewer, ROLE_TEXT, "");
    }
    add_keys(console, viewer, mode, pane);
    add_own(console, viewer, mode, pane);
    add_panes(console, viewer, mode);
    viewer_text(viewer, ROLE_TEXT, "");
    add_filters(console, viewer);
    add_prompt_keys(console, viewer);
}

const struct viewer_class help_viewer = {.name = "help", .title = N_("Help"), .build = build};
