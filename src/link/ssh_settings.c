// SPDX-License-Identifier: MIT

// From the host's configuration and ~/.ssh/config to a libssh session with all its options set.
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/xdg.h"
#include "link/ssh.h"
#include "link/ssh_config.h"

#define SYSTEM_CONFIG "/etc/ssh/ssh_config"

// Today's algorithms first, then those of OpenSSH 4.3 and 5.3: a host that was upgraded uses the
// better ones by itself.
static const struct {
    enum ssh_options_e option;
    const char *list;
} legacy_algorithms[] = {
    {SSH_OPTIONS_KEY_EXCHANGE,
     "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
     "ecdh-sha2-nistp521,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512,"
     "diffie-hellman-group-exchange-sha256,diffie-hellman-group14-sha256,"
     "diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1"},
    {SSH_OPTIONS_HOSTKEYS,
     "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
     "rsa-sha2-512,rsa-sha2-256,ssh-rsa"},
    {SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES,
     "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
     "rsa-sha2-512,rsa-sha2-256,ssh-rsa"},
#define MACS                                                                                       \
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,"     \
    "hmac-sha1"
    {SSH_OPTIONS_HMAC_C_S, MACS},
    {SSH_OPTIONS_HMAC_S_C, MACS},
#define CIPHERS                                                                                    \
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,"      \
    "aes192-ctr,aes128-ctr,aes256-cbc,aes128-cbc,3des-cbc"
    {SSH_OPTIONS_CIPHERS_C_S, CIPHERS},
    {SSH_OPTIONS_CIPHERS_S_C, CIPHERS},
};

void ssh_settings_dispose(struct ssh_settings *settings)
{
    free(settings->host);
    free(settings->user);
    free(settings->proxy);
    free(settings->known_hosts);
    free(settings->agent);
    for (size_t i = 0; i < settings->identity_count; i++)
        free(settings->identities[i]);
    free(settings->identities);
    str_dispose(&settings->notes);
    *settings = (struct ssh_settings){0};
}

static bool is_plain_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

// libssh's reading of the configuration, on a thread that may be left behind: Match exec runs a
// command and waits for it.
struct parse {
    ssh_session session;
    char *path;
    bool ok;
};

static void parse_files(void *arg)
{
    struct parse *parse = arg;
    ssh_quiet();
    parse->ok = true;
    if (is_plain_file(parse->path))
        parse->ok = ssh_options_parse_config(parse->session, parse->path) == 0;
    if (parse->ok && is_plain_file(SYSTEM_CONFIG))
        parse->ok = ssh_options_parse_config(parse->session, SYSTEM_CONFIG) == 0;
}

static void parse_dispose(void *arg)
{
    struct parse *parse = arg;
    ssh_free(parse->session);
    free(parse->path);
    free(parse);
}

static ssh_session session_new(struct link *link, struct err *err)
{
    ssh_session session = ssh_new();
    char *folder = xdg_expand("~/.ssh");
    bool own_config = false;
    if (session == NULL) {
        err_set(err, "%s: libssh has no memory for a session", link->name);
    } else if (ssh_options_set(session, SSH_OPTIONS_HOST, link->host->address) != 0) {
        err_set(err, "%s: \"%s\" is neither a host name nor an address; mend `address`", link->name,
                link->host->address);
        ssh_free(session);
        session = NULL;
    } else {
        ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &own_config);
        ssh_options_set(session, SSH_OPTIONS_SSH_DIR, folder);
    }
    free(folder);
    return session;
}

static ssh_session session_parsed(struct link *link, const char *path, struct err *err)
{
    ssh_session session = session_new(link, err);
    if (session == NULL)
        return NULL;
    struct parse *parse = mem_alloc(sizeof *parse);
    *parse = (struct parse){.session = session, .path = mem_strdup(path)};
    if (!helper_run(link, parse_files, parse, parse_dispose, clock_mono_ms() + SSH_CONNECT_MS,
                    "~/.ssh/config (Match exec) was not evaluated", err))
        return NULL;
    if (!parse->ok) {
        err_set(err, "%s: %s or %s is not understood by libssh (an unknown Match?): %.200s",
                link->name, path, SYSTEM_CONFIG, ssh_get_error(session));
        parse_dispose(parse);
        return NULL;
    }
    free(parse->path);
    free(parse);
    return session;
}

static char *option_text(ssh_session session, enum ssh_options_e option)
{
    char *value = NULL;
    if (ssh_options_get(session, option, &value) != SSH_OK || value == NULL)
        return NULL;
    char *copy = mem_strdup(value);
    ssh_string_free_char(value);
    return copy;
}

static char *login_name(void)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
        return mem_strdup(found->pw_name);
    return mem_strdup("root");
}

// ~ and the tokens of ssh_config(5). quoted: the values are quoted for a shell.
static char *expand(const struct ssh_settings *settings, const char *alias, const char *text,
                    bool quoted)
{
    char *home = xdg_expand("~/");
    home[strlen(home) - 1] = '\0';
    char *path = xdg_expand(text), *local = login_name();
    struct str out = {0};
    for (const char *c = path; *c != '\0'; c++) {
        const char *value = NULL;
        char port[16];
        if (*c == '%' && c[1] != '\0') {
            c++;
            snprintf(port, sizeof port, "%u", settings->port);
            value = *c == 'h'   ? settings->host
                    : *c == 'p' ? port
                    : *c == 'r' ? settings->user
                    : *c == 'n' ? alias
                    : *c == 'd' ? home
                    : *c == 'u' ? local
                                : NULL;
        }
        if (value == NULL)
            str_append_char(&out, *c);
        else if (quoted)
            quote_word(&out, value);
        else
            str_append(&out, value);
    }
    free(local);
    free(path);
    free(home);
    return str_take(&out);
}

static char *known_hosts_path(struct link *link, ssh_session session, struct ssh_settings *settings)
{
    if (link->host->known_hosts != NULL && link->host->known_hosts[0] != '\0')
        return xdg_expand(link->host->known_hosts);
    char *configured = option_text(session, SSH_OPTIONS_KNOWNHOSTS);
    bool nothing = configured != NULL &&
                   (strcmp(configured, "/dev/null") == 0 || strcmp(configured, "none") == 0);
    if (nothing)
        str_appendf(&settings->notes,
                    _("%sUserKnownHostsFile %s has no effect: host keys are always checked"),
                    settings->notes.len > 0 ? "; " : "", configured);
    char *path = configured == NULL || nothing
                     ? xdg_expand("~/.ssh/known_hosts")
                     : expand(settings, link->host->address, configured, false);
    free(configured);
    return path;
}

static void add_identity(struct ssh_settings *settings, char *path)
{
    for (size_t i = 0; i < settings->identity_count; i++) {
        if (strcmp(settings->identities[i], path) == 0) {
            free(path);
            return;
        }
    }
    settings->identities = mem_resize(settings->identities, settings->identity_count + 1,
                                      sizeof *settings->identities);
    settings->identities[settings->identity_count++] = path;
}

static void choose_identities(struct link *link, const struct ssh_config *config,
                              struct ssh_settings *settings)
{
    static const char *const usual[] = {"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"};
    const char *alias = link->host->address;
    for (size_t i = 0; i < config->identity_count; i++)
        add_identity(settings, expand(settings, alias, config->identities[i], false));
    if (link->host->identity != NULL && link->host->identity[0] != '\0')
        add_identity(settings, xdg_expand(link->host->identity));
    settings->identities_are_usual = settings->identity_count == 0;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0] && settings->identities_are_usual; i++)
        add_identity(settings, xdg_expand(usual[i]));
}

static char *agent_path(const struct ssh_config *config, const struct ssh_settings *settings,
                        const char *alias)
{
    const char *configured = config->agent == NULL ? "SSH_AUTH_SOCK" : config->agent;
    if (strcasecmp(configured, "none") == 0)
        return NULL;
    const char *variable = configured[0] == '$' ? configured + 1 : configured;
    if (configured[0] == '$' || strcmp(configured, "SSH_AUTH_SOCK") == 0) {
        const char *value = getenv(variable);
        return value == NULL || value[0] == '\0' ? NULL : mem_strdup(value);
    }
    return expand(settings, alias, configured, false);
}

// ProxyJump by OpenSSH's own client, which knows every kind of jump; it must not ask, it would ask
// over the screen.
static char *jump_command(const char *jump, const char *config_path)
{
    const char *last = strrchr(jump, ',');
    struct str text = {0};
    str_append(&text, "ssh -o BatchMode=yes");
    if (is_plain_file(config_path)) {
        str_append(&text, " -F ");
        quote_word(&text, config_path);
    }
    if (last != NULL) {
        char *before = mem_strndup(jump, (size_t)(last - jump));
        str_append(&text, " -J ");
        quote_word(&text, before);
        free(before);
    }
    str_append(&text, " -W \\[%h\\]:%p -- ");
    const char *target = last == NULL ? jump : last + 1;
    char *uri =
        strncmp(target, "ssh://", 6) == 0 ? mem_strdup(target) : mem_printf("ssh://%s", target);
    quote_word(&text, uri);
    free(uri);
    return str_take(&text);
}

static char *proxy_command(struct link *link, ssh_session session, const struct ssh_config *config,
                           const struct ssh_settings *settings, const char *config_path)
{
    char *given = option_text(session, SSH_OPTIONS_PROXYCOMMAND);
    bool jumps = config->jump != NULL && strcasecmp(config->jump, "none") != 0;
    if (given == NULL || strcasecmp(given, "none") == 0) {
        free(given);
        return NULL;
    }
    char *command = jumps ? jump_command(config->jump, config_path) : mem_strdup(given);
    char *expanded = expand(settings, link->host->address, command, true);
    free(command);
    free(given);
    return expanded;
}

static bool set_options(struct link *link, ssh_session session, const struct ssh_settings *settings,
                        struct err *err)
{
    int strict = 1, off = 0;
    ssh_options_set(session, SSH_OPTIONS_LOG_VERBOSITY, &off);
    ssh_options_set(session, SSH_OPTIONS_STRICTHOSTKEYCHECK, &strict);
    ssh_options_set(session, SSH_OPTIONS_PROXYCOMMAND, "none");
    bool ok = ssh_options_set(session, SSH_OPTIONS_PORT, &settings->port) == 0 &&
              ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, settings->known_hosts) == 0;
    if (ok && ssh_options_set(session, SSH_OPTIONS_USER, settings->user) != 0)
        return err_set(err, "%s: \"%s\" is not a user name; mend `user`", link->name,
                       settings->user);
    for (size_t i = 0;
         ok && link->host->legacy && i < sizeof legacy_algorithms / sizeof legacy_algorithms[0];
         i++)
        ok = ssh_options_set(session, legacy_algorithms[i].option, legacy_algorithms[i].list) == 0;
    return ok ||
           err_set(err, "%s: libssh refuses an option: %.200s", link->name, ssh_get_error(session));
}

bool ssh_settings_load(struct link *link, struct ssh_wire *wire, struct err *err)
{
    const struct host_config *host = link->host;
    struct ssh_settings *settings = &wire->settings;
    char *path = xdg_expand("~/.ssh/config");
    wire->session = session_parsed(link, path, err);
    if (wire->session == NULL) {
        free(path);
        return false;
    }
    struct ssh_config config = {0};
    ssh_config_read(&config, path, host->address);
    ssh_config_read(&config, SYSTEM_CONFIG, host->address);
    str_append(&settings->notes, str_text(&config.notes));

    settings->host = option_text(wire->session, SSH_OPTIONS_HOST);
    if (settings->host == NULL)
        settings->host = mem_strdup(host->address);
    settings->port = (unsigned)host->port;
    if (host->port == 0 && ssh_options_get_port(wire->session, &settings->port) != SSH_OK)
        settings->port = 22;
    settings->user = host->user != NULL && host->user[0] != '\0'
                         ? mem_strdup(host->user)
                         : option_text(wire->session, SSH_OPTIONS_USER);
    if (settings->user == NULL)
        settings->user = login_name();
    settings->connect_ms = config.connect_ms > 0 ? config.connect_ms : SSH_CONNECT_MS;
    settings->known_hosts = known_hosts_path(link, wire->session, settings);
    settings->agent = agent_path(&config, settings, host->address);
    settings->proxy = proxy_command(link, wire->session, &config, settings, path);
    choose_identities(link, &config, settings);
    ssh_config_dispose(&config);
    free(path);
    return set_options(link, wire->session, settings, err);
}
