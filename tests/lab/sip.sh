# SPDX-License-Identifier: MIT
# shellcheck shell=bash

# The hosts' SIP core: Kamailio on port 5060, controlled inside the host with kamcmd.

SIP_DB_URL=mysql://vos3000:vos3000-lab@127.0.0.1:3306/vos3000

sip_write_config() {
    local host=$1 file=$RUN/$1/kamailio.cfg secret
    secret=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    sed -e "s/@ADDR@/$(host_addr "$host")/" -e "s/@SECRET@/$secret/" -e "s#@DB_URL@#$SIP_DB_URL#" \
        -e "s#@SIP_DIR@#$LAB_HOME/sip#" \
        "$LAB_HOME/sip/kamailio.cfg.in" >"$file"
    chmod 600 "$file"
}

# the seed counts its times back from the moment of loading, which may be weeks ago in the cache;
# the youngest row of the system log is that moment
sip_freshen() {
    host_sql "$1" "
        SET @shift = CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) - (SELECT MAX(time) FROM e_syslog);
        UPDATE e_syslog SET time = time + @shift;
        UPDATE e_alarm_current SET starttime = starttime + @shift, stoptime = stoptime + @shift,
            confirmtime = confirmtime + @shift, emailtime = emailtime + @shift;
        UPDATE e_alarm_history SET starttime = starttime + @shift, stoptime = stoptime + @shift,
            confirmtime = confirmtime + @shift, cleartime = cleartime + @shift;
        UPDATE e_userlogin SET logintime = logintime + @shift;
        UPDATE e_user SET lastlogin = lastlogin + @shift;
        UPDATE e_payhistory SET time = time + @shift;
        UPDATE e_reportcustomerfee SET date = date + ROUND(@shift / 86400000) * 86400000;
        UPDATE e_mbx SET accesstime = accesstime + @shift;
        UPDATE e_equipment SET accesstime = accesstime + @shift"
}

sip_up() {
    local host=$1 dir=$RUN/$1
    if [ ! -e "$dir/seed.fresh" ]; then
        sip_freshen "$host"
        touch "$dir/seed.fresh"
    fi
    sip_write_config "$host"
    host_exec "$host" install -d -m 755 -o kamailio -g kamailio /run/kamailio
    start_daemon "$host" kamailio kamailio -DD -E -u kamailio -g kamailio -Y /run/kamailio \
        -m 32 -M 16 -f "$dir/kamailio.cfg"
}

# the core answers and has read its configuration
sip_answers() { host_exec "$1" timeout 2 kamcmd htable.get ctl load 2>/dev/null | grep -q 'value: [1-9]'; }
