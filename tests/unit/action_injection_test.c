// SPDX-License-Identifier: MIT

// Hostile targets, reasons, operators, gateway names and endpoints: a plan's words stay what they
// are without them. NOCDESK_INJECTIONS=100000 for as many of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "action/backend.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/quote.h"

#define DEFAULT_COUNT 5000
#define WORD_MAX      160

static const char *const made[] = {
    "; reboot",
    "$(reboot)",
    "`reboot`",
    "' ; reboot ; '",
    "\" ; reboot ; \"",
    "\n-F INPUT\nCOMMIT\n",
    "\" -j ACCEPT\n-F\nCOMMIT\n*filter\n",
    "\r\nreboot",
    "-j ACCEPT",
    "--help",
    "\\",
    "\\\"",
    "}; flush ruleset; #",
    "# x",
    "%s%n",
    "\x1b]0;x\x07",
    "\xff\xfe\x80",
    "\xe2\x80\xae",
    "timeout 0",
    "\",\"lockType\":0,\"x\":\"",
    "\\u0022",
    "$ # $",
    "#",
};

struct fixture {
    struct host_config config;
    struct profile *profile;
    struct host_facts *facts;
    uint64_t random;
    char word[WORD_MAX];
};

static size_t count_wanted(void)
{
    const char *text = getenv("NOCDESK_INJECTIONS");
    return text != NULL ? strtoul(text, NULL, 10) : DEFAULT_COUNT;
}

static uint32_t next_random(struct fixture *fixture)
{
    fixture->random = fixture->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(fixture->random >> 33);
}

// Bytes that mean something to somebody are more likely than others.
static const char *next_word(struct fixture *fixture, size_t turn)
{
    static const char meaning[] = "\"'`$\\;|&<>(){}[]#!*?~ \n\r\t%-=,:/@^\x1b\x7f\x80\xff";
    if (turn < sizeof made / sizeof *made)
        return made[turn];
    size_t len = 1 + next_random(fixture) % (WORD_MAX - 2);
    for (size_t i = 0; i < len; i++) {
        uint32_t chance = next_random(fixture);
        fixture->word[i] = chance % 3 != 0 ? meaning[chance / 3 % (sizeof meaning - 1)]
                                           : (char)(1 + chance / 3 % 255);
    }
    fixture->word[len] = '\0';
    return fixture->word;
}

static int set_up(void **state)
{
    static char name[] = "sw1", jail[] = "sip";
    struct fixture *fixture = mem_alloc(sizeof *fixture);
    struct err_list errors = {0};
    fixture->random = 42;
    fixture->config.name = name;
    fixture->config.ban_jail = jail;
    if (!profile_load("vos3000", NULL, &fixture->profile, &errors))
        return 1;
    fixture->facts = facts_new(&fixture->config, fixture->profile);
    for (int tool = 0; tool < TOOLS; tool++)
        fixture->facts->tools[tool] = (struct tool_fact){.present = true,
                                                         .works = true,
                                                         .version = {9, 0, 0},
                                                         .version_text = "v9.0.0 (nf_tables)"};
    fixture->facts->iptables_wait = fixture->facts->iptables_check = true;
    fixture->facts->iptables_comment = true;
    fixture->facts->jails = jail;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    facts_free(fixture->facts);
    profile_free(fixture->profile);
    free(fixture);
    return 0;
}

// The words of a command line as a Bourne shell takes them, each ended by a NUL.
static void split_shell(const char *line, struct str *out)
{
    for (const char *at = line; *at != '\0';) {
        while (*at != '\0' && *at != ' ') {
            if (*at == '\'') {
                size_t len = strcspn(at + 1, "'");
                str_append_bytes(out, at + 1, len);
                at += len + 2;
            } else if (*at == '\\') {
                str_append_char(out, at[1]);
                at += 2;
            } else {
                assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789_@%+=:,./-",
                                       *at));
                str_append_char(out, *at++);
            }
        }
        str_append_char(out, '\0');
        at += *at == ' ';
    }
}

static void assert_quoted_well(const char *const *argv)
{
    struct str line = {0}, wanted = {0}, got = {0};
    quote_argv(&line, argv);
    for (size_t i = 0; argv[i] != NULL; i++)
        str_append_bytes(&wanted, argv[i], strlen(argv[i]) + 1);
    split_shell(str_text(&line), &got);
    assert_int_equal(wanted.len, got.len);
    assert_memory_equal(wanted.text, got.text, got.len);
    str_dispose(&line);
    str_dispose(&wanted);
    str_dispose(&got);
}

// The text without what stands between double quotes: what a tool obeys. What is between them must
// be harmless by itself.
static void append_obeyed(struct str *out, const char *text)
{
    bool quoted = false;
    for (; *text != '\0'; text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (!quoted)
            str_append_char(out, *text);
        else
            assert_true(*text >= ' ' && *text < 0x7f && strchr("\\`$'", *text) == NULL);
    }
    assert_false(quoted);
}

static void append_call(struct str *out, const struct plan_call *call)
{
    if (call->via != PLAN_COMMAND)
        return;
    assert_quoted_well(call->argv);
    for (size_t i = 0; call->argv[i] != NULL; i++)
        str_appendf(out, "[%s]", call->argv[i]);
    bool script = strcmp(call->argv[0], "at") == 0; // one constant text, compared whole
    if (call->input != NULL && script)
        str_append(out, call->input);
    else if (call->input != NULL)
        append_obeyed(out, call->input);
    str_append_char(out, '\n');
}

// All that a plan would run, without comments.
static char *obeyed_of(const struct fixture *fixture, const struct backend *backend,
                       const char *operator_name, const char *reason)
{
    static const struct network networks[] = {
        {.base = {.bytes = {[10] = 0xff, [11] = 0xff, 203, 0, 113, 9}}, .prefix = 128},
        {.base = {.bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 9}}, .prefix = 128},
    };
    struct ban_order order = {.networks = networks,
                              .count = 2,
                              .for_s = 3600,
                              .by = operator_name,
                              .reason = reason,
                              .now_wall_ms = 1763679600000};
    struct plan *plan = plan_new(&action_ban);
    struct plan_host *host = plan_add_host(plan, 0, &fixture->config);
    struct err err = {0};
    if (!backend->plan_ban(fixture->facts, &order, host, &err))
        fail_msg("%s: %s", backend->name, err.text);
    struct str out = {0};
    for (size_t i = 0; i < host->step_count; i++) {
        append_call(&out, &host->steps[i].run);
        append_call(&out, &host->steps[i].after.call);
        append_call(&out, &host->steps[i].undo);
        append_call(&out, &host->steps[i].undone.call);
    }
    plan_free(plan);
    return str_take(&out);
}

static void reasons_and_operators_change_no_command(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; backends[i] != NULL; i++) {
        char *wanted = obeyed_of(fixture, backends[i], "ana", "scanner");
        assert_true(strlen(wanted) > 20);
        for (size_t turn = 0; turn < count_wanted(); turn++) {
            const char *word = next_word(fixture, turn);
            char *reason = obeyed_of(fixture, backends[i], "ana", word);
            char *operator_name = obeyed_of(fixture, backends[i], word, "scanner");
            assert_string_equal(reason, wanted);
            assert_string_equal(operator_name, wanted);
            free(reason);
            free(operator_name);
        }
        free(wanted);
    }
}

static void what_is_taken_for_an_address_is_nothing_but_one(void **state)
{
    struct fixture *fixture = *state;
    for (size_t turn = 0; turn < count_wanted(); turn++) {
        const char *word = next_word(fixture, turn);
        char *with_tail = mem_printf("203.0.113.9%s", word);
        struct network network;
        struct err err = {0};
        assert_true(!guard_parse(word, &network, &err) ||
                    strspn(word, "0123456789abcdefABCDEF:./") == strlen(word));
        assert_true(!guard_parse(with_tail, &network, &err) ||
                    strspn(with_tail, "0123456789./") == strlen(with_tail));
        free(with_tail);
    }
}

// A name that is taken reaches the web interface as one JSON string of a request that stays as it
// is.
static void names_stay_names_in_a_request(void **state)
{
    static const char *const kinds[] = {"phone", "account", "mapping", "routing"};
    static const char *const keys[] = {"e164", "account", "name", "name"};
    struct fixture *fixture = *state;
    size_t taken = 0;
    for (size_t turn = 0; turn < count_wanted(); turn++) {
        size_t kind = turn % 4;
        char *target = mem_printf("%s:%s", kinds[kind], next_word(fixture, turn));
        struct err err = {0};
        char *canonical = action_parse_target(TARGET_ENDPOINT, target, &err);
        free(target);
        if (canonical == NULL)
            continue;
        taken++;
        struct plan *plan = plan_new(&action_lock);
        struct plan_host *host = plan_add_host(plan, 0, &fixture->config);
        host->targets = mem_array(1, sizeof *host->targets);
        host->target_count = 1;
        host->targets[0].text = plan_text(host, "%s", canonical);
        json_decref(fixture->facts->seen);
        fixture->facts->seen = json_pack("{s:s}", canonical, "0");
        struct plan_input input = {.facts = fixture->facts};
        if (!action_lock.plan(&input, host, &err))
            fail_msg("%s", err.text);
        assert_int_equal(host->step_count, 1);
        json_t *body = json_loads(host->steps[0].run.body, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(body);
        assert_int_equal(json_object_size(body), 2);
        assert_string_equal(json_string_value(json_object_get(body, keys[kind])),
                            strchr(canonical, ':') + 1);
        assert_true(json_is_integer(json_object_get(body, "lockType")));
        json_decref(body);
        plan_free(plan);
        free(canonical);
    }
    assert_true(taken > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reasons_and_operators_change_no_command, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken_for_an_address_is_nothing_but_one, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(names_stay_names_in_a_request, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
