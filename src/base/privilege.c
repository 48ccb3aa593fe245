// SPDX-License-Identifier: MIT

// setgroups, setgid, setuid, capset and PR_SET_NO_NEW_PRIVS, in that order.
#include "base/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OVERFLOW_ID 65534 // nobody, where the system does not know the name

static bool parse_id(const char *text, uid_t *out)
{
    char *end;
    if (text == NULL || text[0] < '0' || text[0] > '9')
        return false;
    unsigned long value = strtoul(text, &end, 10);
    if (*end != '\0' || value == 0 || value >= (uid_t)-1)
        return false;
    *out = (uid_t)value;
    return true;
}

bool privilege_target(uid_t *uid, gid_t *gid)
{
    if (geteuid() != 0)
        return false;
    if (getuid() != 0) { // set-user-ID
        *uid = getuid();
        *gid = getgid();
        return true;
    }
    if (parse_id(getenv("SUDO_UID"), uid) && parse_id(getenv("SUDO_GID"), gid))
        return true;
    const struct passwd *nobody = getpwnam("nobody");
    *uid = nobody != NULL ? nobody->pw_uid : OVERFLOW_ID;
    *gid = nobody != NULL ? nobody->pw_gid : OVERFLOW_ID;
    return true;
}

static bool drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
    memset(none, 0, sizeof none);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); // kernels before 4.3 have no such set
    return syscall(SYS_capset, &header, none) == 0;
}

bool privilege_drop(struct err *err)
{
    uid_t uid;
    gid_t gid;
    if (privilege_target(&uid, &gid) &&
        (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0))
        return err_set(err, "root's rights could not be given up: %s", strerror(errno));
    if (!drop_capabilities() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_set(err, "capabilities could not be given up: %s", strerror(errno));
    if (geteuid() == 0 || setuid(0) == 0)
        return err_set(err, "root's rights came back after they were given up");
    return true;
}
