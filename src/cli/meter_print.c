// SPDX-License-Identifier: MIT

// What a meter found as JSON (docs/cli.md) and as CSV.
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/meter.h"
#include "table/json_text.h"

#define SECOND_US 1000000

double meter_report_seconds(const struct meter_report *report)
{
    const struct meter_snapshot *now = report->snapshot;
    return now->began_us == 0 ? 0 : (double)(now->now_us - now->began_us) / SECOND_US;
}

double meter_report_pps(const struct meter_report *report, const struct meter_talker *talker)
{
    double seconds = meter_report_seconds(report);
    if (!report->whole)
        return talker->pps_10s;
    return (double)talker->packets / (seconds < 1 ? 1 : seconds);
}

// Seconds of the clock cut a burst in two, and the running one is no peak yet: of a whole run the
// peak is never less than what was counted in it, or its mean.
double meter_report_peak(const struct meter_report *report, const struct meter_talker *talker)
{
    const struct meter_snapshot *now = report->snapshot;
    double peak = talker != NULL ? talker->peak_pps : now->peak_pps;
    double running =
        talker != NULL ? talker->per_second[METER_SECONDS - 1] : now->per_second[METER_SECONDS - 1];
    double seconds = meter_report_seconds(report);
    if (!report->whole)
        return peak;
    double mean = (double)(talker != NULL ? talker->packets - talker->error : now->packets) /
                  (seconds < 1 ? 1 : seconds);
    return fmax(peak, fmax(running, mean));
}

int64_t meter_report_pm(const struct meter_report *report, const struct meter_talker *talker,
                        enum meter_method method)
{
    double minutes = meter_report_seconds(report) / 60;
    if (!report->whole)
        return talker->per_minute[method];
    return llround((double)talker->totals[method] / (minutes < 1 ? 1 : minutes));
}

static json_t *json_rounded(double value)
{
    return json_real(round(value * 1000) / 1000);
}

static json_t *json_time(int64_t us)
{
    char text[CLOCK_RFC3339_MAX];
    if (us <= 0)
        return json_null();
    clock_rfc3339(us / 1000, text);
    return json_string(text);
}

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *json_methods(const int64_t counts[METER_METHODS])
{
    json_t *object = json_object();
    for (int method = 0; method < METER_METHODS; method++)
        set(object, meter_method_name((enum meter_method)method), json_integer(counts[method]));
    return object;
}

static json_t *json_other_methods(const struct meter_snapshot *now)
{
    json_t *object = json_object();
    for (int method = 0; method < METER_OTHER_METHODS; method++)
        set(object, meter_other_method_name((enum meter_other_method)method),
            json_integer(now->other_methods[method]));
    return object;
}

static json_t *json_classes(const int64_t counts[METER_CLASSES])
{
    json_t *object = json_object();
    for (int class = 0; class < METER_CLASSES; class ++) {
        const char name[] = {(char)('1' + class), 'x', 'x', '\0'};
        set(object, name, json_integer(counts[class]));
    }
    return object;
}

static json_t *json_failure_codes(const int64_t counts[METER_FAILURE_CODES])
{
    json_t *object = json_object();
    for (int i = 0; i < METER_FAILURE_CODES; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d", meter_failure_codes[i]);
        set(object, name, json_integer(counts[i]));
    }
    return object;
}

static json_t *json_talker(const struct meter_report *report, const struct meter_talker *talker)
{
    char source[ADDRESS_TEXT_MAX];
    struct verdict verdict;
    json_t *object = json_object();

    address_print(&talker->source, source);
    attackers_source(report->attackers, report->snapshot, talker, &verdict);
    set(object, "source", json_string(source));
    set(object, "packets", json_integer(talker->packets));
    set(object, "packets_error", json_integer(talker->error));
    set(object, "detailed", json_boolean(talker->detailed));
    set(object, "bytes", json_integer(talker->bytes));
    set(object, "pps", json_rounded(meter_report_pps(report, talker)));
    set(object, "pps_1s", json_rounded(talker->pps_1s));
    set(object, "pps_10s", json_rounded(talker->pps_10s));
    set(object, "pps_60s", json_rounded(talker->pps_60s));
    set(object, "peak_pps", json_rounded(meter_report_peak(report, talker)));
    set(object, "peak", json_time(talker->peak_us));
    set(object, "options_pm", json_integer(meter_report_pm(report, talker, METER_OPTIONS)));
    set(object, "register_pm", json_integer(meter_report_pm(report, talker, METER_REGISTER)));
    set(object, "invite_pm", json_integer(meter_report_pm(report, talker, METER_INVITE)));
    set(object, "methods", json_methods(talker->totals));
    set(object, "not_sip", json_integer(talker->not_sip));
    set(object, "keepalives", json_integer(talker->keepalives));
    set(object, "responses", json_integer(talker->responses));
    set(object, "response_classes", json_classes(talker->response_classes));
    set(object, "failures", json_integer(talker->failures));
    set(object, "failure_codes", json_failure_codes(talker->failures_by_code));
    set(object, "failures_authorized", json_integer(talker->failures_authorized));
    set(object, "users", json_integer(talker->users));
    set(object, "users_exact", json_boolean(talker->users_exact));
    set(object, "user_agent",
        talker->user_agent[0] != '\0' ? json_text(talker->user_agent) : json_null());
    set(object, "first_seen", json_time(talker->first_us));
    set(object, "last_seen", json_time(talker->last_us));
    set(object, "verdict", json_string(verdict.word));
    set(object, "peer", json_string(verdict.peer));
    set(object, "evidence", json_text(verdict.evidence));
    return object;
}

static json_t *json_network(const struct meter_report *report, const struct meter_network *network)
{
    char base[ADDRESS_TEXT_MAX];
    struct verdict verdict;
    json_t *object = json_object();

    network_print(&network->network, base);
    attackers_network(report->attackers, report->snapshot, network, &verdict);
    set(object, "network", json_string(base));
    set(object, "packets", json_integer(network->packets));
    set(object, "bytes", json_integer(network->bytes));
    set(object, "sources", json_integer(network->sources));
    set(object, "sources_exact", json_boolean(network->sources_exact));
    set(object, "pps_10s", json_rounded(network->pps_10s));
    set(object, "failures", json_integer(network->failures));
    set(object, "first_seen", json_time(network->first_us));
    set(object, "last_seen", json_time(network->last_us));
    set(object, "verdict", json_string(verdict.word));
    set(object, "evidence", json_text(verdict.evidence));
    return object;
}

// Who attacks, in one list: sources, networks, and the whole ("0.0.0.0/0" would be wrong: "all").
static json_t *json_verdicts(const struct meter_report *report)
{
    size_t count;
    struct remembered *list = attackers_list(report->attackers, 0, &count);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        char about[ADDRESS_TEXT_MAX] = "all";
        if (list[i].about.prefix == 128)
            address_print(&list[i].about.base, about);
        else if (list[i].about.prefix > 0)
            network_print(&list[i].about, about);
        json_t *object = json_object();
        set(object, "about", json_string(about));
        set(object, "verdict", json_string(list[i].verdict.word));
        set(object, "evidence", json_text(list[i].verdict.evidence));
        set(object, "time", json_time(list[i].at_us));
        json_array_append_new(array, object);
    }
    free(list);
    return array;
}

static json_t *json_minutes(const struct meter_snapshot *now)
{
    json_t *array = json_array();
    for (size_t i = 0; i < now->minute_count; i++) {
        const struct meter_minute *minute = &now->minutes[i];
        json_t *object = json_object();
        set(object, "time", json_time(minute->minute * 60 * SECOND_US));
        set(object, "packets", json_integer(minute->packets));
        set(object, "methods", json_methods(minute->methods));
        set(object, "responses", json_integer(minute->responses));
        set(object, "failures", json_integer(minute->failures));
        set(object, "not_sip", json_integer(minute->not_sip));
        set(object, "drops", json_integer(minute->drops));
        json_array_append_new(array, object);
    }
    return array;
}

// A file cannot lose packets while it is read.
static json_t *json_drops(const struct meter_report *report)
{
    if (report->plan->kind == METER_FILE)
        return json_integer(0);
    int64_t drops = report->snapshot->kernel_drops;
    return drops >= 0 ? json_integer(drops) : json_null();
}

static void set_totals(json_t *root, const struct meter_report *report)
{
    const struct meter_snapshot *now = report->snapshot;
    double seconds = meter_report_seconds(report);

    set(root, "source", json_text(report->plan->name));
    set(root, "began", json_time(now->began_us));
    set(root, "ended", json_time(now->now_us));
    set(root, "seconds", json_rounded(seconds));
    set(root, "packets", json_integer(now->packets));
    set(root, "sip_packets", json_integer(now->sip_packets));
    set(root, "not_sip", json_integer(now->not_sip));
    set(root, "keepalives", json_integer(now->keepalives));
    set(root, "sources", json_integer((json_int_t)now->sources));
    set(root, "sources_exact", json_boolean(now->sources_exact));
    set(root, "sources_error_pct", json_rounded(now->sources_error_pct));
    set(root, "kernel_drops", json_drops(report));
    set(root, "lossy", json_boolean(now->lossy));
    set(root, "pps", json_rounded((double)now->packets / (seconds < 1 ? 1 : seconds)));
    set(root, "pps_1s", json_rounded(now->pps_1s));
    set(root, "pps_10s", json_rounded(now->pps_10s));
    set(root, "pps_60s", json_rounded(now->pps_60s));
    set(root, "peak_pps", json_rounded(meter_report_peak(report, NULL)));
    set(root, "peak", json_time(now->peak_us));
    set(root, "methods", json_methods(now->totals));
    set(root, "other_methods", json_other_methods(now));
    set(root, "responses", json_classes(now->responses));
    set(root, "failures", json_integer(now->failures));
}

// As one piece: json_dumpf() writes every word of it apart.
static void print_value(FILE *out, json_t *value, size_t flags)
{
    char *text = json_dumps(value, WRITE_JSON_FLAGS | flags);

    if (text != NULL)
        fputs(text, out);
    free(text);
    json_decref(value);
}

// Each is printed before the next one is made: a thousand of them would take many megabytes.
static void print_item(FILE *out, size_t index, json_t *item)
{
    if (index > 0)
        fputs(", ", out);
    print_value(out, item, 0);
}

void meter_print_json(FILE *out, const struct meter_report *report)
{
    const struct meter_snapshot *now = report->snapshot;
    size_t limit = report->plan->invocation->limit;
    json_t *root = json_object();

    set_totals(root, report);
    set(root, "error", report->problem != NULL ? json_text(report->problem) : json_null());
    set(root, "verdicts", json_verdicts(report));
    fputc('{', out);
    print_value(out, root, JSON_EMBED);
    fputs(", \"talkers\": [", out);
    for (size_t i = 0; i < now->talker_count && (limit == 0 || i < limit); i++)
        print_item(out, i, json_talker(report, &now->talkers[i]));
    fputs("], \"networks\": [", out);
    for (size_t i = 0; i < now->network_count && (limit == 0 || i < limit); i++)
        print_item(out, i, json_network(report, &now->networks[i]));
    fputs("], \"minutes\": ", out);
    print_item(out, 0, json_minutes(now));
    fputs("}\n", out);
}

static void print_csv_text(FILE *out, const char *text)
{
    char *clean = text_clean_dup(text);
    bool quoted = strpbrk(clean, ",\"") != NULL;
    if (quoted)
        fputc('"', out);
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '"')
            fputc('"', out);
        fputc(*at, out);
    }
    if (quoted)
        fputc('"', out);
    free(clean);
}

static void print_csv_time(FILE *out, int64_t us)
{
    char text[CLOCK_RFC3339_MAX] = "";
    if (us > 0)
        clock_rfc3339(us / 1000, text);
    fprintf(out, "%s,", text);
}

static void print_csv_talker(FILE *out, const struct meter_report *report,
                             const struct meter_talker *talker)
{
    char source[ADDRESS_TEXT_MAX];
    struct verdict verdict;

    address_print(&talker->source, source);
    attackers_source(report->attackers, report->snapshot, talker, &verdict);
    fprintf(out, "%s,%lld,%lld,%lld,%.3f,%.3f,", source, (long long)talker->packets,
            (long long)talker->error, (long long)talker->bytes, meter_report_pps(report, talker),
            meter_report_peak(report, talker));
    print_csv_time(out, talker->peak_us);
    fprintf(out, "%lld,%lld,%lld,", (long long)meter_report_pm(report, talker, METER_OPTIONS),
            (long long)meter_report_pm(report, talker, METER_REGISTER),
            (long long)meter_report_pm(report, talker, METER_INVITE));
    for (int method = 0; method < METER_METHODS; method++)
        fprintf(out, "%lld,", (long long)talker->totals[method]);
    fprintf(out, "%lld,%lld,%lld,%lld,", (long long)talker->not_sip, (long long)talker->responses,
            (long long)talker->failures, (long long)talker->users);
    print_csv_text(out, talker->user_agent);
    fputc(',', out);
    print_csv_time(out, talker->first_us);
    print_csv_time(out, talker->last_us);
    print_csv_text(out, verdict.word);
    fputc(',', out);
    print_csv_text(out, verdict.evidence);
    fprintf(out, ",%s\n", verdict.peer);
}

void meter_print_csv(FILE *out, const struct meter_report *report)
{
    const struct meter_snapshot *now = report->snapshot;
    size_t limit = report->plan->invocation->limit;

    fputs("source,packets,packets_error,bytes,pps,peak_pps,peak,options_pm,register_pm,invite_pm,"
          "options,register,invite,ack,bye,cancel,other,not_sip,responses,failures,users,"
          "user_agent,first_seen,last_seen,verdict,evidence,peer\n",
          out);
    for (size_t i = 0; i < now->talker_count && (limit == 0 || i < limit); i++)
        print_csv_talker(out, report, &now->talkers[i]);
}
