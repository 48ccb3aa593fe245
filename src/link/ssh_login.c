// SPDX-License-Identifier: MIT

// Proving who we are: agent, key files, then what the operator types.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "link/ssh.h"

#define AGENT_PROBE_MS                2000
#define PASSPHRASE_ASKS               3
#define PASSWORD_ASKS                 3
#define KBDINT_ROUNDS                 8
#define SSH_AGENTC_REQUEST_IDENTITIES 11

// A key file that was unlocked once; owned by the link.
struct secret_key {
    struct secret_key *next;
    char *path;
    ssh_key key;
};

struct login {
    struct link *link;
    struct ssh_wire *wire;
    struct str tried; // for the sentence of a denial
    bool partial;     // the last method was taken, the server wants one more
};

void ssh_keys_free(struct secret_key *keys)
{
    while (keys != NULL) {
        struct secret_key *next = keys->next;
        ssh_key_free(keys->key);
        free(keys->path);
        free(keys);
        keys = next;
    }
}

static void add_tried(struct login *login, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add_tried(struct login *login, const char *fmt, ...)
{
    if (login->tried.len > 0)
        str_append(&login->tried, ", ");
    va_list args;
    va_start(args, fmt);
    str_vappendf(&login->tried, _(fmt), args);
    va_end(args);
}

// Repeats a non-blocking login call until it has a result. SSH_AUTH_ERROR with err when the
// connection did not live so long.
#define LOGIN_CALL(login, result, err, call)                                                       \
    do {                                                                                           \
        int64_t deadline_ms_ = clock_mono_ms() + SSH_LOGIN_MS;                                     \
        while (((result) = (call)) == SSH_AUTH_AGAIN)                                              \
            if (!ssh_wait((login)->link, deadline_ms_,                                             \
                          _("the host did not answer the login in time"), err)) {                  \
                (result) = SSH_AUTH_ERROR;                                                         \
                break;                                                                             \
            }                                                                                      \
    } while (0)

// What a result means for the login as a whole.
enum outcome { LOGIN_DONE, LOGIN_NEXT, LOGIN_BROKEN };

static enum outcome judge(struct login *login, int result, struct err *err)
{
    if (result == SSH_AUTH_SUCCESS)
        return LOGIN_DONE;
    if (result == SSH_AUTH_PARTIAL)
        login->partial = true;
    if (result != SSH_AUTH_ERROR)
        return LOGIN_NEXT;
    if (link_is_stopped(login->link, err) || err_is_set(err))
        return LOGIN_BROKEN;
    if (ssh_is_connected(login->wire->session))
        return LOGIN_NEXT; // this method cannot be used here
    err_set(
        err,
        "%s: the host closed the connection during the login (too many tries?) after %s: %.160s",
        login->link->name, login->tried.len > 0 ? login->tried.text : "nothing",
        ssh_get_error(login->wire->session));
    return LOGIN_BROKEN;
}

static int agent_connect(struct login *login)
{
    const char *path = login->wire->settings.agent;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path == NULL || strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval send_timeout = {.tv_sec = 2};
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send_timeout, sizeof send_timeout);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

// Whether the agent answers at all: libssh would wait for it for ever.
static bool agent_answers(struct login *login, int fd)
{
    static const unsigned char request[] = {0, 0, 0, 1, SSH_AGENTC_REQUEST_IDENTITIES};
    unsigned char bytes[4096];
    struct err ignored = {0};
    int64_t deadline_ms = clock_mono_ms() + AGENT_PROBE_MS;
    if (send(fd, request, sizeof request, MSG_NOSIGNAL) != (ssize_t)sizeof request)
        return false;
    size_t have = 0, need = 4;
    while (have < need) {
        if (!link_wait(login->link, fd, POLLIN, deadline_ms, _("the agent did not answer in time"),
                       &ignored))
            return false;
        size_t room = need - have < sizeof bytes ? need - have : sizeof bytes;
        ssize_t got = recv(fd, bytes, room, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
        if (need == 4 && have == 4)
            need +=
                (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
    }
    return need > 4;
}

static enum outcome try_agent(struct login *login, struct err *err)
{
    if (login->wire->settings.agent == NULL)
        return LOGIN_NEXT;
    int fd = agent_connect(login);
    bool answers = fd >= 0 && agent_answers(login, fd);
    if (!answers) {
        add_tried(login,
                  fd < 0 ? N_("no agent at %.60s") : N_("the agent %.60s (it does not answer)"),
                  login->wire->settings.agent);
        if (fd >= 0)
            close(fd);
        return LOGIN_NEXT;
    }
    // It may ask its owner and take its time; link_stop() ends that too.
    int watch = link_watch(login->link, fd);
    int result = SSH_AUTH_DENIED;
    add_tried(login, "agent keys");
    if (ssh_set_agent_socket(login->wire->session, fd) == SSH_OK)
        LOGIN_CALL(login, result, err, ssh_userauth_agent(login->wire->session, NULL));
    else
        close(fd);
    link_unwatch(login->link, watch);
    return judge(login, result, err);
}

static ssh_key key_remembered(const struct link *link, const char *path)
{
    for (const struct secret_key *key = link->keys; key != NULL; key = key->next)
        if (strcmp(key->path, path) == 0)
            return key->key;
    return NULL;
}

static void key_remember(struct link *link, const char *path, ssh_key key)
{
    struct secret_key *entry = mem_alloc(sizeof *entry);
    *entry = (struct secret_key){.next = link->keys, .path = mem_strdup(path), .key = key};
    link->keys = entry;
}

// Whether the server would take this key, asked with its public half, so that no passphrase is
// asked for in vain. LOGIN_DONE: it would (or nobody can say before trying).
static enum outcome offer(struct login *login, const char *path, struct err *err)
{
    ssh_key public = NULL;
    char *beside = mem_printf("%s.pub", path);
    int found = ssh_pki_import_pubkey_file(beside, &public);
    if (found != SSH_OK)
        found = ssh_pki_import_pubkey_file(path, &public);
    free(beside);
    if (found != SSH_OK)
        return LOGIN_DONE;
    int result;
    LOGIN_CALL(login, result, err, ssh_userauth_try_publickey(login->wire->session, NULL, public));
    ssh_key_free(public);
    return judge(login, result, err);
}

static bool unlock(struct login *login, const char *path, ssh_key *key)
{
    // Not NULL for "no passphrase": OpenSSL would then ask for one on the terminal by itself.
    if (ssh_pki_import_privkey_file(path, "", NULL, NULL, key) == SSH_OK)
        return true;
    for (int i = 0; i < PASSPHRASE_ASKS; i++) {
        char *text = mem_printf(i == 0 ? _("%s: passphrase for the key %.200s")
                                       : _("Not right. %s: passphrase for the key %.200s"),
                                login->link->name, path);
        char *passphrase = link_ask(login->link, LINK_ASK_PASSPHRASE, false, text);
        free(text);
        if (passphrase == NULL)
            break;
        int imported = ssh_pki_import_privkey_file(path, passphrase, NULL, NULL, key);
        link_wipe(passphrase);
        if (imported == SSH_OK)
            return true;
    }
    add_tried(login, "%.100s (locked: no right passphrase)", path);
    return false;
}

static enum outcome try_key_file(struct login *login, const char *path, struct err *err)
{
    if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        if (!login->wire->settings.identities_are_usual)
            add_tried(login, "%.100s (no such file)", path);
        return LOGIN_NEXT;
    }
    if (access(path, R_OK) != 0) {
        add_tried(login, "%.100s (not readable)", path);
        return LOGIN_NEXT;
    }
    ssh_key key = key_remembered(login->link, path);
    if (key == NULL) {
        enum outcome offered = offer(login, path, err);
        if (offered == LOGIN_NEXT)
            add_tried(login, "%.100s", path);
        if (offered != LOGIN_DONE)
            return offered;
        if (!unlock(login, path, &key))
            return LOGIN_NEXT;
        key_remember(login->link, path, key);
    }
    int result;
    add_tried(login, "%.100s", path);
    LOGIN_CALL(login, result, err, ssh_userauth_publickey(login->wire->session, NULL, key));
    return judge(login, result, err);
}

// The password that is there already (configured, or taken by the host before), or one that is
// asked for; NULL: none.
static char *password_get(struct login *login, enum link_question_kind kind, bool echo,
                          const char *prompt, int round)
{
    struct link *link = login->link;
    const char *configured = link->host->ssh_password;
    if (round == 0 && !echo && link->password != NULL)
        return mem_strdup(link->password);
    if (round == 0 && !echo && configured != NULL && configured[0] != '\0')
        return mem_strdup(configured);
    char *text = mem_printf(round == 0 ? "%s (%s): %.200s" : _("Not right. %s (%s): %.200s"),
                            link->name, login->wire->settings.user, prompt);
    char *answer = link_ask(link, kind, echo, text);
    free(text);
    return answer;
}

static void password_remember(struct link *link, char *password)
{
    link_wipe(link->password);
    link->password = password;
}

// Answers the prompts of one round; false when the operator does not. *secret is the last hidden
// answer.
static bool answer_prompts(struct login *login, int round, char **secret)
{
    ssh_session session = login->wire->session;
    int count = ssh_userauth_kbdint_getnprompts(session);
    for (int i = 0; i < count; i++) {
        char echo = 0;
        const char *prompt = ssh_userauth_kbdint_getprompt(session, (unsigned)i, &echo);
        char *answer = password_get(login, LINK_ASK_PROMPT, echo != 0,
                                    prompt == NULL ? _("Answer:") : prompt, round);
        if (answer == NULL)
            return false;
        ssh_userauth_kbdint_setanswer(session, (unsigned)i, answer);
        if (echo == 0) {
            link_wipe(*secret);
            *secret = answer;
        } else {
            link_wipe(answer);
        }
    }
    return true;
}

static enum outcome try_interactive(struct login *login, struct err *err)
{
    add_tried(login, "keyboard-interactive");
    for (int ask = 0; ask < PASSWORD_ASKS; ask++) {
        char *secret = NULL;
        bool answered = true, asked = false;
        int result = SSH_AUTH_INFO;
        for (int round = 0; round < KBDINT_ROUNDS && answered; round++) {
            LOGIN_CALL(login, result, err, ssh_userauth_kbdint(login->wire->session, NULL, NULL));
            if (result != SSH_AUTH_INFO)
                break;
            // A round without prompts is usual (PAM says how it went).
            asked = asked || ssh_userauth_kbdint_getnprompts(login->wire->session) > 0;
            answered = answer_prompts(login, ask, &secret);
        }
        if (result == SSH_AUTH_SUCCESS && secret != NULL)
            password_remember(login->link, secret);
        else
            link_wipe(secret);
        if (!answered || result != SSH_AUTH_DENIED || !asked)
            return answered ? judge(login, result, err) : LOGIN_NEXT;
    }
    return LOGIN_NEXT;
}

static enum outcome try_password(struct login *login, struct err *err)
{
    add_tried(login, "password");
    for (int ask = 0; ask < PASSWORD_ASKS; ask++) {
        char *password = password_get(login, LINK_ASK_PASSWORD, false, "password", ask);
        if (password == NULL)
            return LOGIN_NEXT;
        int result;
        LOGIN_CALL(login, result, err, ssh_userauth_password(login->wire->session, NULL, password));
        if (result == SSH_AUTH_SUCCESS)
            password_remember(login->link, password);
        else
            link_wipe(password);
        if (result != SSH_AUTH_DENIED)
            return judge(login, result, err);
    }
    return LOGIN_NEXT;
}

static enum outcome try_keys(struct login *login, struct err *err)
{
    const struct ssh_settings *settings = &login->wire->settings;
    enum outcome outcome = try_agent(login, err);
    for (size_t i = 0; i < settings->identity_count && outcome == LOGIN_NEXT && !login->partial;
         i++)
        outcome = try_key_file(login, settings->identities[i], err);
    return outcome;
}

static const struct {
    int bit;
    const char *name;
    enum outcome (*attempt)(struct login *login, struct err *err);
} methods[] = {
    {SSH_AUTH_METHOD_PUBLICKEY, "publickey", try_keys},
    {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive", try_interactive},
    {SSH_AUTH_METHOD_PASSWORD, "password", try_password},
};
#define METHODS (sizeof methods / sizeof methods[0])

static void say_denied(struct login *login, int offered, struct err *err)
{
    struct str wants = {0};
    for (size_t i = 0; i < METHODS; i++)
        if ((offered & methods[i].bit) != 0)
            str_appendf(&wants, "%s%s", wants.len > 0 ? ", " : "", methods[i].name);
    err_set(err,
            "%s: login denied for %s: tried %s; the server takes %s. Check `user`, and that the "
            "key is in the "
            "host's authorized_keys",
            login->link->name, login->wire->settings.user,
            login->tried.len > 0 ? login->tried.text : _("no key (none found)"),
            wants.len > 0 ? wants.text : _("none of our methods"));
    str_dispose(&wants);
}

static bool run_methods(struct login *login, struct err *err)
{
    int result;
    LOGIN_CALL(login, result, err, ssh_userauth_none(login->wire->session, NULL));
    enum outcome outcome = judge(login, result, err);
    int offered = 0;
    // A host that wants two methods answers "partial" to the first and then offers what is left.
    for (int pass = 0; pass < (int)METHODS && outcome == LOGIN_NEXT; pass++) {
        login->partial = false;
        offered = ssh_userauth_list(login->wire->session, NULL);
        for (size_t i = 0; i < METHODS && outcome == LOGIN_NEXT && !login->partial; i++)
            if ((offered & methods[i].bit) != 0 && !link_is_stopped(login->link, err))
                outcome = methods[i].attempt(login, err);
        if (!login->partial)
            break;
    }
    if (outcome == LOGIN_NEXT && !link_is_stopped(login->link, err))
        say_denied(login, offered, err);
    return outcome == LOGIN_DONE;
}

bool ssh_login(struct link *link, struct ssh_wire *wire, struct err *err)
{
    link_set_stage(link, LINK_STAGE_LOGIN);
    struct login login = {.link = link, .wire = wire};
    bool ok = run_methods(&login, err);
    str_dispose(&login.tried);
    return ok;
}
