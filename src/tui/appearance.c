// SPDX-License-Identifier: MIT

// Themes and key sets at run time.
#include "tui/appearance.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/xdg.h"
#include "tui/resource.h"
#include "tui/screen.h"
#include "tui/state.h"

#define LINES_MAX 12

static void watch_folder(int fd, const char *folder)
{
    char *path = xdg_config_path(folder);
    // A folder that is not there has nothing to read again.
    (void)inotify_add_watch(fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE);
    free(path);
}

bool appearance_load(struct console *console, const char *theme, const char *keymap,
                     struct err_list *errors, struct err_list *notes)
{
    struct appearance *appearance = &console->appearance;
    appearance->theme = mem_strdup(theme != NULL && theme[0] != '\0' ? theme : "default");
    appearance->first = mem_strdup(appearance->theme);
    appearance->keymap = mem_strdup(keymap != NULL && keymap[0] != '\0' ? keymap : "default");
    bool ok = theme_load(&console->theme, appearance->theme, errors);
    ok = keymap_load(&console->keymap, appearance->keymap, console->config, errors, notes) && ok;
    keymap_set_replay(console->keymap, console->player != NULL);
    appearance->watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (appearance->watch_fd >= 0) {
        watch_folder(appearance->watch_fd, "themes");
        watch_folder(appearance->watch_fd, "keymaps");
    }
    return ok;
}

void appearance_dispose(struct appearance *appearance)
{
    free(appearance->theme);
    free(appearance->first);
    free(appearance->chosen);
    free(appearance->keymap);
    if (appearance->watch_fd >= 0)
        close(appearance->watch_fd);
}

// Faults answer what the operator has just done.
static void tell_faults(struct console *console, struct err_list *errors)
{
    for (size_t i = errors->count; i > 0; i--)
        journal_answer(console->journal, LEVEL_WARN, "", "%s", errors->texts[i - 1]);
    err_list_dispose(errors);
}

static void tell_notes(struct console *console, struct err_list *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        journal_add(console->journal, LEVEL_NONE, "", "%s", notes->texts[i]);
    err_list_dispose(notes);
}

// On a fault what is shown stays.
static bool show_theme(struct console *console, const char *name)
{
    struct theme theme = {0};
    struct err_list errors = {0};
    bool ok = theme_load(&theme, name, &errors);
    if (ok) {
        console->theme = theme;
        screen_set_theme(&console->theme);
    }
    tell_faults(console, &errors);
    return ok;
}

static bool take_keymap(struct console *console, const char *name)
{
    struct keymap *keymap;
    struct err_list errors = {0}, notes = {0};
    bool ok = keymap_load(&keymap, name, console->config, &errors, &notes);
    if (ok) {
        keymap_free(console->keymap);
        console->keymap = keymap;
        keymap_set_replay(keymap, console->player != NULL);
        console->pressed = (struct chord_keys){.count = 0};
        tell_notes(console, &notes);
    } else {
        keymap_free(keymap);
        err_list_dispose(&notes);
    }
    tell_faults(console, &errors);
    return ok;
}

enum next appearance_reload(struct console *console, int argument)
{
    (void)argument;
    const struct appearance *appearance = &console->appearance;
    bool theme = show_theme(console, appearance->theme);
    bool keymap = take_keymap(console, appearance->keymap);
    if (theme && keymap)
        journal_add(console->journal, LEVEL_INFO, "",
                    "the theme %s and the key set %s are read again", appearance->theme,
                    appearance->keymap);
    return NEXT_PAINT;
}

static bool is_ours(const struct appearance *appearance, const char *file)
{
    size_t len = strcspn(file, ".");
    if (strcmp(file + len, ".ini") != 0)
        return false;
    return (strlen(appearance->theme) == len && strncmp(appearance->theme, file, len) == 0) ||
           (strlen(appearance->keymap) == len && strncmp(appearance->keymap, file, len) == 0);
}

void appearance_take_changes(struct console *console)
{
    _Alignas(struct inotify_event) char buffer[4096];
    bool changed = false;
    ssize_t got;
    while ((got = read(console->appearance.watch_fd, buffer, sizeof buffer)) > 0) {
        for (const char *at = buffer; at < buffer + got;) {
            const struct inotify_event *event = (const void *)at;
            changed |= event->len > 0 && is_ours(&console->appearance, event->name);
            at += sizeof *event + event->len;
        }
    }
    if (changed)
        appearance_reload(console, 0);
}

// The index-th theme with the typed text in its name: its bytes, *len of them; NULL: there are no
// more.
static const char *nth_theme(const struct prompt *prompt, int index, int *len)
{
    const char *file;
    for (size_t i = 0; (file = theme_shipped(i)) != NULL; i++) {
        *len = (int)strcspn(file, ".");
        char *name = mem_strndup(file, (size_t)*len);
        bool fits = strcasestr(name, line_edit_text(&prompt->line)) != NULL;
        free(name);
        if (fits && index-- == 0)
            return file;
    }
    return NULL;
}

static int count_themes(const struct prompt *prompt)
{
    int count = 0, len;
    while (nth_theme(prompt, count, &len) != NULL)
        count++;
    return count;
}

static void show_chosen(struct console *console, struct prompt *prompt)
{
    int len, count = count_themes(prompt);
    prompt->chosen = prompt->chosen >= count ? count - 1 : prompt->chosen;
    prompt->chosen = prompt->chosen < 0 ? 0 : prompt->chosen;
    const char *file = nth_theme(prompt, prompt->chosen, &len);
    if (file == NULL)
        return;
    char *name = mem_strndup(file, (size_t)len);
    show_theme(console, name);
    free(name);
}

static void choose(struct appearance *appearance, const char *name)
{
    char *copy = mem_strdup(name);
    free(appearance->chosen);
    appearance->chosen = copy;
}

static void use(struct appearance *appearance, const char *name)
{
    char *copy = mem_strdup(name);
    free(appearance->theme);
    appearance->theme = copy;
}

static bool theme_accept(struct console *console, struct prompt *prompt)
{
    int len;
    const char *file = nth_theme(prompt, prompt->chosen, &len);
    char *name = file != NULL ? mem_strndup(file, (size_t)len)
                              : mem_strdup(line_edit_text(&prompt->line)); // one of the user's own
    bool ok = show_theme(console, name);
    if (ok) {
        use(&console->appearance, name);
        choose(&console->appearance, name);
        journal_add(console->journal, LEVEL_INFO, "",
                    "theme %s from now on, also at the next start; :reset-state leads back to that "
                    "of the configuration",
                    name);
    }
    free(name);
    return ok;
}

static void theme_cancel(struct console *console, struct prompt *prompt)
{
    (void)prompt;
    show_theme(console, console->appearance.theme);
}

void appearance_take_kept(struct console *console, const char *name)
{
    struct appearance *appearance = &console->appearance;
    choose(appearance, name);
    if (!appearance->asked && show_theme(console, name))
        use(appearance, name);
}

void appearance_forget_choice(struct console *console)
{
    struct appearance *appearance = &console->appearance;
    free(appearance->chosen);
    appearance->chosen = NULL;
    if (show_theme(console, appearance->first))
        use(appearance, appearance->first);
}

static int theme_lines(struct console *console, struct prompt *prompt, int width)
{
    (void)console;
    (void)width;
    int count = count_themes(prompt);
    return count < LINES_MAX ? count : LINES_MAX;
}

static int theme_draw(struct console *console, struct prompt *prompt, struct area area)
{
    (void)console;
    int first = prompt->chosen >= area.height ? prompt->chosen - area.height + 1 : 0;
    for (int line = 0; line < area.height; line++) {
        int len;
        const char *file = nth_theme(prompt, first + line, &len);
        if (file == NULL)
            break;
        enum role role = first + line == prompt->chosen ? ROLE_CURSOR : ROLE_TEXT;
        draw_fill(area.top + line, area.left, area.width, role);
        draw_textf(area.top + line, area.left + 2, area.width - 4, role, "%.*s", len, file);
    }
    return area.height;
}

static const struct prompt_class theme_class = {
    .label = N_("theme:"),
    .help = N_("Up and Down show each, Enter takes it, Esc leaves the one before"),
    .changed = show_chosen,
    .chose = show_chosen,
    .accept = theme_accept,
    .cancel = theme_cancel,
    .lists = true,
    .draw_above = theme_draw,
    .lines_above = theme_lines,
};

enum next appearance_choose_theme(struct console *console, int argument)
{
    (void)argument;
    console_open_prompt(console, &theme_class, "");
    int len;
    const char *file;
    for (int i = 0; (file = nth_theme(console->prompt, i, &len)) != NULL; i++)
        if (strncmp(file, console->appearance.theme, (size_t)len) == 0 &&
            console->appearance.theme[len] == '\0')
            console->prompt->chosen = i;
    return NEXT_PAINT;
}
