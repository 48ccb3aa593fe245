// SPDX-License-Identifier: MIT

// Which rows of other panes are about the same thing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/related.h"

// A table of one row from column, value pairs.
static const struct table *one(const struct probe *probe, const char *const *pairs)
{
    struct table *table = table_new(probe->schema);
    table_add_row(table);
    table_set_text(table, 0, 0, "sw1");
    for (; *pairs != NULL; pairs += 2)
        table_set_text(table, 0, (size_t)schema_find(probe->schema, pairs[0]), pairs[1]);
    return table_seal(table);
}

#define ONE(probe, ...) one(&probe, (const char *const[]){__VA_ARGS__, NULL})

static void expect(const struct table *of, const struct table *other, bool addresses_only,
                   bool wanted)
{
    struct related_keys keys;
    related_keys_of(of, 0, &keys);
    assert_int_equal(related_match(&keys, other, 0, addresses_only), wanted);
    table_unref(other);
}

static void a_gateway_has_its_calls(void **state)
{
    (void)state;
    const struct table *gateway = ONE(probe_gateways, "gateway", "CARRIER-B", "ip", "192.0.2.20");
    expect(gateway, ONE(probe_calls, "routing_gateway", "CARRIER-B"), false, true);
    expect(gateway, ONE(probe_calls, "mapping_gateway", "CARRIER-B"), false, true);
    expect(gateway, ONE(probe_calls, "routing_gateway", "CARRIER-BB"), false, false);
    expect(gateway, ONE(probe_calls, "routing_gateway", "CARRIER-B"), true, false); // other host
    expect(gateway, ONE(probe_calls, "callee_ip", "192.0.2.20:16384"), true, true);
    expect(gateway, ONE(probe_calls, "callee_ip", "192.0.2.200"), false, false);
    expect(gateway, ONE(probe_alarms, "object", "CARRIER-B"), false, true);
    table_unref(gateway);
}

static void an_address_has_its_rules(void **state)
{
    (void)state;
    const struct table *talker = ONE(probe_flood, "source", "203.0.113.99");
    expect(talker, ONE(probe_firewall, "match", "-s 203.0.113.99/32"), false, true);
    expect(talker, ONE(probe_firewall, "match", "-p udp -s 203.0.113.0/24 -m udp"), false, true);
    expect(talker, ONE(probe_firewall, "match", "! -s 203.0.113.99/32"), false, false);
    expect(talker, ONE(probe_firewall, "match", "-s 203.0.113.9/32"), false, false);
    expect(talker, ONE(probe_firewall, "match", "-s 0.0.0.0/0"), false, false); // says nothing
    expect(talker, ONE(probe_firewall, "match", "-s"), false, false);
    expect(talker, ONE(probe_suspended, "endpoint", "100", "source_ip", "203.0.113.99"), true,
           true);
    table_unref(talker);
}

static void a_number_has_its_registrations(void **state)
{
    (void)state;
    const struct table *call = ONE(probe_calls, "caller", "1001", "callee", "88");
    expect(call, ONE(probe_suspended, "endpoint", "1001"), false, true);
    expect(call, ONE(probe_gateways, "gateway", "1001"), false, false); // a gateway is no number
    table_unref(call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gateway_has_its_calls),
        cmocka_unit_test(an_address_has_its_rules),
        cmocka_unit_test(a_number_has_its_registrations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
