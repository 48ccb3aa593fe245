// SPDX-License-Identifier: MIT

// SIP start lines and headers are recognised in every form, and nothing else is taken for SIP.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meter/sip.h"

static bool start(const char *text, bool cut, struct sip_message *out)
{
    return sip_parse_start((const uint8_t *)text, strlen(text), cut, out);
}

static void assert_slice(struct sip_slice slice, const char *expected)
{
    assert_int_equal(slice.len, strlen(expected));
    assert_memory_equal(slice.text, expected, slice.len);
}

static void request_methods_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum meter_method method;
    } cases[] = {
        {"OPTIONS sip:100@198.18.0.11 SIP/2.0\r\n", METER_OPTIONS},
        {"REGISTER sip:198.18.0.11 SIP/2.0\r\n", METER_REGISTER},
        {"INVITE sips:1@[2001:db8::1]:5061 SIP/2.0\r\n", METER_INVITE},
        {"ACK tel:+15550100 SIP/2.0\r\n", METER_ACK},
        {"BYE sip:1@h SIP/2.0\n", METER_BYE},
        {"CANCEL sip:1@h SIP/2.0\r\n", METER_CANCEL},
        {"SUBSCRIBE sip:1@h SIP/2.0\r\n", METER_OTHER},
        {"options sip:1@h SIP/2.0\r\n", METER_OTHER}, // methods are case-sensitive
        {"\r\n\r\nINVITE sip:1@h SIP/2.0\r\n", METER_INVITE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sip_message message;
        assert_true(start(cases[i].text, false, &message));
        assert_int_equal(message.kind, SIP_REQUEST);
        assert_int_equal(message.method, cases[i].method);
    }
}

static void responses_give_their_code(void **state)
{
    struct sip_message message;
    (void)state;
    assert_true(start("SIP/2.0 401 Unauthorized\r\n", false, &message));
    assert_int_equal(message.kind, SIP_RESPONSE);
    assert_int_equal(message.status, 401);
    assert_true(start("SIP/2.0 200\r\n", false, &message));
    assert_int_equal(message.status, 200);
}

static void what_is_not_sip_is_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "\r\n\r\n",
        "\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "OPTIONS sip:x SIP/3.0\r\n",
        "OPTIONS sip:x SIP/2.0",
        "OPTIONS SIP/2.0\r\n",
        "OPTIONSsip:xSIP/2.0\r\n",
        "OPT(ONS sip:x SIP/2.0\r\n",
        " OPTIONS sip:x SIP/2.0\r\n",
        "SIP/2.0 099 Low\r\n",
        "SIP/2.0 700 High\r\n",
        "SIP/2.0 40 Short\r\n",
        "SIP/2.0 4011 Long\r\n",
        "SIP/2.0 \r\n",
        "SIP/2.0200\r\n",
        "THISMETHODISMUCHTOOLONGTOBEAMETHODATALL sip:x SIP/2.0\r\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sip_message message;
        if (start(cases[i], false, &message))
            fail_msg("taken for SIP: %s", cases[i]);
    }
}

static void a_cut_request_line_is_accepted_when_it_looks_right(void **state)
{
    struct sip_message message;
    (void)state;
    assert_true(start("INVITE sip:00441632960000@198.18", true, &message));
    assert_int_equal(message.method, METER_INVITE);
    assert_false(start("INVITE si", true, &message));
    assert_false(start("HELLO world and more", true, &message));
    assert_true(start("SIP/2.0 403 Forb", true, &message));
    assert_int_equal(message.status, 403);
}

static void headers_are_read_in_long_form(void **state)
{
    struct sip_message message;
    (void)state;
    assert_true(start("REGISTER sip:h SIP/2.0\r\n"
                      "Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK1\r\n"
                      "From: <sip:wrong@h>;tag=1\r\n"
                      "To: \"Ana <sip:trick@h>\" <sip:1001@198.18.0.11:5060>\r\n"
                      "CALL-ID :  abc@203.0.113.9 \r\n"
                      "CSeq: 314159 REGISTER\r\n"
                      "user-agent: friendly-scanner\r\n"
                      "Authorization: Digest username=\"1001\"\r\n"
                      "\r\n"
                      "User-Agent: in the body\r\n",
                      false, &message));
    sip_parse_headers(&message);
    assert_slice(message.to_user, "1001");
    assert_slice(message.call_id, "abc@203.0.113.9");
    assert_slice(message.user_agent, "friendly-scanner");
    assert_true(message.has_cseq);
    assert_int_equal(message.cseq, 314159);
    assert_int_equal(message.cseq_method, METER_REGISTER);
    assert_true(message.authorized);
    assert_false(message.stale);
}

static void headers_are_read_in_compact_and_folded_form(void **state)
{
    struct sip_message message;
    (void)state;
    assert_true(start("REGISTER sip:h SIP/2.0\r\n"
                      "t:\r\n <sip:1002@h>\r\n"
                      "f: <sip:wrong@h>\r\n"
                      "i:xyz\r\n"
                      "CSeq: 2\r\n\tREGISTER\r\n"
                      "Proxy-Authorization: Digest\r\n"
                      "\r\n",
                      false, &message));
    sip_parse_headers(&message);
    assert_slice(message.to_user, "1002");
    assert_slice(message.call_id, "xyz");
    assert_int_equal(message.cseq, 2);
    assert_int_equal(message.cseq_method, METER_REGISTER);
    assert_true(message.authorized);
}

static void the_to_user_is_found_in_every_address_form(void **state)
{
    static const struct {
        const char *value, *user;
    } cases[] = {
        {"sip:1001@h", "1001"},
        {"<SIP:1001@h>;tag=9", "1001"},
        {"Bob Smith <sips:bob@h>", "bob"},
        {"<sip:1001:secret@h>", "1001"},
        {"<sip:+441632960000;phone-context=x@h>", "+441632960000;phone-context=x"},
        {"\"a\\\"b <sip:no@h>\" <sip:yes@h>", "yes"},
        {"<sip:198.18.0.11>", ""},
        {"<sip:198.18.0.11>;x=y@z", ""},
        {"<tel:+441632960000>", ""},
        {"\"never closed <sip:no@h>", ""},
        {"\"\\", ""},
        {"<", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        struct sip_message message;
        snprintf(text, sizeof text, "REGISTER sip:h SIP/2.0\r\nTo: %s\r\n\r\n", cases[i].value);
        assert_true(start(text, false, &message));
        sip_parse_headers(&message);
        assert_slice(message.to_user, cases[i].user);
    }
}

static void an_identity_that_was_cut_is_none_but_an_authorization_is_seen(void **state)
{
    struct sip_message message;
    (void)state;
    assert_true(start("REGISTER sip:h SIP/2.0\r\nCall-ID: abc", true, &message));
    sip_parse_headers(&message);
    assert_int_equal(message.call_id.len, 0);
    assert_true(start("REGISTER sip:h SIP/2.0\r\nCSeq: 1 REGIS", true, &message));
    sip_parse_headers(&message);
    assert_false(message.has_cseq);
    assert_true(start("REGISTER sip:h SIP/2.0\r\nAuthorization: Dig", true, &message));
    sip_parse_headers(&message);
    assert_true(message.authorized);
}

static void a_stale_nonce_is_told_from_a_wrong_password(void **state)
{
    struct sip_message message;
    (void)state;
    assert_true(start("SIP/2.0 401 Unauthorized\r\n"
                      "WWW-Authenticate: Digest realm=\"h\", STALE=TRUE, nonce=\"1\"\r\n\r\n",
                      false, &message));
    sip_parse_headers(&message);
    assert_true(message.stale);
    assert_true(start("SIP/2.0 401 Unauthorized\r\n"
                      "WWW-Authenticate: Digest realm=\"h\", stale=false\r\n\r\n",
                      false, &message));
    sip_parse_headers(&message);
    assert_false(message.stale);
}

static void an_absurd_cseq_is_none(void **state)
{
    static const char *const cases[] = {"4294967296 REGISTER", "REGISTER", "12", "", "-1 REGISTER"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        struct sip_message message;
        snprintf(text, sizeof text, "REGISTER sip:h SIP/2.0\r\nCSeq: %s\r\n\r\n", cases[i]);
        assert_true(start(text, false, &message));
        sip_parse_headers(&message);
        assert_false(message.has_cseq);
    }
}

static void a_message_cut_at_any_byte_is_never_read_beyond(void **state)
{
    static const char text[] =
        "REGISTER sip:h SIP/2.0\r\nTo: \"a\\\" <sip:1001:x@h>\r\n"
        "i: 1\r\nCSeq: 9 REGISTER\r\nWWW-Authenticate: stale=\"true\"\r\n\r\n";
    (void)state;
    for (size_t len = 0; len < sizeof text; len++) {
        uint8_t *copy = malloc(len + (len == 0));
        struct sip_message message;
        memcpy(copy, text, len);
        for (int cut = 0; cut < 2; cut++)
            if (sip_parse_start(copy, len, cut, &message))
                sip_parse_headers(&message);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_methods_are_told_apart),
        cmocka_unit_test(responses_give_their_code),
        cmocka_unit_test(what_is_not_sip_is_refused),
        cmocka_unit_test(a_cut_request_line_is_accepted_when_it_looks_right),
        cmocka_unit_test(headers_are_read_in_long_form),
        cmocka_unit_test(headers_are_read_in_compact_and_folded_form),
        cmocka_unit_test(the_to_user_is_found_in_every_address_form),
        cmocka_unit_test(an_identity_that_was_cut_is_none_but_an_authorization_is_seen),
        cmocka_unit_test(a_stale_nonce_is_told_from_a_wrong_password),
        cmocka_unit_test(an_absurd_cseq_is_none),
        cmocka_unit_test(a_message_cut_at_any_byte_is_never_read_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
