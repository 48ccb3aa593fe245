// SPDX-License-Identifier: MIT

// Who is known by which network, and what of a list of addresses is believed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "meter/peers.h"

static const struct known_peer *find(const struct verdict_peers *peers, const char *text)
{
    struct address address;
    assert_true(address_parse(text, &address));
    return peers_find(peers, &address);
}

static void add(struct verdict_peers *peers, enum known_kind kind, const char *list,
                const char *name)
{
    peers_add_list(peers, kind, address_list_of(list), name);
}

static void the_narrowest_network_counts(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    add(&peers, KNOWN_TRUSTED, "198.51.100.0/24", "carriers");
    add(&peers, KNOWN_GATEWAY, "198.51.100.20", "gateway CARRIER-A");
    add(&peers, KNOWN_ACCEPTED, "198.51.100.20/32", "SIP_TRUSTED");
    add(&peers, KNOWN_TRUSTED, "2001:db8:1::/48", "six");
    peers_seal(&peers);
    assert_string_equal(find(&peers, "198.51.100.20")->name, "gateway CARRIER-A");
    assert_string_equal(find(&peers, "198.51.100.21")->name, "carriers");
    assert_string_equal(find(&peers, "2001:db8:1:ffff::1")->name, "six");
    assert_null(find(&peers, "198.51.101.20"));
    assert_null(find(&peers, "2001:db8:2::1"));
    peers_dispose(&peers);
    assert_null(find(&peers, "198.51.100.20"));
}

static void lists_are_taken_as_the_product_writes_them(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    add(&peers, KNOWN_GATEWAY, "203.0.113.10:5060, 192.0.2.10-192.0.2.20,;2001:db8::7",
        "gateway A");
    peers_seal(&peers);
    assert_non_null(find(&peers, "203.0.113.10"));
    assert_non_null(find(&peers, "192.0.2.10"));
    assert_non_null(find(&peers, "192.0.2.20"));
    assert_null(find(&peers, "192.0.2.9"));
    assert_null(find(&peers, "192.0.2.21"));
    assert_non_null(find(&peers, "2001:db8::7"));
    assert_int_equal(peers.unread, 0);
    peers_dispose(&peers);
}

static void what_names_nobody_is_said(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    add(&peers, KNOWN_GATEWAY, "203.0.113.10,sip.carrier.example,192.0.2.300", "gateway A");
    add(&peers, KNOWN_GATEWAY, "2001:db8::/33,2001:db8::7/nonsense", "gateway B");
    peers_seal(&peers);
    assert_int_equal(peers.count, 2);
    assert_int_equal(peers.unread, 3);
    assert_string_equal(peers.first_unread, "'sip.carrier.example' of gateway A");
    peers_dispose(&peers);
}

static void everybody_is_no_peer(void **state)
{
    static const char *const lists[] = {
        "0.0.0.0/0",  "::/0",    "0.0.0.0/1",     "0.0.0.0-255.255.255.255",
        "8000::/1",   "::/64",   "::ffff:0:0/96", "0.0.0.1-255.255.255.254",
        "::-ffff::1", "2000::/3"};
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct verdict_peers peers = {0};
        add(&peers, KNOWN_GATEWAY, lists[i], "gateway ANY");
        peers_seal(&peers);
        if (peers.count != 0 || peers.unread != 1)
            fail_msg("%s: %zu networks", lists[i], peers.count);
        peers_dispose(&peers);
    }
}

static void thousands_of_peers_are_found_and_their_neighbours_are_not(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    for (int i = 0; i < 5000; i++) {
        char text[32];
        snprintf(text, sizeof text, "10.%d.%d.2", i / 250, i % 250);
        add(&peers, KNOWN_GATEWAY, text, text);
    }
    peers_seal(&peers);
    for (int i = 0; i < 5000; i++) {
        char text[32], beside[32];
        snprintf(text, sizeof text, "10.%d.%d.2", i / 250, i % 250);
        snprintf(beside, sizeof beside, "10.%d.%d.3", i / 250, i % 250);
        assert_string_equal(find(&peers, text)->name, text);
        assert_null(find(&peers, beside));
    }
    peers_dispose(&peers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_narrowest_network_counts),
        cmocka_unit_test(lists_are_taken_as_the_product_writes_them),
        cmocka_unit_test(what_names_nobody_is_said),
        cmocka_unit_test(everybody_is_no_peer),
        cmocka_unit_test(thousands_of_peers_are_found_and_their_neighbours_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
