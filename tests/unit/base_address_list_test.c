// SPDX-License-Identifier: MIT

// Lists of addresses: what is read, what is handed back as unreadable, and how ranges are cut.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/address_list.h"

static void one_item(const char *text, enum address_item_kind kind)
{
    struct address_list list = address_list_of(text);
    struct address_item item;
    if (!address_list_next(&list, &item) || item.kind != kind || item.len != strlen(text) ||
        item.text != text)
        fail_msg("%s: not as expected", text);
    assert_false(address_list_next(&list, &item));
}

static void items_stand_between_separators(void **state)
{
    static const char *const expected[] = {"192.0.2.1", "192.0.2.2:5060", "sip.example", "?",
                                           "192.0.2.0/24"};
    struct address_list list =
        address_list_of(" ,;192.0.2.1\r\n192.0.2.2:5060|\tsip.example,?,,\v\f192.0.2.0/24; ");
    struct address_item item;
    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(address_list_next(&list, &item));
        assert_int_equal(item.len, strlen(expected[i]));
        assert_memory_equal(item.text, expected[i], item.len);
    }
    assert_false(address_list_next(&list, &item));
    list = address_list_of("");
    assert_false(address_list_next(&list, &item));
    list = address_list_of(" ,;|\n");
    assert_false(address_list_next(&list, &item));
}

static void addresses_names_and_the_rest_are_told_apart(void **state)
{
    static const char *const ranges[] = {"192.0.2.1",
                                         "192.0.2.1:5060",
                                         "[2001:db8::1]:5060",
                                         "2001:db8::1",
                                         "192.0.2.0/24",
                                         "2001:db8::/32",
                                         "192.0.2.1-192.0.2.1",
                                         "192.0.2.1-192.0.2.9:5060",
                                         "2001:db8::1-2001:db8::2",
                                         "2001:db8::1-[2001:db8::2]:5060"};
    static const char *const names[] = {
        "sip.carrier.example", "sip.carrier.example:5060", "carrier-1", "x", "a.b.",
        "sip_1.example"};
    static const char *const strange[] = {"192.0.2.300",
                                          "192.0.2",
                                          "192.0.2.9-192.0.2.1",
                                          "192.0.2.1-2001:db8::1",
                                          "192.0.2.1-192.0.2.2-192.0.2.3",
                                          "192.0.2.10-20",
                                          "192.0.2.0/33",
                                          "192.0.2.1:70000",
                                          "192.0.2.0/24-192.0.2.9",
                                          "-",
                                          "-192.0.2.1",
                                          "192.0.2.1-",
                                          "*",
                                          "\xff\xfe",
                                          "sip.example/24",
                                          "sip.example:5060:1",
                                          "sip:carrier.example",
                                          "\x1b[31m192.0.2.1"};
    (void)state;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        one_item(ranges[i], ADDRESS_ITEM_RANGE);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        one_item(names[i], ADDRESS_ITEM_NAME);
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        one_item(strange[i], ADDRESS_ITEM_STRANGE);
}

static void bytes_after_a_nul_are_not_lost(void **state)
{
    static const char text[] = "192.0.2.1\0.9,192.0.2.2";
    struct address_list list = {text, sizeof text - 1};
    struct address_item item;
    (void)state;
    assert_true(address_list_next(&list, &item));
    assert_int_equal(item.kind, ADDRESS_ITEM_STRANGE);
    assert_true(address_list_next(&list, &item));
    assert_int_equal(item.kind, ADDRESS_ITEM_RANGE);
    assert_false(address_list_next(&list, &item));
}

static void an_item_without_end_is_strange(void **state)
{
    size_t len = 1000000;
    char *text = malloc(len);
    struct address_list list = {text, len};
    struct address_item item;
    (void)state;
    assert_non_null(text);
    memset(text, '1', len);
    assert_true(address_list_next(&list, &item));
    assert_int_equal(item.kind, ADDRESS_ITEM_STRANGE);
    assert_int_equal(item.len, len);
    assert_false(address_list_next(&list, &item));
    free(text);
}

// The networks of the range, one after the other.
static void cut_into(const char *range, const char *expected)
{
    struct address_list list = address_list_of(range);
    struct address_item item;
    struct network network;
    char text[ADDRESS_TEXT_MAX], all[512] = "";
    assert_true(address_list_next(&list, &item));
    assert_int_equal(item.kind, ADDRESS_ITEM_RANGE);
    while (address_item_next_network(&item, &network)) {
        size_t len = strlen(all);
        network_print(&network, text);
        snprintf(all + len, sizeof all - len, "%s%s", len > 0 ? " " : "", text);
    }
    assert_string_equal(all, expected);
}

static void ranges_become_the_widest_networks(void **state)
{
    (void)state;
    cut_into("192.0.2.1", "192.0.2.1");
    cut_into("192.0.2.7/24", "192.0.2.0/24");
    cut_into("192.0.2.10-192.0.2.20", "192.0.2.10/31 192.0.2.12/30 192.0.2.16/30 192.0.2.20");
    cut_into("0.0.0.0-255.255.255.255", "0.0.0.0/0");
    cut_into("255.255.255.254-255.255.255.255", "255.255.255.254/31");
    cut_into("2001:db8::fffe-2001:db8::1:1", "2001:db8::fffe/127 2001:db8::1:0/127");
    cut_into("::/0", "::/0");
    cut_into("ffff::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff::/16");
}

static void the_worst_range_is_cut_in_254(void **state)
{
    struct address_list list = address_list_of("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe");
    struct address_item item;
    struct network network;
    size_t count = 0;
    (void)state;
    assert_true(address_list_next(&list, &item));
    while (address_item_next_network(&item, &network))
        count++;
    assert_int_equal(count, 254);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_stand_between_separators),
        cmocka_unit_test(addresses_names_and_the_rest_are_told_apart),
        cmocka_unit_test(bytes_after_a_nul_are_not_lost),
        cmocka_unit_test(an_item_without_end_is_strange),
        cmocka_unit_test(ranges_become_the_widest_networks),
        cmocka_unit_test(the_worst_range_is_cut_in_254),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
