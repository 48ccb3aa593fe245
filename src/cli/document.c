// SPDX-License-Identifier: MIT

// Reports to standard output and into files.
#include "cli/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "cli/cli.h"

static void write_report(struct str *out, const struct report *report, enum format format)
{
    char *document;
    json_t *root;
    switch (format) {
    case FORMAT_JSON:
        root = report_json(report);
        document = json_dumps(root, WRITE_JSON_FLAGS);
        str_append(out, document != NULL ? document : "");
        str_append_char(out, '\n');
        free(document);
        json_decref(root);
        break;
    case FORMAT_MARKDOWN:
        report_markdown(out, report);
        break;
    case FORMAT_HTML:
        report_html(out, report);
        break;
    default:
        report_text(out, report);
    }
}

// The form that a file's name asks for.
static enum format format_of_file(const char *path)
{
    static const struct {
        const char *ending;
        enum format format;
    } endings[] = {
        {".json", FORMAT_JSON},
        {".md", FORMAT_MARKDOWN},
        {".html", FORMAT_HTML},
        {".htm", FORMAT_HTML},
    };
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i].ending);
        if (len > ending && strcmp(path + len - ending, endings[i].ending) == 0)
            return endings[i].format;
    }
    return FORMAT_TEXT;
}

bool document_save(const char *path, const struct report *report)
{
    struct str text = {0};
    struct err err = {0};
    write_report(&text, report, format_of_file(path));
    bool written = file_replace(path, str_text(&text), &err);
    if (!written)
        cli_complain("--report %s: cannot be written: %s", path, err.text);
    str_dispose(&text);
    return written;
}

void document_print(const struct report *report, enum format format)
{
    struct str out = {0};
    write_report(&out, report, format);
    fputs(str_text(&out), stdout);
    str_dispose(&out);
}
