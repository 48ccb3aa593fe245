// SPDX-License-Identifier: MIT

// Who is known by which network, and what of a list of addresses is believed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "meter/peers.h"

static const struct peer *find(const struct verdict_peers *peers, const char *text)
{
    struct address address;
    assert_true(address_parse(text, &address));
    return peers_find(peers, &address);
}

static void the_narrowest_network_counts(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    peers_add_list(&peers, PEER_TRUSTED, "198.51.100.0/24", "carriers");
    peers_add_list(&peers, PEER_GATEWAY, "198.51.100.20", "gateway CARRIER-A");
    peers_add_list(&peers, PEER_ACCEPTED, "198.51.100.20/32", "SIP_TRUSTED");
    peers_add_list(&peers, PEER_TRUSTED, "2001:db8:1::/48", "six");
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
    peers_add_list(&peers, PEER_GATEWAY, "203.0.113.10:5060, 203.0.113.20,;2001:db8::7 nonsense",
                   "gateway A");
    peers_seal(&peers);
    assert_int_equal(peers.count, 3);
    assert_non_null(find(&peers, "203.0.113.10"));
    assert_non_null(find(&peers, "203.0.113.20"));
    assert_non_null(find(&peers, "2001:db8::7"));
    peers_dispose(&peers);
}

static void everybody_is_no_peer(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    peers_add_list(&peers, PEER_GATEWAY, "0.0.0.0/0 ::/0 0.0.0.0", "gateway ANY");
    peers_seal(&peers);
    assert_null(find(&peers, "203.0.113.10"));
    assert_null(find(&peers, "2001:db8::1"));
    peers_dispose(&peers);
}

static void thousands_of_peers_are_found_and_their_neighbours_are_not(void **state)
{
    struct verdict_peers peers = {0};
    (void)state;
    for (int i = 0; i < 5000; i++) {
        char text[32];
        snprintf(text, sizeof text, "10.%d.%d.2", i / 250, i % 250);
        peers_add_list(&peers, PEER_GATEWAY, text, text);
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
        cmocka_unit_test(everybody_is_no_peer),
        cmocka_unit_test(thousands_of_peers_are_found_and_their_neighbours_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
