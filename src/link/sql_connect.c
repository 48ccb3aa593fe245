// SPDX-License-Identifier: MIT

// A connection to MySQL or MariaDB as we want it, and what its failures mean.
#include <errmsg.h>
#include <mysqld_error.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/session.h"
#include "link/sql_private.h"

#define READ_TIMEOUT_S  600 // a belt: the guard ends every query at its own deadline
#define WRITE_TIMEOUT_S 30
#define UTF8MB4_SINCE   50503

// Of servers newer than our libraries' headers, and of the other make.
#define ER_STATEMENT_TIMEOUT_MARIADB 1969
#define ER_QUERY_TIMEOUT_MYSQL       3024

static char *copy_text(const char *text)
{
    return mem_strdup(text == NULL ? "" : text);
}

void sql_login_copy(struct sql_login *login, const struct sql_target *target)
{
    *login = (struct sql_login){.endpoint = target->endpoint,
                                .where = copy_text(target->where),
                                .database = copy_text(target->database),
                                .user = copy_text(target->user),
                                .password = copy_text(target->password)};
}

void sql_login_dispose(struct sql_login *login)
{
    link_wipe(login->password);
    free(login->where);
    free(login->database);
    free(login->user);
    *login = (struct sql_login){0};
}

int sql_socket(MYSQL *mysql)
{
#ifdef MARIADB_PACKAGE_VERSION
    return (int)mysql_get_socket(mysql);
#else
    return (int)mysql->net.fd;
#endif
}

static void set_options(MYSQL *mysql, const struct sql_login *login, int64_t timeout_ms)
{
    unsigned connect_s = (unsigned)((timeout_ms + 999) / 1000), off = 0;
    unsigned read_s = READ_TIMEOUT_S, write_s = WRITE_TIMEOUT_S;
    sql_bool no = 0;
    bool by_socket = login->endpoint.socket[0] != '\0';
    int protocol = by_socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    connect_s = connect_s == 0 ? 1 : connect_s;
    mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
    mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
    mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &read_s);
    mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &write_s);
    // On by default in Debian's library: a server could ask for any file of ours.
    mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
    mysql_options(mysql, MYSQL_OPT_RECONNECT, &no);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
#ifdef MARIADB_PACKAGE_VERSION
    // The old password hash is weak: only inside a tunnel, where nobody listens.
    mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH,
                  by_socket ? "mysql_native_password,caching_sha2_password,sha256_password,"
                              "client_ed25519,mysql_old_password"
                            : "mysql_native_password,caching_sha2_password,sha256_password,"
                              "client_ed25519");
#endif
}

bool sql_connect(const struct sql_login *login, int64_t timeout_ms, MYSQL **out, struct err *err)
{
    const struct link_endpoint *endpoint = &login->endpoint;
    bool by_socket = endpoint->socket[0] != '\0';
    MYSQL *mysql = mysql_init(NULL);
    if (mysql == NULL)
        return err_set(err, "%s: the MySQL library has no memory", login->where);
    set_options(mysql, login, timeout_ms);
    // "localhost" would mean a socket of this machine, whatever the port.
    const char *host = strcmp(endpoint->host, "localhost") == 0 ? "127.0.0.1" : endpoint->host;
    if (mysql_real_connect(mysql, by_socket ? NULL : host, login->user, login->password,
                           login->database[0] == '\0' ? NULL : login->database,
                           (unsigned)endpoint->port, by_socket ? endpoint->socket : NULL,
                           0) == NULL) {
        sql_say(login, mysql_errno(mysql), mysql_error(mysql), err);
        mysql_close(mysql);
        return false;
    }
    if (mysql_get_server_version(mysql) < UTF8MB4_SINCE)
        mysql_set_character_set(mysql, "utf8");
    *out = mysql;
    return true;
}

void sql_say(const struct sql_login *login, unsigned code, const char *words, struct err *err)
{
    const char *where = login->where;
    switch (code) {
    case ER_ACCESS_DENIED_ERROR:
        err_set(err,
                "%s: login denied for user %s: wrong password, or no such account for this way in",
                where, login->user);
        break;
    case ER_DBACCESS_DENIED_ERROR:
        err_set(err, "%s: user %s has no right to database %s; GRANT SELECT on it", where,
                login->user, login->database);
        break;
    case ER_BAD_DB_ERROR:
        err_set(err, "%s: unknown database %s; mend `mysql_database`", where, login->database);
        break;
    case ER_HOST_NOT_PRIVILEGED:
        err_set(err, "%s: the server does not let this address in: %.200s", where, words);
        break;
    case ER_HOST_IS_BLOCKED:
    case ER_CON_COUNT_ERROR:
    case ER_TOO_MANY_USER_CONNECTIONS:
        err_set(err, "%s: the server takes no more connections: %.200s", where, words);
        break;
    case ER_NO_SUCH_TABLE:
    case ER_BAD_FIELD_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
        err_set(err, "%s: %.300s", where, words);
        break;
    case ER_QUERY_INTERRUPTED:
    case ER_STATEMENT_TIMEOUT_MARIADB:
    case ER_QUERY_TIMEOUT_MYSQL:
        err_set(err, "%s: the query was ended on the server, by its time limit or by somebody",
                where);
        break;
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
        err_set(err, "%s: no connection: %.200s; is MySQL running there?", where, words);
        break;
    case CR_SERVER_LOST:
    case CR_SERVER_GONE_ERROR:
        err_set(err,
                "%s: the connection was closed or did not answer (%.160s); is MySQL running there?",
                where, words);
        break;
    default:
        err_set(err, "%s: error %u: %.300s", where, code, words);
        break;
    }
}
