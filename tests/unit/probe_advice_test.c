// SPDX-License-Identifier: MIT

// What a profile advises about a row, and the faults of such sections.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/advice.h"
#include "probe/probe.h"

static struct profile *load(const char *text)
{
    struct ini more = {0};
    struct err_list errors = {0};
    struct profile *profile;
    ini_read_text(&more, "test.ini", text, strlen(text), &errors);
    assert_true(profile_load("vos3000", &more, &profile, &errors));
    assert_int_equal(errors.count, 0);
    ini_dispose(&more);
    err_list_dispose(&errors);
    return profile;
}

static const char *about_gateway(const struct profile *profile, const char *column, int64_t value)
{
    const struct schema *schema = probe_gateways.schema;
    struct table *table = table_new(schema);
    table_add_row(table);
    table_set_int(table, 0, (size_t)schema_find(schema, column), value);
    const struct table *sealed = table_seal(table);
    struct advice *advice = advice_new(profile, schema, NULL);
    const char *text = advice_for(advice, sealed, 0).text;
    advice_free(advice);
    table_unref(sealed);
    return text;
}

static void the_first_section_that_holds_is_said(void **state)
{
    (void)state;
    struct profile *profile = load("");
    assert_non_null(strstr(about_gateway(profile, "locked", 1), "unlock it"));
    assert_non_null(strstr(about_gateway(profile, "online", 0), "reachable"));
    assert_null(about_gateway(profile, "online", 1));
    assert_null(about_gateway(profile, "calls", 5)); // what is unknown advises nothing
    profile_free(profile);
}

static void a_sentence_names_the_cells_of_its_row(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"look", "look"},
        {"unlock {gateway} now", "unlock CARRIER-A now"},
        {"{calls} of {gateway}", "7 of CARRIER-A"},
        {"{capacity} is not known", "… is not known"},
        {"an { alone", "an { alone"},
    };
    struct table *table = table_new(probe_gateways.schema);
    table_add_row(table);
    table_set_text(table, 0, (size_t)schema_find(probe_gateways.schema, "gateway"), "CARRIER-A");
    table_set_int(table, 0, (size_t)schema_find(probe_gateways.schema, "calls"), 7);
    const struct table *sealed = table_seal(table);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *words = advice_words(cases[i].text, sealed, 0);
        assert_string_equal(words, cases[i].words);
        free(words);
    }
    table_unref(sealed);
}

static size_t faults_of(const char *text, const char *words)
{
    struct profile *profile = load(text);
    struct err_list errors = {0};
    advice_check(profile, &errors);
    size_t count = errors.count;
    if (words != NULL) {
        assert_int_equal(count, 1);
        assert_non_null(strstr(errors.texts[0], words));
    }
    err_list_dispose(&errors);
    profile_free(profile);
    return count;
}

static void a_section_says_what_is_harmed(void **state)
{
    (void)state;
    struct profile *profile = load("[advice gateways.x]\nwhen = calls=7\nharm = attack\ndo = look\n"
                                   "[advice gateways.y]\nwhen = calls=8\ndo = look\n");
    struct advice *advice = advice_new(profile, probe_gateways.schema, NULL);
    static const enum harm expected[] = {HARM_ATTACK, HARM_UNSAID};
    for (int i = 0; i < 2; i++) {
        struct table *table = table_new(probe_gateways.schema);
        table_add_row(table);
        table_set_int(table, 0, (size_t)schema_find(probe_gateways.schema, "calls"), 7 + i);
        const struct table *sealed = table_seal(table);
        assert_int_equal(advice_for(advice, sealed, 0).harm, expected[i]);
        table_unref(sealed);
    }
    advice_free(advice);
    profile_free(profile);
}

static void faults_name_their_place(void **state)
{
    (void)state;
    assert_int_equal(faults_of("", NULL), 0);
    faults_of("[advice gateways.x]\nwhen = nonsense>3\ndo = look\n", "test.ini:2");
    faults_of("[advice gateways.x]\nwhen = calls>3\n", "needs when");
    faults_of("[advice gateways.x]\nwhen = calls>3\ndo = look\nharm = much\n", "test.ini:4");
    faults_of("[advice gateways.x]\nwhen = calls>3\ndo = look at {nothing}\n",
              "no column {nothing}");
    faults_of("[advice nowhere.x]\nwhen = calls>3\ndo = look\n", "names no pane");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_section_that_holds_is_said),
        cmocka_unit_test(a_sentence_names_the_cells_of_its_row),
        cmocka_unit_test(a_section_says_what_is_harmed),
        cmocka_unit_test(faults_name_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
