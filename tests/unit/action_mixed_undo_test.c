// SPDX-License-Identifier: MIT

// The undo of a batch that renewed one ban and made another: taken back, and proven so.
#include "action_backend_host.h"

static struct plan *ban(const struct test_host *host, const struct backend *backend,
                        const char *const *texts, size_t count, int64_t for_s)
{
    static const struct action none;
    struct network networks[2];
    struct plan *plan = plan_new(&none);
    struct plan_host *out = plan_add_host(plan, 0, &host->config);
    struct host_facts *facts = test_host_facts(host);
    struct ban_order order = {networks, count, for_s, "ana", "scan", clock_wall_ms()};
    struct err err = {0};
    for (size_t i = 0; i < count; i++)
        assert_true(network_parse(texts[i], &networks[i]));
    assert_true(backend->plan_ban(facts, &order, out, &err));
    for (size_t i = 0; i < out->step_count; i++) {
        const char *program = out->steps[i].run.argv[0];
        if (strcmp(program, "at") == 0 || strcmp(program, "systemd-run") == 0)
            continue;
        assert_true(run_well(&out->steps[i].run));
        assert_true(check_well(&out->steps[i].after, &err));
    }
    facts_free(facts);
    return plan;
}

static void prove(const struct backend *backend)
{
    static const char *const both[] = {"203.0.113.9", "203.0.113.10"};
    struct test_host host;
    struct err err = {0};
    test_host_up(&host, FLAVOUR_NFT);
    struct plan *first = ban(&host, backend, both, 1, 600);
    struct plan *second = ban(&host, backend, both, 2, 7200);
    const struct plan_host *done = second->hosts[0];
    for (size_t i = done->step_count; i-- > 0;) {
        const struct plan_step *step = &done->steps[i];
        if (step->undo.via == PLAN_NOTHING)
            continue;
        assert_false(check_well(&step->undone, &err));
        assert_true(run_well(&step->undo));
        err = (struct err){0};
        if (!check_well(&step->undone, &err))
            fail_msg("%s: %s", backend->name, err.text);
    }
    plan_free(first);
    plan_free(second);
    test_host_down(&host);
}

static void each_back_end_takes_a_mixed_batch_back(void **state)
{
    (void)state;
    prove(&backend_iptables);
    prove(&backend_ipset);
    prove(&backend_nftables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_back_end_takes_a_mixed_batch_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
