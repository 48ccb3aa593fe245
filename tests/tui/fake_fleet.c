// SPDX-License-Identifier: MIT

// The fleet's interface over tables made of text.
#include "fake_fleet.h"

#include <ctype.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "base/xdg.h"
#include "conf/option.h"
#include "fake_action.h"
#include "meter/evidence.h"

#define HOSTS_MAX    64
#define WORDS_MAX    64
#define VARIANTS_MAX 8

struct words {
    char *word[WORDS_MAX]; // the line's first words
    size_t count;
    char *name[WORDS_MAX]; // of NAME=VALUE, with ! !! + still at its end
    char *value[WORDS_MAX];
    size_t pairs;
};

struct fake_feed {
    struct snapshot *current; // with a reference
    struct table *open[VARIANTS_MAX];
};

struct fleet {
    pthread_mutex_t lock;
    int wake_fd;
    struct config config;
    struct host_config configs[HOSTS_MAX];
    struct host_status status[HOSTS_MAX];
    struct fake_feed *feeds[HOSTS_MAX]; // by probe index
    struct profile *profile;
    bool slow;
    struct link *link;            // of this machine; nothing is run over it
    char shields[HOSTS_MAX][256]; // what a host says of its shield
    char refuses[HOSTS_MAX][160]; // what a host answers to commands that change something; "": done
    char log[256];
};

struct fake {
    struct fleet fleet;
};

static void add_filter(struct config *config, const char *name, const char *pane, const char *rows)
{
    config->filters =
        mem_resize(config->filters, config->filter_count + 1, sizeof *config->filters);
    config->filters[config->filter_count++] = (struct filter_config){
        .name = mem_strdup(name), .pane = mem_strdup(pane), .expression = mem_strdup(rows)};
}

// "notify_by=osc9 title=yes": of [nocdesk]; what the console says beside its screen is off unless
// a test wants it.
static void set_options(struct config *config, const char *text)
{
    config->bell = config->notify = ALERT_NEVER;
    char *words = mem_strdup(text != NULL ? text : ""), *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        size_t len = strcspn(word, "=");
        struct err err = {0};
        char *name = mem_strndup(word, len);
        const struct config_option *option = config_option_find(&config_section_nocdesk, name);
        free(name);
        if (option == NULL || word[len] == '\0' ||
            !option_set(option, config, word + len + 1, &err))
            fprintf(stderr, "FAKE_OPTIONS: %s: %s\n", word, err.text);
    }
    free(words);
}

// One hook that hears of steps of checklists: FAKE_HOOK is a program that takes no words.
static void set_hook(struct config *config, const char *program)
{
    if (program == NULL)
        return;
    char **command = mem_array(2, sizeof *command);
    command[0] = mem_strdup(program);
    config->hooks = mem_array(1, sizeof *config->hooks);
    config->hook_count = 1;
    config->hooks[0] = (struct hook_config){.name = mem_strdup("test"),
                                            .command = command,
                                            .on = 1u << NOTICE_STEP,
                                            .level = ALERT_CRITICAL,
                                            .quiet_ms = -1,
                                            .timeout_ms = 5000};
}

struct fake *fake_new(void)
{
    struct fake *fake = mem_alloc(sizeof *fake);
    pthread_mutex_init(&fake->fleet.lock, NULL);
    fake->fleet.wake_fd = wake_new();
    struct err_list errors = {0};
    if (!profile_load("vos3000", NULL, &fake->fleet.profile, &errors))
        fprintf(stderr, "the profile has faults\n");
    err_list_dispose(&errors);
    const char *operator_name = getenv("FAKE_OPERATOR");
    fake->fleet.config.hosts = fake->fleet.configs;
    fake->fleet.config.operator_name = mem_strdup(operator_name != NULL ? operator_name : "ana");
    fake->fleet.config.confirm = CONFIRM_RISKY;
    fake->fleet.config.ban_for_ms = 3600000;
    fake->fleet.config.bans_per_minute = 200;
    fake->fleet.config.read_only = getenv("FAKE_READ_ONLY") != NULL;
    fake->fleet.link = fake_link();
    fake->fleet.config.theme = mem_strdup("default");
    fake->fleet.config.keymap = mem_strdup("default");
    fake->fleet.config.state_dir = xdg_state_path("");
    add_filter(&fake->fleet.config, "low-asr", "gateways", "asr_pct<20");
    add_filter(&fake->fleet.config, "lost", "hosts", "state!=live");
    fake->fleet.config.evidence_mib = 10;
    fake->fleet.config.evidence_for_ms = 60000;
    set_options(&fake->fleet.config, getenv("FAKE_OPTIONS"));
    set_hook(&fake->fleet.config, getenv("FAKE_HOOK"));
    return fake;
}

const struct config *fake_config(struct fake *fake)
{
    return &fake->fleet.config;
}

void fake_take_commands(struct fake *fake)
{
    char *path = xdg_config_path("nocdesk.ini");
    struct config *to = &fake->fleet.config;
    if (access(path, F_OK) == 0) {
        struct err_list errors = {0};
        struct config *from = config_read(path, &errors);
        for (size_t i = 0; i < errors.count; i++)
            fprintf(stderr, "%s\n", errors.texts[i]);
        to->commands = from->commands;
        to->command_count = from->command_count;
        to->path = mem_strdup("nocdesk.ini");
        from->commands = NULL;
        from->command_count = 0;
        to->read_only = from->read_only;
        config_free(from);
        err_list_dispose(&errors);
    }
    free(path);
}

struct fleet *fake_fleet(struct fake *fake)
{
    return &fake->fleet;
}

void fake_log_to(struct fake *fake, const char *path)
{
    snprintf(fake->fleet.log, sizeof fake->fleet.log, "%s", path);
}

static void log_event(struct fleet *fleet, const char *text)
{
    FILE *file = fleet->log[0] != '\0' ? fopen(fleet->log, "a") : NULL;
    if (file == NULL)
        return;
    fprintf(file, "%s\n", text);
    fclose(file);
}

static char unescape(const char **at)
{
    char c = *(*at)++;
    if (c != '\\')
        return c;
    c = *(*at)++;
    if (c == 'x') {
        char hex[3] = {(*at)[0], (*at)[1], '\0'};
        *at += 2;
        return (char)strtol(hex, NULL, 16);
    }
    return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

// One word or NAME=VALUE; the part in quotes may hold spaces.
static char *take_token(const char **at)
{
    struct str token = {0};
    bool quoted = false;
    while (**at != '\0' && (quoted || !isspace((unsigned char)**at))) {
        if (**at == '"') {
            quoted = !quoted;
            (*at)++;
        } else {
            str_append_char(&token, quoted ? unescape(at) : *(*at)++);
        }
    }
    return str_take(&token);
}

static void split(const char *line, struct words *words)
{
    for (;;) {
        while (isspace((unsigned char)*line))
            line++;
        if (*line == '\0' || *line == '#')
            return;
        char *token = take_token(&line);
        char *equals = strchr(token, '=');
        if (equals == NULL && words->count < WORDS_MAX) {
            words->word[words->count++] = token;
        } else if (equals != NULL && words->pairs < WORDS_MAX) {
            *equals = '\0';
            words->name[words->pairs] = token;
            words->value[words->pairs++] = mem_strdup(equals + 1);
        }
    }
}

static void words_dispose(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->word[i]);
    for (size_t i = 0; i < words->pairs; i++) {
        free(words->name[i]);
        free(words->value[i]);
    }
}

static const char *pair(const struct words *words, const char *name, const char *fallback)
{
    for (size_t i = 0; i < words->pairs; i++)
        if (strcmp(words->name[i], name) == 0)
            return words->value[i];
    return fallback;
}

static int64_t pair_int(const struct words *words, const char *name, int64_t fallback)
{
    const char *text = pair(words, name, NULL);
    return text != NULL ? strtoll(text, NULL, 10) : fallback;
}

static long find_host(const struct fleet *fleet, const char *name)
{
    for (size_t i = 0; i < fleet->config.host_count; i++)
        if (strcmp(fleet->configs[i].name, name) == 0)
            return (long)i;
    return -1;
}

static bool say_host(struct fleet *fleet, const struct words *words, struct err *err)
{
    if (words->count != 2 || fleet->config.host_count == HOSTS_MAX)
        return err_set(err, "host NAME");
    size_t index = fleet->config.host_count++;
    struct host_config *host = &fleet->configs[index];
    host->name = mem_strdup(words->word[1]);
    host->environment = mem_strdup(pair(words, "env", ""));
    host->groups = mem_strdup(pair(words, "groups", ""));
    host->accent = config_accent(&fleet->config, host);
    host->address = mem_strdup(pair(words, "address", "198.18.0.11"));
    host->enabled = true;
    host->confirm = CONFIRM_AS_GLOBAL;
    host->bell = host->notify = ALERT_AS_GLOBAL;
    host->ban_jail = mem_strdup("");
    host->capture = mem_strdup("any");
    fleet->feeds[index] = mem_array(probe_count(), sizeof *fleet->feeds[index]);
    fleet->status[index] =
        (struct host_status){.word = HOST_CONNECTING, .newest_age_ms = -1, .link.rtt_ms = -1};
    return true;
}

static const char *const state_words[] = {
    [HOST_DISABLED] = "disabled", [HOST_CONNECTING] = "connecting", [HOST_ASKING] = "asking",
    [HOST_LIVE] = "live",         [HOST_STALE] = "stale",           [HOST_RETRYING] = "retrying",
    [HOST_DOWN] = "down",
};

const char *host_state_text(enum host_state_word word)
{
    return state_words[word];
}

static bool say_state(struct fleet *fleet, size_t host, const struct words *words, struct err *err)
{
    struct host_status *status = &fleet->status[host];
    for (size_t i = 0; words->count > 2 && i < sizeof state_words / sizeof *state_words; i++) {
        if (strcmp(state_words[i], words->word[2]) != 0)
            continue;
        status->word = (enum host_state_word)i;
        status->retry_in_ms = pair_int(words, "retry_ms", 0);
        status->newest_age_ms = pair_int(words, "age_ms", -1);
        snprintf(status->error, sizeof status->error, "%s", pair(words, "error", ""));
        snprintf(status->link.peer, sizeof status->link.peer, "%s", pair(words, "peer", ""));
        snprintf(status->link.notes, sizeof status->link.notes, "%s", pair(words, "notes", ""));
        status->link.rtt_ms = pair_int(words, "rtt_ms", -1);
        status->link.question.kind = LINK_ASK_NONE;
        return true;
    }
    return err_set(err, "state HOST WORD");
}

static bool say_ask(struct fleet *fleet, size_t host, const struct words *words, struct err *err)
{
    static const char *const kinds[] = {
        [LINK_ASK_NONE] = "none",
        [LINK_ASK_HOSTKEY] = "hostkey",
        [LINK_ASK_PASSPHRASE] = "passphrase",
        [LINK_ASK_PASSWORD] = "password",
        [LINK_ASK_PROMPT] = "prompt",
    };
    struct link_question *question = &fleet->status[host].link.question;
    fleet->status[host].word = HOST_ASKING;
    question->id = (uint64_t)pair_int(words, "id", 1);
    question->echo = pair_int(words, "echo", 0) != 0;
    snprintf(question->text, sizeof question->text, "%s", pair(words, "text", ""));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i], pair(words, "kind", "")) == 0) {
            question->kind = (enum link_question_kind)i;
            return true;
        }
    }
    return err_set(err, "ask HOST kind=");
}

static size_t variant_count(const struct probe *probe)
{
    size_t count = 0;
    while (probe->schema->variants != NULL && probe->schema->variants[count] != NULL)
        count++;
    return count > 0 ? count : 1;
}

// "20 30 - 50": the newest last, - for unknown.
static void set_series(struct table *table, size_t row, size_t col, const char *value)
{
    float values[120];
    size_t count = 0;
    for (char *end; count < 120 && *value != '\0'; value += strspn(value, " ")) {
        float number = strtof(value, &end);
        values[count++] = end == value ? NAN : number;
        value = end == value ? value + 1 : end;
    }
    table_set_series(table, row, col, values, count);
}

static void set_cell(struct table *table, size_t row, int col, const char *value)
{
    const struct column *column = &table_schema(table)->columns[col];
    size_t at = (size_t)col;
    switch (column->kind) {
    case KIND_TEXT:
    case KIND_ADDRESS:
        table_set_text(table, row, at, value);
        break;
    case KIND_BOOL:
        table_set_int(table, row, at, strcmp(value, "yes") == 0);
        break;
    case KIND_TIME:
        table_set_int(table, row, at, clock_wall_ms() + strtoll(value, NULL, 10) * 1000);
        break;
    case KIND_INT:
    case KIND_BYTES:
        table_set_int(table, row, at, strtoll(value, NULL, 10));
        break;
    case KIND_SERIES:
        set_series(table, row, at, value);
        break;
    default:
        table_set_real(table, row, at, strtod(value, NULL));
    }
}

static enum level level_of(char *name)
{
    size_t len = strlen(name);
    if (len > 2 && strcmp(name + len - 2, "!!") == 0)
        return LEVEL_CRIT;
    if (len > 1 && name[len - 1] == '!')
        return LEVEL_WARN;
    return len > 1 && name[len - 1] == '+' ? LEVEL_OK : LEVEL_NONE;
}

static bool add_row(struct table *table, const char *host, const struct words *words, int64_t count,
                    struct err *err)
{
    size_t row = table_add_row(table);
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)count);
    table_set_text(table, row, 0, host);
    for (size_t i = 0; i < words->pairs; i++) {
        char *name = mem_strdup(words->name[i]);
        enum level level = level_of(name);
        name[strcspn(name, "!+")] = '\0';
        int col = schema_find(table_schema(table), name);
        bool known = col >= 0 || strcmp(name, "times") == 0;
        if (!known)
            err_set(err, "%s has no column %s", table_schema(table)->name, name);
        free(name);
        if (!known)
            return false;
        if (col < 0)
            continue;
        struct str value = {0};
        const char *mark = strstr(words->value[i], "%d");
        str_append_bytes(&value, words->value[i],
                         mark != NULL ? (size_t)(mark - words->value[i]) : strlen(words->value[i]));
        if (mark != NULL)
            str_appendf(&value, "%s%s", number, mark + 2);
        set_cell(table, row, col, str_text(&value));
        table_set_level(table, row, (size_t)col, level);
        str_dispose(&value);
    }
    return true;
}

static bool say_row(struct fleet *fleet, size_t host, const struct probe *probe,
                    const struct words *words, struct err *err)
{
    struct fake_feed *feed = &fleet->feeds[host][probe_index(probe)];
    for (size_t variant = 0; variant < variant_count(probe); variant++) {
        if (feed->open[variant] == NULL)
            feed->open[variant] = table_new(probe->schema);
        for (int64_t i = 0; i < pair_int(words, "times", 1); i++)
            if (!add_row(feed->open[variant], fleet->configs[host].name, words, i, err))
                return false;
    }
    return true;
}

static void say_publish(struct fleet *fleet, size_t host, const struct probe *probe,
                        const struct words *words)
{
    struct fake_feed *feed = &fleet->feeds[host][probe_index(probe)];
    struct snapshot *old = feed->current, *fresh = mem_alloc(sizeof *fresh);
    bool keep = pair_int(words, "keep", 0) != 0;
    bool none = pair(words, "error", NULL) != NULL || pair_int(words, "loading", 0) != 0;
    atomic_init(&fresh->refs, 1);
    fresh->table_count = keep   ? (old != NULL ? old->table_count : 0)
                         : none ? 0
                                : variant_count(probe);
    fresh->tables = mem_array(VARIANTS_MAX, sizeof *fresh->tables);
    for (size_t i = 0; i < fresh->table_count; i++) {
        if (!keep && feed->open[i] == NULL)
            feed->open[i] = table_new(probe->schema);
        fresh->tables[i] = keep ? table_ref(old->tables[i]) : table_seal(feed->open[i]);
        feed->open[i] = NULL;
    }
    fresh->read_mono_ms = clock_mono_ms() - pair_int(words, "age_ms", 0);
    fresh->read_wall_ms = clock_wall_ms() - pair_int(words, "age_ms", 0);
    snprintf(fresh->source, sizeof fresh->source, "%s", pair(words, "source", ""));
    snprintf(fresh->note, sizeof fresh->note, "%s", pair(words, "note", ""));
    snprintf(fresh->error, sizeof fresh->error, "%s", pair(words, "error", ""));
    snprintf(fresh->progress, sizeof fresh->progress, "%s", pair(words, "progress", ""));
    fresh->fallback = pair_int(words, "fallback", 0) != 0;
    fresh->settling = pair_int(words, "settling", 0) != 0;
    fresh->loading = pair_int(words, "loading", 0) != 0;
    fresh->progress_pct = (int)pair_int(words, "pct", -1);
    fresh->period_ms = 2000;
    fresh->attempts = (old != NULL ? old->attempts : 0) + 1;
    fresh->serial = fresh->attempts;
    pthread_mutex_lock(&fleet->lock);
    feed->current = fresh;
    pthread_mutex_unlock(&fleet->lock);
    snapshot_unref(old);
}

static void *crash_thread(void *arg)
{
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    raise((int)(intptr_t)arg);
    return NULL;
}

static bool crash(const char *name, struct err *err)
{
    static const struct {
        const char *name;
        int number;
    } signals[] = {{"SEGV", SIGSEGV}, {"ABRT", SIGABRT}, {"BUS", SIGBUS}};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        pthread_t thread;
        if (strcmp(signals[i].name, name) != 0)
            continue;
        // Not thread_start(): the signal must not be blocked.
        pthread_create(&thread, NULL, crash_thread, (void *)(intptr_t)signals[i].number);
        pthread_detach(thread);
        return true;
    }
    return err_set(err, "crash SEGV|ABRT|BUS");
}

static bool say_words(struct fleet *fleet, const struct words *words, struct err *err)
{
    const char *verb = words->word[0];
    if (strcmp(verb, "host") == 0)
        return say_host(fleet, words, err);
    if (words->count < 2)
        return err_set(err, "%s wants more words", verb);
    if (strcmp(verb, "advance") == 0) {
        clock_advance(strtoll(words->word[1], NULL, 10));
        return true;
    }
    if (strcmp(verb, "stop") == 0) {
        fleet->slow = true;
        log_event(fleet, "will stop slowly");
        return true;
    }
    if (strcmp(verb, "crash") == 0)
        return crash(words->word[1], err);
    long host = find_host(fleet, words->word[1]);
    if (host < 0)
        return err_set(err, "no host %s", words->word[1]);
    if (strcmp(verb, "act") == 0) {
        snprintf(fleet->refuses[host], sizeof fleet->refuses[host], "%s", pair(words, "error", ""));
        char line[80];
        snprintf(line, sizeof line, "%.40s %s", words->word[1],
                 fleet->refuses[host][0] != '\0' ? "refuses" : "obeys");
        log_event(fleet, line);
        return true;
    }
    if (strcmp(verb, "shield") == 0) {
        snprintf(fleet->shields[host], sizeof fleet->shields[host], "%s", pair(words, "job", ""));
        return true;
    }
    if (strcmp(verb, "state") == 0)
        return say_state(fleet, (size_t)host, words, err);
    if (strcmp(verb, "ask") == 0)
        return say_ask(fleet, (size_t)host, words, err);
    const struct probe *probe = words->count > 2 ? probe_find(words->word[2]) : NULL;
    if (probe == NULL)
        return err_set(err, "no such probe");
    if (strcmp(verb, "row") == 0)
        return say_row(fleet, (size_t)host, probe, words, err);
    if (strcmp(verb, "publish") != 0)
        return err_set(err, "no such word: %s", verb);
    say_publish(fleet, (size_t)host, probe, words);
    return true;
}

bool fake_say(struct fake *fake, const char *line, struct err *err)
{
    struct words words = {0};
    split(line, &words);
    bool ok = true;
    if (words.count > 0) {
        // Tables are made by whoever says them, as a host's lane makes them: without the lock.
        bool of_table = strcmp(words.word[0], "row") == 0 || strcmp(words.word[0], "publish") == 0;
        if (!of_table)
            pthread_mutex_lock(&fake->fleet.lock);
        ok = say_words(&fake->fleet, &words, err);
        if (!of_table)
            pthread_mutex_unlock(&fake->fleet.lock);
        wake_signal(fake->fleet.wake_fd);
    }
    words_dispose(&words);
    return ok;
}

void fleet_start(struct fleet *fleet)
{
    log_event(fleet, "start");
}

bool fleet_stop(struct fleet *fleet, int64_t within_ms)
{
    (void)within_ms;
    log_event(fleet, "stop");
    return !fleet->slow;
}

size_t fleet_host_count(const struct fleet *fleet)
{
    return fleet->config.host_count;
}

const struct host_config *fleet_host(const struct fleet *fleet, size_t host)
{
    return &fleet->configs[host];
}

const struct profile *fleet_profile(const struct fleet *fleet, size_t host)
{
    (void)host;
    return fleet->profile;
}

bool fleet_is_off(const struct fleet *fleet, size_t host, const struct probe *probe,
                  struct err *why)
{
    (void)fleet;
    (void)host;
    (void)probe;
    (void)why;
    return false;
}

void fleet_host_status(struct fleet *fleet, size_t host, struct host_status *out)
{
    pthread_mutex_lock(&fleet->lock);
    *out = fleet->status[host];
    pthread_mutex_unlock(&fleet->lock);
}

const struct snapshot *fleet_snapshot(struct fleet *fleet, size_t host, const struct probe *probe)
{
    pthread_mutex_lock(&fleet->lock);
    struct snapshot *snapshot = fleet->feeds[host][probe_index(probe)].current;
    if (snapshot != NULL)
        atomic_fetch_add(&snapshot->refs, 1);
    pthread_mutex_unlock(&fleet->lock);
    return snapshot;
}

void fleet_look(struct fleet *fleet, const struct probe *const *looked)
{
    struct str line = {0};
    str_append(&line, "look");
    for (size_t i = 0; looked[i] != NULL; i++)
        str_appendf(&line, " %s", looked[i]->schema->name);
    log_event(fleet, str_text(&line));
    str_dispose(&line);
}

void fleet_refresh(struct fleet *fleet, long host, const struct probe *probe)
{
    char line[120];
    snprintf(line, sizeof line, "refresh %s %s", host < 0 ? "all" : fleet->configs[host].name,
             probe != NULL ? probe->schema->name : "all");
    log_event(fleet, line);
}

const char *fake_shield(struct fleet *fleet, size_t host)
{
    static _Thread_local char text[512];
    pthread_mutex_lock(&fleet->lock);
    snprintf(text, sizeof text,
             "has iptables multiport\nhas iptables conntrack\nhas iptables comment\n@@job\n%s\n"
             "@@end\n",
             fleet->shields[host]);
    pthread_mutex_unlock(&fleet->lock);
    return text;
}

void fleet_renew(struct fleet *fleet, size_t host)
{
    char line[80];
    snprintf(line, sizeof line, "renew %.40s", fleet->configs[host].name);
    log_event(fleet, line);
    atomic_fetch_add(&link_load(fleet->link)->connects, 1);
}

void fleet_answer(struct fleet *fleet, size_t host, uint64_t question, const char *text)
{
    char line[300];
    snprintf(line, sizeof line, "answer %s %llu %s", fleet->configs[host].name,
             (unsigned long long)question, text != NULL ? text : "(declined)");
    log_event(fleet, line);
    pthread_mutex_lock(&fleet->lock);
    fleet->status[host].word = HOST_CONNECTING;
    fleet->status[host].link.question.kind = LINK_ASK_NONE;
    pthread_mutex_unlock(&fleet->lock);
}

struct link *fleet_link(struct fleet *fleet, size_t host)
{
    (void)host;
    return fleet->link;
}

bool fake_runs(struct fleet *fleet, size_t host, const char *what, struct err *err)
{
    char line[400];
    snprintf(line, sizeof line, "run %s %.300s", fleet->configs[host].name, what);
    pthread_mutex_lock(&fleet->lock);
    log_event(fleet, line);
    bool done = fleet->refuses[host][0] == '\0' || err_set(err, "%s", fleet->refuses[host]);
    pthread_mutex_unlock(&fleet->lock);
    return done;
}

void fleet_publish(struct fleet *fleet, size_t host, const struct probe *probe,
                   const struct table *table, const char *source)
{
    struct fake_feed *feed = &fleet->feeds[host][probe_index(probe)];
    struct snapshot *fresh = mem_alloc(sizeof *fresh);
    atomic_init(&fresh->refs, 1);
    fresh->tables = mem_array(VARIANTS_MAX, sizeof *fresh->tables);
    fresh->tables[0] = table;
    fresh->table_count = 1;
    fresh->read_mono_ms = clock_mono_ms();
    fresh->read_wall_ms = clock_wall_ms();
    snprintf(fresh->source, sizeof fresh->source, "%s", source);
    fresh->period_ms = 2000;
    pthread_mutex_lock(&fleet->lock);
    struct snapshot *old = feed->current;
    fresh->serial = fresh->attempts = (old != NULL ? old->attempts : 0) + 1;
    feed->current = fresh;
    pthread_mutex_unlock(&fleet->lock);
    snapshot_unref(old);
    wake_signal(fleet->wake_fd);
}

void fleet_watch(struct fleet *fleet, size_t host, struct evidence *evidence)
{
    char line[160], source[ADDRESS_TEXT_MAX];
    address_print(evidence_source(evidence), source);
    snprintf(line, sizeof line, "watch %s %s", fleet->configs[host].name, source);
    log_event(fleet, line);
    evidence_unref(evidence);
}

int fleet_wake_fd(const struct fleet *fleet)
{
    return fleet->wake_fd;
}

void fleet_drain(struct fleet *fleet)
{
    wake_drain(fleet->wake_fd);
}

void fleet_host_load(struct fleet *fleet, size_t host, struct fleet_load *out)
{
    (void)fleet;
    (void)host;
    *out = (struct fleet_load){.commands = 12, .statements = 34, .requests = 56, .connects = 1};
}

// What a recording is played into is another fleet: see replay_driver.c.
bool fleet_is_played(const struct fleet *fleet)
{
    (void)fleet;
    return false;
}

void fleet_play(struct fleet *fleet)
{
    (void)fleet;
    abort();
}

void fleet_put_status(struct fleet *fleet, size_t host, const struct host_status *status)
{
    (void)fleet, (void)host, (void)status;
    abort();
}

void fleet_put_snapshot(struct fleet *fleet, size_t host, const struct probe *probe,
                        struct snapshot *snapshot)
{
    (void)fleet, (void)host, (void)probe, (void)snapshot;
    abort();
}

void fleet_put_answer(struct fleet *fleet, size_t host, const char *text, size_t len)
{
    (void)fleet, (void)host, (void)text, (void)len;
    abort();
}
