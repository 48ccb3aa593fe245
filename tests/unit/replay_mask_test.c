// SPDX-License-Identifier: MIT

// Proves that secrets are never written down, and that pseudonyms are consistent and keep networks
// together.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/mem.h"
#include "conf/config.h"
#include "replay/mask.h"

static char *masked(const struct mask *mask, const char *text)
{
    return mask_text(mask, MASK_ALL, text, strlen(text));
}

static void test_passwords_in_text_and_command_lines_are_hidden(void **state)
{
    static const struct {
        const char *text, *secret;
    } cases[] = {
        {"mysqld --user=x --password=hunter2 --port=3306", "hunter2"},
        {"vosclient --password hunter2 -v", "hunter2"},
        {"mysql -unoc -phunter2 vos3000", "hunter2"},
        {"sshpass -phunter2 ssh sw1", "hunter2"},
        {"sshpass -p hunter2 ssh sw1", "hunter2"},
        {"sshpass -p 'hunter2 and more' ssh sw1", "hunter2 and more"},
        {"curl -s -u noc:hunter2 http://198.51.100.9/x", "hunter2"},
        {"curl --user 'noc:hunter2' http://198.51.100.9/x", "hunter2"},
        {"curl -unoc:hunter2 http://198.51.100.9/x", "hunter2"},
        {"backup --api-key hunter2 --apikey=hunter2", "hunter2"},
        {"curl http://noc:hunter2@198.51.100.9/x", "hunter2"},
        {"DB_PASSWD = 'hunter2 and more'", "hunter2 and more"},
        {"{\"access_token\": \"hunter2\"}", "hunter2"},
        {"pwd:hunter2;x=1", "hunter2"},
        {"Authorization: Digest username=\"1001\", response=\"hunter2\"", "hunter2"},
        {"SET PASSWORD FOR noc = PASSWORD('hunter2')", "hunter2"},
        {"GRANT ALL ON *.* TO 'noc'@'%' IDENTIFIED BY 'hunter2'", "hunter2"},
        {"ALTER USER 'noc'@'%' IDENTIFIED WITH mysql_native_password BY 'hunter2'", "hunter2"},
        {"ALTER USER noc identified by password \"hunter2\"", "hunter2"},
        {"{\"password\": \"one\\\"hunter2\"}", "hunter2"},
        {"INVITE sip:1001:hunter2@198.51.100.9 SIP/2.0", "hunter2"},
        {"Contact: <sips:1001:hunter2@198.51.100.9>", "hunter2"},
        {"the word noc-secret stands by itself", "noc-secret"},
    };
    (void)state;
    struct host_config host = {.mysql_password = (char[]){"noc-secret"}};
    struct config config = {.hosts = &host, .host_count = 1};
    struct mask *mask = mask_new(&config, false, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *safe = masked(mask, cases[i].text);
        if (strstr(safe, cases[i].secret) != NULL || strstr(safe, "***") == NULL)
            fail_msg("%s became %s", cases[i].text, safe);
        free(safe);
    }
    mask_free(mask);
}

static void test_other_text_stays_as_it_is(void **state)
{
    static const char *const texts[] = {
        "wrong password for 1001",
        "MySQL e_cdr_20261120",
        "mysqld -p",
        "mysql --protocol=tcp -port 3306",
        "ssh -p 2222 -u noc sw1",
        "curl -s -u noc http://198.51.100.9:8080/x",
        "curl -s http://198.51.100.9/x -u",
        "INVITE sip:1001@198.51.100.9:5060 SIP/2.0",
        "nobody was IDENTIFIED; BY 'x'",
        "its password (expired) is not known",
        "[0:0] -A NOCDESK -s 203.0.113.9/32 -j DROP",
        "Access denied for user 'noc'@'198.18.0.2' (using password: YES)",
        "",
    };
    (void)state;
    struct mask *mask = mask_new(NULL, false, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *safe = masked(mask, texts[i]);
        assert_string_equal(safe, texts[i]);
        free(safe);
    }
    mask_free(mask);
}

static struct address address_of(const struct mask *mask, const char *text)
{
    struct address address;
    char *safe = masked(mask, text);
    assert_true(address_parse(safe, &address));
    free(safe);
    return address;
}

static int common_bits(const struct address *a, const struct address *b)
{
    int bits = 0;
    while (bits < 128 && ((a->bytes[bits / 8] ^ b->bytes[bits / 8]) & (0x80 >> bits % 8)) == 0)
        bits++;
    return bits;
}

static void test_pseudonyms_keep_networks_together(void **state)
{
    static const char *const texts[] = {"203.0.113.9", "203.0.113.10",  "203.0.113.200",
                                        "203.0.112.9", "198.51.100.1",  "2001:db8::1",
                                        "2001:db8::2", "2001:db8:1::1", "192.0.2.66"};
    (void)state;
    struct mask *mask = mask_new(NULL, true, NULL);
    size_t count = sizeof texts / sizeof *texts;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            struct address a, b;
            assert_true(address_parse(texts[i], &a) && address_parse(texts[j], &b));
            struct address x = address_of(mask, texts[i]), y = address_of(mask, texts[j]);
            if (address_is_v4(&a) == address_is_v4(&b))
                assert_int_equal(common_bits(&a, &b), common_bits(&x, &y));
        }
    mask_free(mask);
}

static void test_pseudonyms_are_the_same_wherever_they_stand(void **state)
{
    (void)state;
    struct mask *mask = mask_new(NULL, true, NULL);
    char *alone = masked(mask, "203.0.113.9");
    char *inside = masked(mask, "from 203.0.113.9:5060, [2001:db8::1]:5060");
    char *network = masked(mask, "203.0.113.0/24");
    char *end = masked(mask, "blocked 203.0.113.9.");
    assert_null(strstr(inside, "203.0.113.9"));
    assert_null(strstr(inside, "2001:db8"));
    assert_non_null(strstr(inside, alone));
    assert_non_null(strstr(inside, ":5060, ["));
    struct network parsed;
    struct address address;
    assert_true(network_parse(network, &parsed) && address_parse(alone, &address));
    assert_true(network_contains(&parsed, &address));
    assert_non_null(strstr(network, ".0/24"));
    assert_non_null(strstr(end, alone));
    free(alone);
    free(inside);
    free(network);
    free(end);
    mask_free(mask);
}

static void test_numbers_get_others_with_the_same_prefix_in_common(void **state)
{
    (void)state;
    struct mask *mask = mask_new(NULL, true, NULL);
    char *a = masked(mask, "4930231250"), *b = masked(mask, "sip:4930231277@sw1");
    char *ports = masked(mask, "port 5060, 1001"), *loop = masked(mask, "127.0.0.1 0.0.0.0");
    assert_int_equal(strlen(a), 10);
    assert_string_not_equal(a, "4930231250");
    assert_memory_equal(a, b + 4, 8);
    assert_string_equal(ports, "port 5060, 1001");
    assert_string_equal(loop, "127.0.0.1 0.0.0.0");
    free(a);
    free(b);
    free(ports);
    free(loop);
    mask_free(mask);
}

static void test_another_recording_has_other_pseudonyms(void **state)
{
    (void)state;
    struct mask *one = mask_new(NULL, true, NULL), *two = mask_new(NULL, true, NULL);
    char *a = masked(one, "203.0.113.9 4930231250"), *b = masked(two, "203.0.113.9 4930231250");
    assert_string_not_equal(a, b);
    free(a);
    free(b);
    mask_free(one);
    mask_free(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passwords_in_text_and_command_lines_are_hidden),
        cmocka_unit_test(test_other_text_stays_as_it_is),
        cmocka_unit_test(test_pseudonyms_keep_networks_together),
        cmocka_unit_test(test_pseudonyms_are_the_same_wherever_they_stand),
        cmocka_unit_test(test_numbers_get_others_with_the_same_prefix_in_common),
        cmocka_unit_test(test_another_recording_has_other_pseudonyms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
