// SPDX-License-Identifier: MIT

// Is this the host we know? Strict, whatever the user's ssh configuration says.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "link/ssh.h"

#define SYSTEM_KNOWN_HOSTS "/etc/ssh/ssh_known_hosts"

// "ED25519 SHA256:…"; heap.
static char *fingerprint(ssh_session session)
{
    ssh_key key = NULL;
    unsigned char *hash = NULL;
    size_t len = 0;
    char *text = NULL, *out = NULL;
    if (ssh_get_server_publickey(session, &key) == SSH_OK &&
        ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &len) == 0)
        text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, len);
    if (text != NULL)
        out = mem_printf("%s %s", ssh_key_type_to_char(ssh_key_type(key)), text);
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    ssh_key_free(key);
    return out == NULL ? mem_strdup("(no fingerprint)") : out;
}

// "@revoked" lines are nothing to libssh: it would call such a key unknown, and we would ask for
// it.
static bool is_revoked_in(const char *path, const char *base64)
{
    struct stat st;
    FILE *file = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? fopen(path, "re") : NULL;
    char *line = NULL;
    size_t cap = 0;
    bool revoked = false;
    while (file != NULL && !revoked && getline(&line, &cap, file) >= 0)
        revoked = strncmp(line, "@revoked", 8) == 0 && strstr(line, base64) != NULL;
    free(line);
    if (file != NULL)
        fclose(file);
    return revoked;
}

static bool is_revoked(ssh_session session, const char *path)
{
    ssh_key key = NULL;
    char *base64 = NULL;
    bool revoked = ssh_get_server_publickey(session, &key) == SSH_OK &&
                   ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK &&
                   (is_revoked_in(path, base64) || is_revoked_in(SYSTEM_KNOWN_HOSTS, base64));
    ssh_string_free_char(base64);
    ssh_key_free(key);
    return revoked;
}

// The name under which ssh keeps this host's key; heap.
static char *known_name(const struct ssh_settings *settings)
{
    return settings->port == 22 ? mem_strdup(settings->host)
                                : mem_printf("[%s]:%u", settings->host, settings->port);
}

static bool make_parent(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return true;
    char *folder = mem_strndup(path, (size_t)(slash - path));
    bool ok = mkdir(folder, 0700) == 0 || errno == EEXIST;
    free(folder);
    return ok;
}

// One line by one write, so that threads and programs that do the same do not mix their lines.
static bool append_line(const char *path, const char *entry)
{
    char last = '\n';
    int fd = make_parent(path) ? open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return false;
    off_t end = lseek(fd, 0, SEEK_END);
    if (end > 0 && pread(fd, &last, 1, end - 1) != 1)
        last = '\n';
    size_t len = strcspn(entry, "\n");
    char *line = mem_printf("%s%.*s\n", last == '\n' ? "" : "\n", (int)len, entry);
    len = strlen(line);
    errno = ENOSPC; // for a write that is merely short
    bool ok = write(fd, line, len) == (ssize_t)len;
    int error = errno;
    free(line);
    ok = close(fd) == 0 && ok;
    errno = error;
    return ok;
}

static bool remember(struct link *link, struct ssh_wire *wire, struct err *err)
{
    const char *path = wire->settings.known_hosts;
    char *entry = NULL;
    if (ssh_session_export_known_hosts_entry(wire->session, &entry) != SSH_OK || entry == NULL)
        return err_set(err, "%s: the host key cannot be written down: %.200s", link->name,
                       ssh_get_error(wire->session));
    bool ok =
        append_line(path, entry) || err_set(err, "%s: the host key cannot be written to %s: %s",
                                            link->name, path, strerror(errno));
    ssh_string_free_char(entry);
    return ok;
}

static bool ask_unknown(struct link *link, struct ssh_wire *wire, const char *print,
                        struct err *err)
{
    const char *path = wire->settings.known_hosts;
    char *text =
        mem_printf(_("%s (%.100s port %u) is not known yet. Its key is %s. "
                     "If that is the host's own fingerprint, accept it and remember it in %.120s?"),
                   link->name, wire->settings.host, wire->settings.port, print, path);
    char *answer = link_ask(link, LINK_ASK_HOSTKEY, true, text);
    free(text);
    bool accepted =
        answer != NULL && (strcasecmp(answer, "yes") == 0 || strcasecmp(answer, "y") == 0);
    link_wipe(answer);
    if (link_is_stopped(link, err))
        return false;
    if (!accepted)
        return err_set(
            err,
            "%s: host key unknown: %s is not in %s; compare it with the host and accept it in the "
            "console or with `nocdesk doctor`",
            link->name, print, path);
    return remember(link, wire, err);
}

bool ssh_hostkey_check(struct link *link, struct ssh_wire *wire, struct err *err)
{
    link_set_stage(link, LINK_STAGE_HOSTKEY);
    const char *path = wire->settings.known_hosts;
    char *print = fingerprint(wire->session), *name = known_name(&wire->settings);
    bool ok = false;
    if (is_revoked(wire->session, path)) {
        err_set(
            err,
            "%s: HOST KEY REVOKED: the host shows %s, which %s or %s calls revoked. Somebody who "
            "stole it may be posing as the host",
            link->name, print, path, SYSTEM_KNOWN_HOSTS);
        free(name);
        free(print);
        return false;
    }
    switch (ssh_session_is_known_server(wire->session)) {
    case SSH_KNOWN_HOSTS_OK:
        ok = true;
        break;
    case SSH_KNOWN_HOSTS_UNKNOWN:
    case SSH_KNOWN_HOSTS_NOT_FOUND:
        ok = ask_unknown(link, wire, print, err);
        break;
    case SSH_KNOWN_HOSTS_CHANGED:
    case SSH_KNOWN_HOSTS_OTHER:
        err_set(err,
                "%s: HOST KEY CHANGED: the host shows %s, but %s has another key for it. Someone "
                "may be "
                "posing as the host. Only if you know why it changed: ssh-keygen -R '%s' -f '%s'",
                link->name, print, path, name, path);
        break;
    case SSH_KNOWN_HOSTS_ERROR:
        err_set(err, "%s: the host key cannot be checked against %s: %.200s", link->name, path,
                ssh_get_error(wire->session));
        break;
    }
    free(name);
    free(print);
    return ok;
}
