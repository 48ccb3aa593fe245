// SPDX-License-Identifier: MIT

// The addresses of this machine, and from where it is worked at.
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "action/facts.h"

void facts_add_here(struct host_facts *facts)
{
    struct ifaddrs *list = NULL;
    if (getifaddrs(&list) != 0) {
        facts->console_fact = (struct fact){FACT_FAILED, facts_text(facts, "%s", strerror(errno))};
        return;
    }
    for (const struct ifaddrs *item = list; item != NULL; item = item->ifa_next) {
        if (item->ifa_addr == NULL || (item->ifa_flags & IFF_LOOPBACK) != 0)
            continue;
        struct address address = {.bytes = {[10] = 0xff, [11] = 0xff}};
        if (item->ifa_addr->sa_family == AF_INET) {
            struct sockaddr_in in;
            memcpy(&in, item->ifa_addr, sizeof in);
            memcpy(address.bytes + 12, &in.sin_addr, 4);
        } else if (item->ifa_addr->sa_family == AF_INET6) {
            struct sockaddr_in6 in6;
            memcpy(&in6, item->ifa_addr, sizeof in6);
            memcpy(address.bytes, &in6.sin6_addr, 16);
        } else {
            continue;
        }
        facts_add_console(facts, &address);
    }
    freeifaddrs(list);
}

// sshd(8): SSH_CONNECTION is "CLIENT PORT SERVER PORT".
static void add_operator(struct host_facts *facts)
{
    const char *connection = getenv("SSH_CONNECTION");
    struct slice rest = slice_of(connection != NULL ? connection : "");
    struct slice word = slice_take_word(&rest);
    char text[ADDRESS_TEXT_MAX] = "";
    struct address from;
    if (word.len < sizeof text)
        memcpy(text, word.text, word.len);
    text[strcspn(text, "%")] = '\0';
    if (address_parse(text, &from))
        facts_add_console(facts, &from);
}

struct host_facts *facts_here(const struct host_config *host, const struct profile *profile)
{
    struct host_facts *facts = facts_new(host, profile);
    facts->console_fact.word = FACT_KNOWN;
    facts->local_fact.word = facts->route_facts[0].word = facts->route_facts[1].word = FACT_ABSENT;
    facts_add_here(facts);
    add_operator(facts);
    return facts;
}
