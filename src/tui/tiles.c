// SPDX-License-Identifier: MIT

// Names, arrangements and lines of the overview's tiles.
#include "tui/tiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

static const struct own_tile {
    const char *name, *title, *purpose;
} own_tiles[SECTIONS] = {
    [SECTION_HOSTS] = {"hosts", N_("Hosts"),
                       N_("the hosts with their vital figures, and their packets")},
    [SECTION_ATTENTION] = {"attention", N_("Needs a person"),
                           N_("what is wrong on the chosen hosts, the worst first; always shown")},
    [SECTION_PANES] = {"panes", N_("Panes"),
                       N_("all panes with how many rows are beyond a threshold")},
    [SECTION_JOURNAL] = {"journal", N_("Journal"), N_("what happened, newest first")},
    [SECTION_CHECKLIST] = {"checklist", N_("Checklist"),
                           N_("the open run or the last one: how far, and what is open")},
};

static const struct probe *nth_pane(size_t index)
{
    for (size_t i = 0; probes[i] != NULL; i++)
        if (probes[i]->pane && index-- == 0)
            return probes[i];
    return NULL;
}

size_t tile_kinds(void)
{
    size_t count = SECTIONS;
    while (nth_pane(count - SECTIONS) != NULL)
        count++;
    return count;
}

const struct probe *tile_probe(size_t kind)
{
    return kind < SECTIONS ? NULL : nth_pane(kind - SECTIONS);
}

const char *tile_name(size_t kind)
{
    return kind < SECTIONS ? own_tiles[kind].name : tile_probe(kind)->schema->name;
}

const char *tile_title(size_t kind)
{
    return kind < SECTIONS ? own_tiles[kind].title : tile_probe(kind)->title;
}

const char *tile_purpose(size_t kind)
{
    return kind < SECTIONS ? own_tiles[kind].purpose : tile_probe(kind)->purpose;
}

long tile_find(const char *name)
{
    size_t count = tile_kinds();
    for (size_t kind = 0; kind < count; kind++)
        if (strcmp(tile_name(kind), name) == 0)
            return (long)kind;
    return -1;
}

static void fault_unknown(const char *name, struct err *err)
{
    size_t count = tile_kinds();
    const char **names = mem_array(count, sizeof *names);
    for (size_t kind = 0; kind < count; kind++)
        names[kind] = tile_name(kind);
    const char *nearest = ini_nearest(name, names, count);
    if (nearest != NULL)
        err_set(err, "no tile is called \"%s\"; did you mean %s?", name, nearest);
    else
        err_set(err,
                "no tile is called \"%s\"; there are hosts, attention, panes, journal, checklist "
                "and the names of the panes",
                name);
    free(names);
}

// One word of an arrangement; it is cut in place.
static bool parse_word(char *word, struct tiles *tiles, struct err *err)
{
    struct tile tile = {.beside = word[0] == '+'};
    char *name = word + tile.beside, *rows = strchr(name, ':'), *end = NULL;
    if (rows != NULL) {
        *rows++ = '\0';
        long value = strtol(rows, &end, 10);
        if (end == rows || *end != '\0' || value < 1 || value > TILE_ROWS_MAX) {
            err_set(err, "\"%s:%s\": how many rows it shows is a number from 1 to %d", name, rows,
                    TILE_ROWS_MAX);
            return false;
        }
        tile.rows = (int)value;
    }
    long kind = tile_find(name);
    if (kind < 0) {
        fault_unknown(name, err);
        return false;
    }
    tile.kind = (size_t)kind;
    if (tiles_place(tiles, tile.kind) >= 0) {
        err_set(err, "the tile %s is named twice; keep one", name);
        return false;
    }
    if (tiles->count == TILES_MAX) {
        err_set(err, "an overview has at most %d tiles; leave some out", TILES_MAX);
        return false;
    }
    tile.beside = tile.beside && tiles->count > 0;
    tiles->items[tiles->count++] = tile;
    return true;
}

bool tiles_parse(const char *text, struct tiles *out, struct err *err)
{
    char *words = mem_strdup(text), *rest = NULL;
    struct tiles tiles = {.count = 0};
    bool ok = true;
    for (char *word = strtok_r(words, " \t", &rest); ok && word != NULL;
         word = strtok_r(NULL, " \t", &rest))
        ok = parse_word(word, &tiles, err);
    free(words);
    if (ok && tiles.count == 0) {
        err_set(err, "no tile is named; there are hosts, attention, panes, journal, checklist and "
                     "the names of the panes");
        ok = false;
    } else if (ok && !tiles_show(&tiles, SECTION_ATTENTION)) {
        err_set(err, "an overview has at most %d tiles; leave some out", TILES_MAX);
        ok = false;
    }
    if (ok)
        *out = tiles;
    return ok;
}

void tiles_format(const struct tiles *tiles, struct str *out)
{
    for (size_t i = 0; i < tiles->count; i++) {
        const struct tile *tile = &tiles->items[i];
        str_appendf(out, "%s%s%s", i > 0 ? " " : "", tile->beside ? "+" : "",
                    tile_name(tile->kind));
        if (tile->rows > 0)
            str_appendf(out, ":%d", tile->rows);
    }
}

bool tiles_equal(const struct tiles *left, const struct tiles *right)
{
    bool equal = left->count == right->count;
    for (size_t i = 0; equal && i < left->count; i++)
        equal = left->items[i].kind == right->items[i].kind &&
                left->items[i].rows == right->items[i].rows &&
                left->items[i].beside == right->items[i].beside;
    return equal;
}

long tiles_place(const struct tiles *tiles, size_t kind)
{
    for (size_t i = 0; i < tiles->count; i++)
        if (tiles->items[i].kind == kind)
            return (long)i;
    return -1;
}

bool tiles_show(struct tiles *tiles, size_t kind)
{
    if (tiles_place(tiles, kind) >= 0)
        return true;
    if (tiles->count == TILES_MAX)
        return false;
    tiles->items[tiles->count++] = (struct tile){.kind = kind};
    return true;
}

bool tiles_hide(struct tiles *tiles, size_t kind)
{
    long place = tiles_place(tiles, kind);
    if (place < 0 || kind == SECTION_ATTENTION)
        return false;
    tiles->count--;
    memmove(&tiles->items[place], &tiles->items[place + 1],
            (tiles->count - (size_t)place) * sizeof *tiles->items);
    tiles->items[0].beside = false;
    return true;
}

// What stands beside what is a matter of the places, not of the tiles.
bool tiles_move(struct tiles *tiles, size_t kind, int places)
{
    long from = tiles_place(tiles, kind), to = from + places;
    if (from < 0 || to < 0 || to >= (long)tiles->count)
        return false;
    struct tile tile = tiles->items[from], other = tiles->items[to];
    tiles->items[to] = tile;
    tiles->items[from] = other;
    tiles->items[to].beside = other.beside;
    tiles->items[from].beside = tile.beside;
    return true;
}

static const struct layout layouts[] = {
    {"standard", "hosts attention +panes", N_("the hosts, what needs a person, the panes")},
    {"attack", "attention:6 flood hosts:4 bans:6 +audit:6 firewall:4",
     N_("under attack: who sends, who is banned, what was done, what the firewall drops")},
    {"calls", "attention:5 hosts:4 gateways calls:8 +alarms:8",
     N_("calls, and how gateways complete them")},
    {"fleet", "hosts attention alarms:6 +health:6",
     N_("many hosts: all of them first, then alarms and the machines")},
    {"calm", "attention hosts", N_("what needs a person and the hosts, nothing else")},
};
#define LAYOUT_COUNT (sizeof layouts / sizeof *layouts)

bool layout_at(const struct config *config, size_t index, struct layout *out)
{
    if (index < LAYOUT_COUNT) {
        *out = layouts[index];
        return true;
    }
    index -= LAYOUT_COUNT;
    if (index >= config->layout_count)
        return false;
    const struct layout_config *own = &config->layouts[index];
    *out = (struct layout){own->name, own->tiles, own->tiles};
    return true;
}

// An operator's own goes before a shipped one of the same name.
bool layout_find(const struct config *config, const char *name, struct layout *out)
{
    struct layout layout;
    bool found = false;
    for (size_t i = 0; layout_at(config, i, &layout); i++)
        if (strcmp(layout.name, name) == 0) {
            *out = layout;
            found = true;
        }
    return found;
}

static void fault_unknown_layout(const struct config *config, const char *name, struct err *err)
{
    struct str names = {0};
    struct layout layout;
    for (size_t i = 0; layout_at(config, i, &layout); i++)
        str_appendf(&names, "%s%s", i > 0 ? ", " : "", layout.name);
    err_set(err, "[overview]: no layout is called \"%s\"; there are %s", name, str_text(&names));
    str_dispose(&names);
}

bool layout_configured(const struct config *config, struct tiles *out, struct err *err)
{
    const struct overview_config *overview = &config->overview;
    bool own = overview->tiles != NULL && overview->tiles[0] != '\0';
    const char *name = overview->layout != NULL && overview->layout[0] != '\0' ? overview->layout
                                                                               : layouts[0].name;
    struct layout layout;
    struct err why = {0};
    tiles_parse(layouts[0].tiles, out, NULL);
    if (own) {
        if (tiles_parse(overview->tiles, out, &why))
            return true;
        err_set(err, "[overview]: %s", why.text);
        return false;
    }
    if (!layout_find(config, name, &layout)) {
        fault_unknown_layout(config, name, err);
        return false;
    }
    if (tiles_parse(layout.tiles, out, &why))
        return true;
    err_set(err, "[layout %s]: %s", name, why.text);
    return false;
}

static void take(int *lines, int least, int *excess)
{
    int spare = *lines > least ? *lines - least : 0;
    int taken = *excess < spare ? *excess : spare;
    *lines -= taken;
    *excess -= taken;
}

static void take_others(const struct tile_band *bands, size_t count, int least, int *lines,
                        int *excess)
{
    for (size_t i = count; i > 0; i--)
        if (!bands[i - 1].focus)
            take(&lines[i - 1], least >= 0 ? least : bands[i - 1].least, excess);
}

// Lines that are left show more rows of those that stand, then go to the heir.
static void give(const struct tile_band *bands, size_t count, int *lines, size_t heir, int spare)
{
    for (size_t i = 0; i < count; i++) {
        int more = lines[i] > 0 ? bands[i].whole - lines[i] : 0;
        more = more < spare ? more : spare;
        lines[i] += more > 0 ? more : 0;
        spare -= more > 0 ? more : 0;
    }
    lines[heir] += spare;
}

static int least_of(const struct tile_band *band)
{
    return band->wanted < TILE_LEAST_LINES ? band->wanted : TILE_LEAST_LINES;
}

// A heading without a row says nothing: what has no more gives way, and the first of those come
// back as far as their lines go. The rest is the heir's.
static void drop_empty(const struct tile_band *bands, size_t count, int *lines, size_t heir)
{
    int spare = 0;
    for (size_t i = 0; i < count; i++) {
        if (bands[i].focus || lines[i] >= least_of(&bands[i]))
            continue;
        spare += lines[i];
        lines[i] = 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (lines[i] > 0 || bands[i].focus || bands[i].yields || least_of(&bands[i]) > spare)
            continue;
        lines[i] = least_of(&bands[i]);
        spare -= lines[i];
    }
    give(bands, count, lines, heir, spare);
}

void tiles_share(const struct tile_band *bands, size_t count, int height, int *lines)
{
    int excess = -height;
    size_t heir = 0, focus = 0;
    for (size_t i = 0; i < count; i++) {
        lines[i] = bands[i].wanted;
        excess += lines[i];
        heir = bands[i].heir ? i : heir;
        focus = bands[i].focus ? i : focus;
    }
    if (excess <= 0) {
        give(bands, count, lines, heir, -excess);
        return;
    }
    for (size_t i = count; i > 0; i--)
        if (bands[i - 1].yields && !bands[i - 1].focus)
            take(&lines[i - 1], 0, &excess);
    take_others(bands, count, -1, lines, &excess);
    take(&lines[focus], TILE_LEAST_LINES + 2, &excess);
    take_others(bands, count, 1, lines, &excess);
    take_others(bands, count, 0, lines, &excess);
    take(&lines[focus], 0, &excess);
    drop_empty(bands, count, lines, lines[heir] < least_of(&bands[heir]) ? focus : heir);
}
