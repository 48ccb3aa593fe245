// SPDX-License-Identifier: MIT

// Counters of all rules at one moment, so that the next moment gives rates. Pure.
#ifndef PROBE_FIREWALL_SAMPLE_H
#define PROBE_FIREWALL_SAMPLE_H

#include "probe/iptables_save.h"

struct firewall_sample;

// now_s: any monotonic clock of the host, in seconds.
struct firewall_sample *firewall_sample_new(const struct iptables_rules *rules, double now_s);
void firewall_sample_free(struct firewall_sample *sample);
double firewall_sample_time_s(const struct firewall_sample *sample);

// Packets a second of this rule since the sample; false when the rule was not there, has no
// counters, or was set back since.
bool firewall_sample_rate(const struct firewall_sample *sample, const struct iptables_rule *rule,
                          double now_s, double *pps);

#endif
