// SPDX-License-Identifier: MIT

// Answers of the web interface, with the embedded profile: documented examples, and the quirks of
// the field.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/http_answer.h"

static struct profile *profile;

static int load_profile(void **state)
{
    (void)state;
    struct err_list errors = {0};
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    return profile_load("vos3000", NULL, &profile, &errors) ? 0 : -1;
}

static int free_profile(void **state)
{
    (void)state;
    profile_free(profile);
    return 0;
}

static const struct http_form form = {
    .request = "GetX", .rows = "rows", .result = "retCode", .exception = "exception"};

// The table that a probe makes of an answer's rows, by the section of the profile; NULL when
// refused (message set).
static struct table *read_answer(const struct probe *probe, const char *section_name,
                                 const char *rows_member, const char *json, struct err *err)
{
    struct err_list errors = {0};
    const struct ini_section *section = ini_section(&profile->ini, section_name);
    struct mapping *mapping = mapping_compile(profile, section, probe->schema, &errors);
    assert_non_null(mapping);
    struct http_form this_form = form;
    this_form.rows = rows_member;
    json_t *answer = json_loads(json, JSON_DECODE_ANY, NULL), *object;
    assert_non_null(answer);
    struct table *table = table_new(probe->schema);
    *err = (struct err){0};
    bool ok = http_answer_check(&this_form, answer, &object, err) &&
              http_answer_rows(&this_form, object, "sw1", mapping, table, err);
    json_decref(answer);
    mapping_free(mapping);
    if (!ok)
        table_free_unsealed(table);
    return ok ? table : NULL;
}

static void assert_cell(const struct table *table, size_t row, const char *column,
                        const char *expected)
{
    const struct schema *schema = table_schema(table);
    int index = schema_find(schema, column);
    assert_true(index >= 0);
    struct str text = {0};
    const struct cell *cell = table_cell(table, row, (size_t)index);
    cell_plain(&text, &schema->columns[index], cell);
    assert_string_equal(cell->known ? str_text(&text) : "unknown", expected);
    str_dispose(&text);
}

static const char calls_json[] =
    "{\"retCode\":0,\"infoCurrentCalls\":["
    "{\"callId\":48213,\"callerE164\":\"15550100123\",\"calleeE164\":\"15550199876\","
    "\"callerGatewayId\":\"CUST-ALPHA\",\"calleeGatewayId\":\"VEND-BETA\","
    "\"connectedTime\":1768471200000,\"keepTime\":65230,\"callCodec\":\"audio/G729\","
    "\"callerRtpIp\":\"198.51.100.10:14022\",\"calleeRtpIp\":\"203.0.113.20:30110\","
    "\"callerInfoRtpFlowAudio\":{\"rtpPackets\":3260,\"rtpBytes\":195600},"
    "\"callerTerminal\":\"Example SBC\",\"rtpRouted\":true},"
    "{\"callId\":\"48219\",\"callerE164\":\"15550100777\",\"calleeE164\":\"15550198888\","
    "\"callerGatewayId\":\"CUST-ALPHA\",\"calleeGatewayId\":\"VEND-GAMMA\","
    "\"connectedTime\":\"1768471262000\",\"keepTime\":\"-11\",\"callCodec\":\"\","
    "\"callerRtpIp\":\"198.51.100.10\",\"calleeRtpIp\":\"\"}]}";

static void calls_have_states_durations_and_addresses(void **state)
{
    (void)state;
    struct err err;
    struct table *table =
        read_answer(&probe_calls, "http calls", "infoCurrentCalls", calls_json, &err);
    assert_int_equal(table_rows(table), 2);
    assert_cell(table, 0, "host", "sw1");
    assert_cell(table, 0, "caller", "15550100123");
    assert_cell(table, 0, "callee", "15550199876");
    assert_cell(table, 0, "account", "unknown");
    assert_cell(table, 0, "mapping_gateway", "CUST-ALPHA");
    assert_cell(table, 0, "routing_gateway", "VEND-BETA");
    assert_cell(table, 0, "caller_ip", "198.51.100.10");
    assert_cell(table, 0, "callee_ip", "203.0.113.20");
    assert_cell(table, 0, "state", "talking");
    assert_cell(table, 0, "begin", "2026-01-15T10:00:00Z");
    assert_cell(table, 0, "answered", "2026-01-15T10:00:00Z");
    assert_cell(table, 0, "duration_s", "65.23");
    assert_cell(table, 0, "pdd_ms", "unknown");
    assert_cell(table, 0, "limit_s", "unknown");
    assert_cell(table, 0, "relayed", "yes");
    assert_cell(table, 0, "caller_media_packets", "3260");
    assert_cell(table, 1, "call_id", "48219");
    assert_cell(table, 1, "state", "alerting");
    assert_cell(table, 1, "begin", "2026-01-15T10:01:02Z");
    assert_cell(table, 1, "answered", "unknown");
    assert_cell(table, 1, "duration_s", "unknown");
    assert_cell(table, 1, "callee_ip", "unknown");
    assert_cell(table, 1, "codec", "unknown");
    table_free_unsealed(table);
}

static void balances_are_added_up_and_missing_ones_stay_unknown(void **state)
{
    (void)state;
    static const char json[] =
        "{\"retCode\":0,\"infoCustomerBriefs\":[{\"account\":\"1005\",\"money\":-50.02,"
        "\"limitMoney\":50},{\"account\":\"1009\",\"money\":12.5}]}";
    struct err err;
    struct table *table =
        read_answer(&probe_balances, "http balances", "infoCustomerBriefs", json, &err);
    assert_int_equal(table_rows(table), 2);
    assert_cell(table, 0, "account", "1005");
    assert_cell(table, 0, "balance", "-50.02");
    assert_cell(table, 0, "headroom", "-0.02");
    assert_cell(table, 0, "hours_left", "unknown");
    assert_cell(table, 0, "kind", "unknown");
    assert_cell(table, 1, "balance", "12.5");
    assert_cell(table, 1, "headroom", "unknown");
    table_free_unsealed(table);
}

static void alarms_may_be_one_object_or_many(void **state)
{
    (void)state;
    static const char alarm[] =
        "{\"id\":91,\"type\":20000,\"level\":2,\"name\":\"VEND-BETA\",\"startTime\":1768467600000,"
        "\"value\":18.5,\"lower\":30.0,\"upper\":2147483647,\"memo\":\"\"}";
    char *one = mem_printf("{\"retCode\":\"0\",\"infoAlarmCurrents\":%s}", alarm);
    char *many = mem_printf("[{\"retCode\":0,\"infoAlarmCurrents\":[%s,%s]}]", alarm, alarm);
    struct err err;
    struct table *table = read_answer(&probe_alarms, "http alarms", "infoAlarmCurrents", one, &err);
    assert_int_equal(table_rows(table), 1);
    assert_cell(table, 0, "severity", "major");
    assert_cell(table, 0, "type", "routing gateway ASR");
    assert_cell(table, 0, "object", "VEND-BETA");
    assert_cell(table, 0, "begin", "2026-01-15T09:00:00Z");
    assert_cell(table, 0, "value", "18.5");
    assert_cell(table, 0, "lower", "30");
    assert_cell(table, 0, "upper", "unknown");
    assert_cell(table, 0, "information", "unknown");
    assert_cell(table, 0, "acknowledged_by", "unknown");
    table_free_unsealed(table);
    table = read_answer(&probe_alarms, "http alarms", "infoAlarmCurrents", many, &err);
    assert_int_equal(table_rows(table), 2);
    table_free_unsealed(table);
    free(one);
    free(many);
}

static void an_absent_list_is_empty_and_no_error(void **state)
{
    (void)state;
    static const char *const answers[] = {"{\"retCode\":0}",
                                          "{\"retCode\":0,\"infoAlarmCurrents\":null}",
                                          "{\"retCode\":0,\"infoAlarmCurrents\":[]}"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct err err;
        struct table *table =
            read_answer(&probe_alarms, "http alarms", "infoAlarmCurrents", answers[i], &err);
        assert_non_null(table);
        assert_int_equal(table_rows(table), 0);
        table_free_unsealed(table);
    }
}

static void performance_and_online_gateways_are_read(void **state)
{
    (void)state;
    struct err err;
    struct table *table = read_answer(
        &probe_performance, "http performance", "infoPerformance",
        "{\"retCode\":0,\"infoPerformance\":{\"callSize\":412,\"cdrQueueSize\":\"3\"}}", &err);
    assert_cell(table, 0, "calls", "412");
    assert_cell(table, 0, "cdr_queue", "3");
    table_free_unsealed(table);
    table = read_answer(
        &probe_gateway_online, "http gateway_online_mapping", "infoGatewayMappingOnlines",
        "{\"retCode\":0,\"infoGatewayMappingOnlines\":[{\"name\":\"CUST-ALPHA\",\"currentCall\":57,"
        "\"capacity\":200,\"acd\":183,\"remoteIps\":\"203.0.113.20,203.0.113.21\","
        "\"registerTime\":0,\"keepTime\":0,\"softswitchName\":\"MBX1\"}]}",
        &err);
    assert_cell(table, 0, "kind", "mapping");
    assert_cell(table, 0, "ip", "203.0.113.20");
    assert_cell(table, 0, "calls", "57");
    assert_cell(table, 0, "acd_s", "183");
    assert_cell(table, 0, "online_s", "unknown");
    assert_cell(table, 0, "registered", "unknown");
    table_free_unsealed(table);
}

static void assert_refused(const char *json, const char *message)
{
    struct err err;
    assert_null(read_answer(&probe_alarms, "http alarms", "infoAlarmCurrents", json, &err));
    assert_string_equal(err.text, message);
}

static void refusals_carry_the_product_s_own_words(void **state)
{
    (void)state;
    assert_refused("{\"retCode\":-10007,\"exception\":\"Not found, operation failed.\"}",
                   "GetX was refused (retCode -10007): Not found, operation failed.");
    assert_refused("{\"retCode\":\"5\"}", "GetX was refused (retCode 5): no reason given");
    assert_refused("{\"status\":\"ok\"}", "GetX was answered without retCode; does this port "
                                          "belong to another program?");
    assert_refused("[]", "GetX was answered with JSON that is no object");
    assert_refused("\"hello\"", "GetX was answered with JSON that is no object");
    assert_refused("{\"retCode\":0,\"infoAlarmCurrents\":[1,2]}",
                   "GetX was answered with infoAlarmCurrents that hold no objects");
    assert_refused("{\"retCode\":0,\"infoAlarmCurrents\":\"none\"}",
                   "GetX was answered with infoAlarmCurrents that hold no objects");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_have_states_durations_and_addresses),
        cmocka_unit_test(balances_are_added_up_and_missing_ones_stay_unknown),
        cmocka_unit_test(alarms_may_be_one_object_or_many),
        cmocka_unit_test(an_absent_list_is_empty_and_no_error),
        cmocka_unit_test(performance_and_online_gateways_are_read),
        cmocka_unit_test(refusals_carry_the_product_s_own_words),
    };
    return cmocka_run_group_tests(tests, load_profile, free_profile);
}
