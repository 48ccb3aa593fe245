// SPDX-License-Identifier: MIT

// nocdesk: a terminal operations console for VoIP softswitch hosts.
#include <signal.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "link/http.h"
#include "link/sql.h"

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (!sql_library_init() || !http_library_init()) {
        cli_complain("the MySQL or HTTP client library does not start on this machine");
        return EXIT_FAILED;
    }
    return cli_main(argc, argv);
}
