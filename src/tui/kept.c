// SPDX-License-Identifier: MIT

// The file of what the operator has arranged.
#include "tui/kept.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "conf/ini.h"
#include "tui/state.h"
#include "tui/table_marks.h"

#define FILE_VERSION  "1" // another one is not read
#define LOOK_EVERY_MS 1000
#define SAVE_MS       1000

char *kept_path(const struct config *config)
{
    char *folder = xdg_expand(config->state_dir != NULL ? config->state_dir : "");
    if (folder[0] == '\0') {
        free(folder);
        folder = xdg_state_path("");
    }
    size_t len = strlen(folder);
    char *path =
        mem_printf("%s%sconsole.ini", folder, len > 0 && folder[len - 1] == '/' ? "" : "/");
    free(folder);
    return path;
}

// A value that the reader of INI files gives back as it was.
static void add_value(struct str *out, const char *key, const char *value)
{
    if (value[0] == '\0')
        return;
    for (const char *at = value; *at != '\0'; at++)
        if ((unsigned char)*at < ' ')
            return; // no line of a file
    str_appendf(out, "%s = ", key);
    str_append_quoted(out, value);
    str_append_char(out, '\n');
}

static void add_table(struct str *out, const char *kind, const struct table_view *table,
                      const char *window)
{
    struct str sort = {0}, columns = {0}, lines = {0};
    table_view_sort_text(table, &sort);
    table_view_columns_text(table, &columns);
    if (strcmp(str_text(&sort), table_view_first_sort(table)) != 0)
        add_value(&lines, "sort", str_text(&sort));
    add_value(&lines, "filter", table_view_filter(table));
    add_value(&lines, "columns", str_text(&columns));
    add_value(&lines, "window", window);
    if (lines.len > 0)
        str_appendf(out, "\n[%s %s]\n%s", kind, table_view_schema(table)->name, str_text(&lines));
    str_dispose(&sort);
    str_dispose(&columns);
    str_dispose(&lines);
}

// What two panes there are once the guided checklist is left, which is alone on the screen.
static struct split kept_split(const struct console *console, long *here)
{
    struct split split = console->split;
    bool guided = guide_view_is_here(console);
    *here = guided ? -1 : console->here;
    if (guided && split.other < 0)
        split.other = 0;
    return split;
}

static const char *place_name(const struct console *console, long place)
{
    return place < 0 ? "overview" : console->panes[place]->probe->schema->name;
}

static const char *window_of(const struct pane *pane)
{
    const char *const *variants = pane->probe->schema->variants;
    bool standard = variants == NULL || pane->variant == model_default_variant(pane->probe);
    return standard ? "" : variants[pane->variant];
}

static void add_tiles(const struct console *console, struct str *out)
{
    const struct overview *overview = console->overview;
    struct str tiles = {0};
    if (!tiles_equal(&overview->tiles, &overview->configured))
        tiles_format(&overview->tiles, &tiles);
    add_value(out, "tiles", str_text(&tiles));
    str_dispose(&tiles);
}

static void describe(const struct console *console, struct str *out)
{
    struct str places = {0};
    add_value(&places, "hosts", console->host_filter);
    if (console->split.on) {
        long here;
        struct split split = kept_split(console, &here);
        add_value(&places, "first", place_name(console, split.swapped ? split.other : here));
        add_value(&places, "second", place_name(console, split.swapped ? here : split.other));
    }
    add_tiles(console, &places);
    if (console->appearance.chosen != NULL)
        add_value(&places, "theme", console->appearance.chosen);
    if (places.len > 0)
        str_appendf(out, "\n[console]\n%s", str_text(&places));
    str_dispose(&places);
    for (size_t i = 0; i < console->overview->kinds; i++)
        add_table(out, "overview", console->overview->sections[i], "");
    for (size_t i = 0; i < console->pane_count; i++)
        add_table(out, "pane", console->panes[i]->all, window_of(console->panes[i]));
}

// heap, or NULL where there is none
static char *value_of(const struct ini *ini, const char *section, const char *key)
{
    const struct ini_section *found = ini_section(ini, section);
    const struct ini_entry *entry = found != NULL ? ini_get(found, key) : NULL;
    return entry != NULL ? ini_unquote(entry->value) : NULL;
}

// What the file says that no longer is.
static void tell_gone(struct console *console, const char *section, const char *key,
                      const struct err *why)
{
    char *path = kept_path(console->config);
    journal_add(console->journal, LEVEL_WARN, "", "%s: [%s] %s is passed over: %s", path, section,
                key, why->text);
    free(path);
}

static void take_columns(struct console *console, const char *section, struct table_view *table,
                         const char *columns)
{
    struct str gone = {0};
    struct err err = {0};
    if (columns != NULL)
        table_view_set_columns(table, columns, &gone);
    if (gone.len > 0) {
        err_set(&err, "there is no column %s", str_text(&gone));
        tell_gone(console, section, "columns", &err);
    }
    str_dispose(&gone);
}

// Whether rows are hidden now.
static bool take_table(struct console *console, const struct ini *ini, const char *kind,
                       struct table_view *table)
{
    struct err err = {0};
    char *section = mem_printf("%s %s", kind, table_view_schema(table)->name);
    char *sort = value_of(ini, section, "sort"), *filter = value_of(ini, section, "filter");
    char *columns = value_of(ini, section, "columns");
    if (sort != NULL && !table_view_set_sort(table, sort, &err))
        tell_gone(console, section, "sort", &err);
    bool hides = filter != NULL && table_view_set_filter(table, filter, NULL, &err);
    if (filter != NULL && !hides)
        tell_gone(console, section, "filter", &err);
    take_columns(console, section, table, columns);
    free(section);
    free(sort);
    free(filter);
    free(columns);
    return hides;
}

static void take_window(struct console *console, const struct ini *ini, struct pane *pane)
{
    char *section = mem_printf("pane %s", pane->probe->schema->name);
    char *window = value_of(ini, section, "window");
    int variant = window != NULL ? schema_variant(pane->probe->schema, window) : -1;
    struct err err = {0};
    if (variant >= 0)
        pane->variant = (size_t)variant;
    if (window != NULL && variant < 0) {
        err_set(&err, "there is no window %s", window);
        tell_gone(console, section, "window", &err);
    }
    free(window);
    free(section);
}

static bool find_place(const struct console *console, const char *name, long *place)
{
    for (*place = -1; name != NULL && *place < (long)console->pane_count; ++*place)
        if (strcmp(place_name(console, *place), name) == 0)
            return true;
    return false;
}

// False: there is none, which is told where one was named.
static bool take_place(struct console *console, const char *key, const char *name, long *place)
{
    struct err err = {0};
    if (find_place(console, name, place))
        return true;
    if (name != NULL) {
        err_set(&err, "no pane is called %s", name);
        tell_gone(console, "console", key, &err);
    }
    return false;
}

static void take_places(struct console *console, const struct ini *ini)
{
    char *first = value_of(ini, "console", "first"), *second = value_of(ini, "console", "second");
    long here, other;
    bool both = take_place(console, "first", first, &here);
    both &= take_place(console, "second", second, &other);
    if (both && here != other) {
        console->here = here;
        console->split = (struct split){.on = true, .other = other};
    }
    free(first);
    free(second);
}

static void take_tiles(struct console *console, const struct ini *ini)
{
    char *text = value_of(ini, "console", "tiles");
    struct tiles tiles;
    struct err err = {0};
    if (text != NULL && tiles_parse(text, &tiles, &err))
        overview_set_tiles(console->overview, &tiles);
    else if (text != NULL)
        tell_gone(console, "console", "tiles", &err);
    free(text);
}

// What hides rows is said: nobody may take an old filter for a quiet night.
static void tell_hidden(struct console *console, const char *tables)
{
    if (tables[0] != '\0' && console->host_filter[0] != '\0')
        journal_add(console->journal, LEVEL_INFO, "",
                    "as you left it: only hosts %s, and filters in %s; :reset-state shows all",
                    console->host_filter, tables);
    else if (tables[0] != '\0')
        journal_add(console->journal, LEVEL_INFO, "",
                    "as you left it: filters in %s; :reset-state shows all", tables);
    else if (console->host_filter[0] != '\0')
        journal_add(console->journal, LEVEL_INFO, "",
                    "as you left it: only hosts %s; :reset-state shows all", console->host_filter);
}

// Whether a section is of something that is there.
static bool is_table(const struct console *console, const char *kind, const char *name)
{
    bool found = false;
    for (size_t i = 0; strcmp(kind, "overview") == 0 && i < console->overview->kinds; i++)
        found |= strcmp(table_view_schema(console->overview->sections[i])->name, name) == 0;
    for (size_t i = 0; strcmp(kind, "pane") == 0 && i < console->pane_count; i++)
        found |= strcmp(console->panes[i]->probe->schema->name, name) == 0;
    return found;
}

// Sections of panes and tiles that are no longer there; what else the file holds is not its own.
static void tell_gone_tables(struct console *console, const struct ini *ini)
{
    for (size_t i = 0; i < ini->count; i++) {
        char *kind = mem_strdup(ini->sections[i].name), *name = strchr(kind, ' ');
        char *path = kept_path(console->config);
        if (name != NULL)
            *name++ = '\0';
        if (name != NULL && !is_table(console, kind, name))
            journal_add(console->journal, LEVEL_WARN, "",
                        "%s: [%s] is passed over: there is nothing of that name any more", path,
                        ini->sections[i].name);
        free(path);
        free(kind);
    }
}

static void arrange(struct console *console, const struct ini *ini)
{
    struct str hidden = {0};
    for (size_t i = 0; i < console->overview->kinds; i++)
        if (take_table(console, ini, "overview", console->overview->sections[i]) && hidden.len == 0)
            str_append(&hidden, "overview");
    for (size_t i = 0; i < console->pane_count; i++) {
        struct pane *pane = console->panes[i];
        if (take_table(console, ini, "pane", pane->all))
            str_appendf(&hidden, "%s%s", hidden.len > 0 ? ", " : "", pane->probe->schema->name);
        take_window(console, ini, pane);
    }
    tell_gone_tables(console, ini);
    take_places(console, ini);
    take_tiles(console, ini);
    char *theme = value_of(ini, "console", "theme");
    if (theme != NULL)
        appearance_take_kept(console, theme);
    free(theme);
    char *hosts = value_of(ini, "console", "hosts");
    if (hosts != NULL)
        console_choose_hosts(console, hosts, NULL, NULL);
    free(hosts);
    tell_hidden(console, str_text(&hidden));
    str_dispose(&hidden);
}

// From here on what differs is new.
static void note_kept(struct console *console)
{
    struct str text = {0};
    describe(console, &text);
    free(console->kept);
    console->kept = str_take(&text);
    console->kept_looked_ms = clock_mono_ms();
}

void kept_load(struct console *console)
{
    char *path = kept_path(console->config);
    struct ini ini = {0};
    struct err_list errors = {0};
    bool there = access(path, F_OK) == 0;
    bool whole = there && ini_read_file(&ini, path, &errors);
    char *version = value_of(&ini, "state", "version");
    if (there && !whole)
        journal_add(
            console->journal, LEVEL_WARN, "",
            "%s; what was arranged before is not read, the console is as at the first start",
            errors.texts[0]);
    else if (there && (version == NULL || strcmp(version, FILE_VERSION) != 0))
        journal_add(console->journal, LEVEL_WARN, "",
                    "%s: written by another version of nocdesk; the console is as at the first "
                    "start",
                    path);
    else if (there)
        arrange(console, &ini);
    free(version);
    err_list_dispose(&errors);
    ini_dispose(&ini);
    free(path);
    note_kept(console);
    path = kept_path(console->config);
    console->kept_writer = kept_writer_new(path);
    free(path);
}

static void whole_file(const char *arranged, struct str *out)
{
    str_append(out, "; What was arranged in the console; written by it. nocdesk reset-state "
                    "removes it.\n[state]\nversion = " FILE_VERSION "\n");
    str_append(out, arranged);
}

// Hands over what is new; false: nothing is.
static bool hand_over(struct console *console)
{
    struct str text = {0}, file = {0};
    describe(console, &text);
    bool changed = console->kept != NULL && strcmp(str_text(&text), console->kept) != 0;
    if (changed) {
        whole_file(str_text(&text), &file);
        kept_writer_put(console->kept_writer, str_text(&file));
        free(console->kept);
        console->kept = str_take(&text);
    }
    str_dispose(&text);
    str_dispose(&file);
    return changed;
}

void kept_tick(struct console *console)
{
    int64_t now = clock_mono_ms();
    struct err err = {0};
    // A list that shows each entry as one comes to it is no choice yet: looked at once it is left.
    if (console->kept_writer == NULL || console->prompt != NULL ||
        now - console->kept_looked_ms < LOOK_EVERY_MS)
        return;
    console->kept_looked_ms = now;
    hand_over(console);
    if (kept_writer_take_fault(console->kept_writer, &err))
        journal_repeat(console->journal, LEVEL_WARN, "", "%s", err.text);
}

bool kept_save(struct console *console, struct err *err)
{
    if (console->kept_writer == NULL) {
        err_set(err, "what was arranged in the console is not kept: no thread could be started");
        return false;
    }
    hand_over(console);
    if (!kept_writer_wait(console->kept_writer, clock_mono_ms() + SAVE_MS)) {
        err_set(err, "what was arranged in the console is not kept: the disk of %s does not answer",
                console->config->state_dir);
        return false;
    }
    return !kept_writer_take_fault(console->kept_writer, err);
}

bool kept_remove(const struct config *config, bool *was_there, struct err *err)
{
    char *path = kept_path(config);
    bool ok = kept_file_remove(path, was_there, err);
    free(path);
    return ok;
}

enum next kept_reset(struct console *console, int argument)
{
    (void)argument;
    for (size_t i = 0; i < console->overview->kinds; i++)
        table_view_reset(console->overview->sections[i]);
    for (size_t i = 0; i < console->pane_count; i++) {
        struct pane *pane = console->panes[i];
        pane_show_all(pane);
        table_view_reset(pane->all);
        pane->variant = model_default_variant(pane->probe);
    }
    overview_set_tiles(console->overview, &console->overview->configured);
    appearance_forget_choice(console);
    console->split = (struct split){.on = false};
    console_choose_hosts(console, "", NULL, NULL);
    console_go(console, console->here);
    note_kept(console);
    journal_answer(console->journal, LEVEL_INFO, "",
                   "sort, columns, filters, hosts, panes, tiles and theme are as at the first "
                   "start");
    if (console->kept_writer != NULL) // what the disk says of it is told by kept_tick()
        kept_writer_remove(console->kept_writer);
    else if (console->player == NULL) // a replay's is not kept
        journal_answer(console->journal, LEVEL_WARN, "",
                       "the file of what was arranged stays: no thread could be started; nocdesk "
                       "reset-state removes it");
    return NEXT_PAINT;
}
