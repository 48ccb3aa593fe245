// SPDX-License-Identifier: MIT

// What the meter needs to know of one SIP message; slices point into the message.
#ifndef METER_SIP_H
#define METER_SIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "meter/meter.h"

// Foreign bytes; len 0: absent.
struct sip_slice {
    const char *text;
    size_t len;
};

enum sip_kind { SIP_NONE, SIP_REQUEST, SIP_RESPONSE };

struct sip_message {
    enum sip_kind kind;
    enum meter_method method;      // of a request
    enum meter_other_method other; // of a request whose method is METER_OTHER
    int status;                    // of a response: 100..699

    struct sip_slice text;    // all of it that was captured, from the start line on
    struct sip_slice uri;     // of a request; else empty
    struct sip_slice headers; // what follows the start line

    // Filled by sip_parse_headers(), and unset before; the first header of a name counts.
    struct sip_slice call_id;
    struct sip_slice branch;  // of the topmost Via: names the transaction (RFC 3261, 17.1.3)
    struct sip_slice to_user; // user part of the To URI, without its password
    struct sip_slice user_agent;
    bool has_cseq;
    uint32_t cseq;
    enum meter_method cseq_method;
    bool authorized; // carries Authorization or Proxy-Authorization
    bool stale;      // the challenge says that only the nonce was too old
};

// Recognises the start line; false when the payload does not begin a SIP message. cut: the payload
// goes on beyond len, so a request line without its end is accepted when all there is looks right.
bool sip_parse_start(const uint8_t *payload, size_t len, bool cut, struct sip_message *out);

// True for what keeps a NAT open: line breaks, zero bytes, no bytes or one, STUN (RFC 5389).
bool sip_is_keepalive(const uint8_t *payload, size_t len);

// The user part of a request's URI; empty when there is none.
struct sip_slice sip_request_user(const struct sip_message *request);

// Reads the headers, in long or compact form, as far as they were captured.
void sip_parse_headers(struct sip_message *message);

#endif
