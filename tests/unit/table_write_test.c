// SPDX-License-Identifier: MIT

// The writers: what people and machines get, and that hostile text stays text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table_samples.h"

#include "base/text.h"
#include "table/write.h"

typedef void write_function(FILE *out, struct view *view, const struct write_options *options);

static char *written(write_function *write, const struct table *table,
                     const struct write_options *options, size_t *len)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, &table, 1);
    write(out, view, options);
    view_free(view);
    fclose(out);
    if (len != NULL)
        *len = size;
    return text;
}

static void assert_written(write_function *write, const struct table *table,
                           struct write_options options, const char *expected)
{
    options.now_ms = SAMPLE_NOW_MS;
    char *text = written(write, table, &options, NULL);
    assert_string_equal(text, expected);
    free(text);
}

static const struct table *sample_table(void)
{
    struct table *table = table_new(&sample_schema);
    size_t row = sample_add(table, "sw1", "CARRIER-A");
    table_set_text(table, row, COL_SEVERITY, "critical");
    table_set_level(table, row, COL_SEVERITY, LEVEL_CRIT);
    table_set_text(table, row, COL_IP, "203.0.113.9");
    table_set_int(table, row, COL_ONLINE, 1);
    table_set_int(table, row, COL_CALLS, 1234);
    table_set_real(table, row, COL_LOAD, 0.345678);
    table_set_real(table, row, COL_ASR, 41.2);
    table_set_level(table, row, COL_ASR, LEVEL_WARN);
    table_set_int(table, row, COL_BEGIN, SAMPLE_NOW_MS - 13493000);
    table_set_real(table, row, COL_DURATION, 3723);
    table_set_real(table, row, COL_PDD, 250.5);
    table_set_int(table, row, COL_BYTES, 1536);
    row = sample_add(table, "sw22", "\xe5\x8c\x97\xe4\xba\xac, \"B\"");
    table_set_real(table, row, COL_ASR, 100);
    return table_seal(table);
}

static void text_is_aligned_and_unknown_is_a_dash(void **state)
{
    (void)state;
    const struct table *table = sample_table();
    assert_written(
        write_text, table, (struct write_options){0},
        "Host  Gateway    Severity     IP           Online  Calls  Load   ASR %  Begin     "
        "Duration  PDD ms    Bytes\n"
        "sw1   CARRIER-A  critical !!  203.0.113.9  yes     1,234  0.35  ! 41.2  08:15:07   "
        "1:02:03     251  1.5 KiB\n"
        "sw22  北京, \"B\"  –            –            –           –     –   100.0  –         "
        "       –       –        –\n");
    table_unref(table);
}

static void a_narrow_window_hides_columns_then_shortens_text(void **state)
{
    (void)state;
    const struct table *table = sample_table();
    assert_written(write_text, table, (struct write_options){.width = 60},
                   "Host  Gateway    Severity     IP           Calls   ASR %\n"
                   "sw1   CARRIER-A  critical !!  203.0.113.9  1,234  ! 41.2\n"
                   "sw22  北京, \"B\"  –            –                –   100.0\n");
    assert_written(write_text, table, (struct write_options){.width = 18},
                   "Host  Gate…  Calls\n"
                   "sw1   CARR…  1,234\n"
                   "sw22  北京…      –\n");
    assert_written(write_text, table, (struct write_options){.width = 17},
                   "Host  Gat…  Calls\n"
                   "sw1   CAR…  1,234\n"
                   "sw22  北…       –\n");
    table_unref(table);
}

static void levels_are_coloured_when_asked(void **state)
{
    (void)state;
    const struct table *table = sample_table();
    struct write_options options = {.colour = true, .now_ms = SAMPLE_NOW_MS, .limit = 1};
    char *text = written(write_text, table, &options, NULL);
    assert_non_null(strstr(text, "\x1b[1;31mcritical\x1b[0m \x1b[1;31m!!\x1b[0m  "));
    assert_non_null(strstr(text, "\x1b[33m!\x1b[0m \x1b[33m41.2\x1b[0m"));
    assert_non_null(strstr(text, "\x1b[1mGateway\x1b[0m"));
    assert_null(strstr(text, "sw22"));
    free(text);
    table_unref(table);
}

static void no_rows_are_headings_alone(void **state)
{
    (void)state;
    struct table *table = table_new(&sample_schema);
    table_seal(table);
    char *text = written(write_text, table, &(struct write_options){0}, NULL);
    assert_ptr_equal(strchr(text, '\n') + 1, text + strlen(text));
    free(text);
    assert_written(write_csv, table, (struct write_options){0},
                   "host,gateway,severity,ip,online,calls,load,asr_pct,begin,duration_s,pdd_ms,"
                   "bytes\r\n");
    table_unref(table);
}

static void csv_is_that_of_the_rfc(void **state)
{
    (void)state;
    const struct table *table = sample_table();
    assert_written(write_csv, table, (struct write_options){0},
                   "host,gateway,severity,ip,online,calls,load,asr_pct,begin,duration_s,pdd_ms,"
                   "bytes\r\n"
                   "sw1,CARRIER-A,critical,203.0.113.9,yes,1234,0.346,41.2,2026-11-20T08:15:07Z,"
                   "3723,250.5,1536\r\n"
                   "sw22,\"北京, \"\"B\"\"\",,,,,,100,,,,\r\n");
    table_unref(table);
}

static void csv_keeps_what_is_data(void **state)
{
    (void)state;
    struct table *table = table_new(&sample_schema);
    sample_add(table, "=1+1", "two\nlines\r\nand\ta tab");
    table_seal(table);
    char *text = written(write_csv, table, &(struct write_options){0}, NULL);
    assert_non_null(strstr(text, "\r\n=1+1,\"two\nlines\r\nand\ta tab\",,"));
    free(text);
    table_unref(table);
}

static char *json_text(const struct table *table, size_t limit)
{
    struct view *view = view_new(&sample_schema);
    view_set_tables(view, &table, 1);
    json_t *rows = write_json_rows(view, &(struct write_options){.limit = limit});
    char *text = json_dumps(rows, WRITE_JSON_FLAGS | JSON_COMPACT);
    json_decref(rows);
    view_free(view);
    return text;
}

static void json_cells_have_their_types(void **state)
{
    (void)state;
    const struct table *table = sample_table();
    char *text = json_text(table, 0);
    assert_string_equal(
        text, "[{\"host\":\"sw1\",\"gateway\":\"CARRIER-A\",\"severity\":\"critical\","
              "\"ip\":\"203.0.113.9\",\"online\":true,\"calls\":1234,\"load\":0.346,"
              "\"asr_pct\":41.2,\"begin\":\"2026-11-20T08:15:07Z\",\"duration_s\":3723,"
              "\"pdd_ms\":250.5,\"bytes\":1536},"
              "{\"host\":\"sw22\",\"gateway\":\"北京, \\\"B\\\"\",\"severity\":null,\"ip\":null,"
              "\"online\":null,\"calls\":null,\"load\":null,\"asr_pct\":100,\"begin\":null,"
              "\"duration_s\":null,\"pdd_ms\":null,\"bytes\":null}]");
    free(text);
    text = json_text(table, 1);
    assert_null(strstr(text, "sw22"));
    free(text);
    table_unref(table);
}

static void json_keeps_every_integer(void **state)
{
    (void)state;
    struct table *table = table_new(&sample_schema);
    size_t row = sample_add(table, "sw1", "");
    table_set_int(table, row, COL_CALLS, INT64_MIN);
    table_set_int(table, row, COL_BYTES, INT64_MAX);
    table_set_real(table, row, COL_LOAD, 1e300);
    table_set_real(table, row, COL_ASR, -0.0001);
    table_seal(table);
    char *text = json_text(table, 0);
    assert_non_null(strstr(text, "\"calls\":-9223372036854775808,"));
    assert_non_null(strstr(text, "\"bytes\":9223372036854775807}"));
    assert_non_null(strstr(text, "\"load\":1e300,"));
    assert_non_null(strstr(text, "\"asr_pct\":0,"));
    free(text);
    table_unref(table);
}

static void formats_are_known_by_name(void **state)
{
    (void)state;
    enum format format;
    assert_true(format_parse("json", &format));
    assert_int_equal(format, FORMAT_JSON);
    assert_true(format_parse("csv", &format) && format == FORMAT_CSV);
    assert_true(format_parse("text", &format) && format == FORMAT_TEXT);
    assert_false(format_parse("JSON", &format));
    assert_false(format_parse("", &format));
}

static const struct table *hostile_table(void)
{
    static const char nul[] = "before\0after";
    static const char *const texts[] = {
        "\x1b[2J\x1b[31mred\x1b]0;title\x07",
        "\x9b[31m\x90q\x9c",
        "\xc2\x9b"
        "31mC1",
        "\xff\xfe\xc3(\xe2\x82",
        "\xe2\x80\xae"
        "evil\xe2\x81\xa6",
        "zero\xe2\x80\x8bwidth\xef\xbb\xbf",
        "a\tb\nc\rd\be",
        "\x7f\x01\x02",
        "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
        "line\xe2\x80\xa8separator",
        "\xf0\x9f\x98\x80\xe5\x8c\x97",
        "  trailing   ",
        ",\"\r\n;",
    };
    struct table *table = table_new(&sample_schema);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t row = sample_add(table, "sw1", texts[i]);
        table_set_text(table, row, COL_SEVERITY, texts[i]);
        table_set_text(table, row, COL_IP, texts[i]);
        table_set_level(table, row, COL_IP, (enum level)(i % (LEVEL_CRIT + 1)));
    }
    table_set_bytes(table, sample_add(table, "sw2", ""), COL_GATEWAY, nul, sizeof nul - 1);
    char *huge = mem_alloc(10241);
    for (size_t i = 0; i < 10240; i++)
        huge[i] = "x\x1b\xff\xe5"[i % 4];
    table_set_text(table, sample_add(table, "sw3", ""), COL_GATEWAY, huge);
    free(huge);
    return table_seal(table);
}

// Nothing in text but printable characters, and of the controls only those allowed.
static void assert_harmless(const char *text, size_t len, const char *allowed, bool marks_too)
{
    for (size_t at = 0, bytes; at < len; at += bytes) {
        int code = text_decode(text + at, len - at, &bytes);
        bool control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
        bool mark = code == 0x200b || code == 0xfeff || (code >= 0x2028 && code <= 0x202e) ||
                    (code >= 0x2066 && code <= 0x2069);
        if ((control && (code <= 0 || strchr(allowed, code) == NULL)) || (mark && marks_too))
            fail_msg("byte %zu is U+%04X", at, (unsigned)code);
    }
}

static void hostile_text_is_harmless_and_aligned_as_text(void **state)
{
    (void)state;
    const struct table *table = hostile_table();
    static const int widths[] = {0, 20, 40, 80, 200};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        size_t len, lines = 0;
        char *text = written(write_text, table, &(struct write_options){.width = widths[i]}, &len);
        assert_harmless(text, len, "\n", true);
        for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
            *end = '\0';
            lines++;
            assert_true(end == line || end[-1] != ' ');
            if (widths[i] > 0 && text_width(line) > widths[i])
                fail_msg("%d columns in %d: %s", text_width(line), widths[i], line);
        }
        assert_int_equal(lines, 1 + table_rows(table));
        free(text);
    }
    table_unref(table);
}

static void text_without_a_terminal_is_not_cut(void **state)
{
    (void)state;
    const struct table *table = hostile_table();
    size_t len;
    char *text = written(write_text, table, &(struct write_options){0}, &len);
    assert_null(strstr(text, "\xe2\x80\xa6"));
    const char *row = strstr(text, "sw3");
    assert_true(text_width(row) > 10240);    // every byte is seen,
    assert_true(len < 10240 * 3 + 20 * 400); // but widens no other row
    free(text);
    table_unref(table);
}

static void hostile_text_is_harmless_as_csv(void **state)
{
    (void)state;
    const struct table *table = hostile_table();
    size_t len, fields = 0, records = 0;
    char *text = written(write_csv, table, &(struct write_options){0}, &len);
    assert_harmless(text, len, "\t\n\r", false);
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        quoted = quoted != (text[i] == '"');
        fields += !quoted && text[i] == ',';
        if (quoted || text[i] != '\n')
            continue;
        assert_int_equal(text[i - 1], '\r');
        assert_int_equal(fields, COL_COUNT - 1);
        fields = 0;
        records++;
    }
    assert_int_equal(records, 1 + table_rows(table));
    assert_non_null(strstr(text, "before\xef\xbf\xbd"
                                 "after"));
    free(text);
    table_unref(table);
}

static void hostile_text_is_harmless_as_json(void **state)
{
    (void)state;
    const struct table *table = hostile_table();
    char *text = json_text(table, 0);
    assert_harmless(text, strlen(text), "", false);
    json_error_t error;
    json_t *rows = json_loads(text, 0, &error);
    assert_non_null(rows);
    assert_int_equal(json_array_size(rows), table_rows(table));
    json_t *first = json_array_get(rows, 0);
    assert_string_equal(
        json_string_value(json_object_get(first, "gateway")),
        "\x1b[2J\x1b[31mred\x1b]0;title\x07"); // escaped in the document, whole as data
    json_t *nul = json_array_get(rows, table_rows(table) - 2);
    assert_string_equal(json_string_value(json_object_get(nul, "gateway")), "before\xef\xbf\xbd"
                                                                            "after");
    json_decref(rows);
    free(text);
    table_unref(table);
}

int main(void)
{
    sample_use_utc();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_aligned_and_unknown_is_a_dash),
        cmocka_unit_test(a_narrow_window_hides_columns_then_shortens_text),
        cmocka_unit_test(levels_are_coloured_when_asked),
        cmocka_unit_test(no_rows_are_headings_alone),
        cmocka_unit_test(csv_is_that_of_the_rfc),
        cmocka_unit_test(csv_keeps_what_is_data),
        cmocka_unit_test(json_cells_have_their_types),
        cmocka_unit_test(json_keeps_every_integer),
        cmocka_unit_test(formats_are_known_by_name),
        cmocka_unit_test(hostile_text_is_harmless_and_aligned_as_text),
        cmocka_unit_test(text_without_a_terminal_is_not_cut),
        cmocka_unit_test(hostile_text_is_harmless_as_csv),
        cmocka_unit_test(hostile_text_is_harmless_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
