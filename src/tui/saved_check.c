// SPDX-License-Identifier: MIT

// Parses what is saved under names as it would be when it is used.
#include "tui/saved_check.h"

#include <string.h>

#include "probe/probe.h"
#include "table/filter.h"
#include "tui/host_table.h"
#include "tui/tiles.h"

static void fault(const struct config *config, int line, struct err_list *errors, const char *text)
{
    struct ini_place place = {config->path, line};
    if (config->path != NULL && line > 0)
        ini_fault(errors, &place, "%s", text);
    else
        err_list_add(errors, "%s", text);
}

static void check_filter(const struct config *config, const struct filter_config *saved,
                         struct err_list *errors)
{
    bool hosts = strcmp(saved->pane, host_table_schema.name) == 0;
    const struct probe *probe = hosts ? NULL : probe_find(saved->pane);
    const char *option = "pane";
    struct err err = {0}, why = {0};
    struct filter *filter = NULL;
    size_t position = 0;
    if (!hosts && (probe == NULL || !probe->pane)) {
        err_set(&err, "[filter %s]: no pane is called %s", saved->name, saved->pane);
    } else if (!filter_parse(saved->expression, hosts ? &host_table_schema : probe->schema, &filter,
                             &position, &why)) {
        option = "rows";
        err_set(&err, "[filter %s]: %s", saved->name, why.text);
    }
    filter_free(filter);
    if (err.text[0] != '\0')
        fault(config, config_option_line(&config_section_filter, saved, option), errors, err.text);
}

static void check_overview(const struct config *config, struct err_list *errors)
{
    const struct overview_config *overview = &config->overview;
    bool own = overview->tiles != NULL && overview->tiles[0] != '\0';
    struct tiles tiles;
    struct layout layout;
    struct err err = {0};
    // A layout of the operator's that is broken is said where it stands.
    if (layout_configured(config, &tiles, &err) ||
        (!own && layout_find(config, overview->layout, &layout)))
        return;
    fault(config, config_option_line(&config_section_overview, overview, own ? "tiles" : "layout"),
          errors, err.text);
}

void saved_check(const struct config *config, struct err_list *errors)
{
    for (size_t i = 0; i < config->filter_count; i++)
        check_filter(config, &config->filters[i], errors);
    for (size_t i = 0; i < config->layout_count; i++) {
        const struct layout_config *layout = &config->layouts[i];
        struct tiles tiles;
        struct err err = {0}, why = {0};
        if (tiles_parse(layout->tiles, &tiles, &why))
            continue;
        err_set(&err, "[layout %s]: %s", layout->name, why.text);
        fault(config, config_option_line(&config_section_layout, layout, "tiles"), errors,
              err.text);
    }
    check_overview(config, errors);
}
