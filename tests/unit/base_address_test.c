// SPDX-License-Identifier: MIT

// Addresses and networks: what is accepted, what is refused, what they print as.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/address.h"

static void canonical(const char *text, const char *want)
{
    struct address address;
    char out[ADDRESS_TEXT_MAX];
    assert_true(address_parse(text, &address));
    address_print(&address, out);
    assert_string_equal(out, want);
}

static void addresses_print_canonically(void **state)
{
    (void)state;
    canonical("203.0.113.9", "203.0.113.9");
    canonical("::ffff:203.0.113.9", "203.0.113.9");
    canonical("2001:DB8:0:0::1", "2001:db8::1");
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",          "203.0.113",        "203.0.113.9 ", " 203.0.113.9",
        "1.2.3.4.5", "203.0.113.256",    "203.0.113.09", "::1%lo",
        "sw1",       "203.0.113.9:5060", "-1.2.3.4",     "203.0.113.9;id"};
    struct address address;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(address_parse(wrong[i], &address));
}

static void endpoints_give_address_and_port(void **state)
{
    (void)state;
    struct address address;
    int port;
    assert_true(address_parse_endpoint("203.0.113.9:5060", &address, &port));
    assert_int_equal(port, 5060);
    assert_true(address_parse_endpoint("[2001:db8::1]:5061", &address, &port));
    assert_int_equal(port, 5061);
    assert_true(address_parse_endpoint("2001:db8::1", &address, &port));
    assert_int_equal(port, -1);
    assert_false(address_parse_endpoint("203.0.113.9:99999", &address, &port));
    assert_false(address_parse_endpoint("203.0.113.9:", &address, &port));
    assert_false(address_parse_endpoint("[203.0.113.9]:5060", &address, &port));
}

static bool contains(const char *network_text, const char *address_text)
{
    struct network network;
    struct address address;
    assert_true(network_parse(network_text, &network));
    assert_true(address_parse(address_text, &address));
    return network_contains(&network, &address);
}

static void networks_contain_what_they_should(void **state)
{
    (void)state;
    assert_true(contains("203.0.113.0/24", "203.0.113.255"));
    assert_false(contains("203.0.113.0/24", "203.0.114.0"));
    assert_true(contains("203.0.113.9/25", "203.0.113.1")); // host bits are cleared
    assert_true(contains("203.0.113.9", "203.0.113.9"));
    assert_true(contains("0.0.0.0/0", "8.8.8.8"));
    assert_false(contains("0.0.0.0/0", "2001:db8::1"));
    assert_true(contains("2001:db8::/33", "2001:db8:7fff::1"));
    assert_false(contains("2001:db8::/33", "2001:db8:8000::1"));
    assert_true(contains("::ffff:203.0.113.0/120", "203.0.113.77"));
}

static void wrong_networks_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"203.0.113.0/33", "203.0.113.0/", "203.0.113.0/-1",
                                        "203.0.113.0/2x", "/24",          "2001:db8::/129"};
    struct network network;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(network_parse(wrong[i], &network));
}

static void networks_print_in_their_own_family(void **state)
{
    (void)state;
    struct network network;
    char out[ADDRESS_TEXT_MAX];
    assert_true(network_parse("203.0.113.77/24", &network));
    network_print(&network, out);
    assert_string_equal(out, "203.0.113.0/24");
    assert_true(network_parse("203.0.113.77", &network));
    network_print(&network, out);
    assert_string_equal(out, "203.0.113.77");
    assert_true(network_parse("2001:db8::1/32", &network));
    network_print(&network, out);
    assert_string_equal(out, "2001:db8::/32");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_print_canonically),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(endpoints_give_address_and_port),
        cmocka_unit_test(networks_contain_what_they_should),
        cmocka_unit_test(wrong_networks_are_refused),
        cmocka_unit_test(networks_print_in_their_own_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
