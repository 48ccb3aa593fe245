# SPDX-License-Identifier: MIT
# What the completions of bash and zsh share. Made by `make docs` from the program's own tables; edit
# those, or tools/completion/.


_nocdesk_commands() {
    printf '%s\n' 'console	Open the full-screen console (also without a command)
init	Ask for a first host, test the way to it, and write the configuration
show	Print one pane'\''s table, once, as text, JSON or CSV
check	Run a checklist unattended
report	Write what checklists found and what was done, for the next shift and for auditors
handover	Say what the next operator must know now
meter	Show who sends how much SIP, and who attacks
doctor	Check the configuration and the way to every host
config	Print the effective configuration and where each value came from
keys	Print which keys do what where, and which file says so
audit	Print the audit trail of actions
shield	Show the layered firewall that each host should have, as a diff
record	Keep what the probes read, for nocdesk --replay DIR
reset-state	Forget what was arranged in the console
help	Explain the program, a command, or the columns of a pane
ban	Drop everything that comes from an address or network, for a time
unban	Take back the ban of an address or network
unsuspend	Find what keeps an endpoint (1003, or 1003@ADDRESS) from registering, mend it as far as there is a way, and watch for its next login
lock	Lock a phone, an account or a gateway
unlock	Unlock a phone, an account or a gateway
hangup	End a call that is up, by its id
undo	Take back the last action, or the one named by its entry in the audit trail
finish	Run an action again that a console began and did not end, by its entry in the audit trail
firewall	Persist the host'\''s firewall by its own way, so that it outlives a restart
rule	Take one rule of the host'\''s own firewall away, as FAMILY/TABLE/CHAIN/NUMBER
run	Run a command of your own ([command NAME] of the configuration)'
}

# The second words of commands that have two.
_nocdesk_second() {
    case $1 in
    firewall) printf '%s\n' 'save	Persist the host'\''s firewall by its own way, so that it outlives a restart' ;;
    rule) printf '%s\n' 'delete	Take one rule of the host'\''s own firewall away, as FAMILY/TABLE/CHAIN/NUMBER' ;;
    shield) printf '%s\n' 'apply	Put the layered firewall in place
confirm	Keep the change of the shield
rollback	Put the shield as it was before its last change
off	Take the shield'\''s own chains away, and nothing else
conntrack	Raise the host'\''s conntrack sizes to the recommended ones' ;;
    esac
}

_nocdesk_options() {
    case $1 in
    'console' | '') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--pane	Open on this pane
--theme	Colours
--keymap	Keys
--ascii	Draw lines, arrows and sparklines with ASCII alone
--checklist	Open on the guided checklist of this name
--check	Only validate every file that would be read (configuration, profiles, checklists, keymaps, themes)
--replay	Show what nocdesk record kept in DIR in place of the hosts
--at	Where the replay begins' ;;
    'init') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long' ;;
    'show') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--filter	Only rows that match, e.g
--sort	Sort by this column, descending with a dash
--limit	Print at most N rows
--watch	Print again every so many seconds until interrupted
--window	The time window of a pane that has several
--replay	Show what nocdesk record kept in DIR in place of the hosts
--at	Where the replay begins' ;;
    'check') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--report	Write the report into this file too, in the form that its ending says
--no-record	Keep nothing of this run in the memory' ;;
    'report') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--report	Write the report into this file too, in the form that its ending says
--from	From this local time on
--to	Up to this local time, itself left out' ;;
    'handover') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--report	Write the report into this file too, in the form that its ending says' ;;
    'meter') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--limit	Print at most N rows
--read	Read this capture file, pcap or pcapng
--interface	Capture on this interface of this machine
--port	A SIP port
--write	Write the packets that --source sent to this new pcap file, as evidence
--source	The address whose packets --write keeps
--for	For so long' ;;
    'doctor') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--hooks	Only run each configured hook once, with a test document, and say what came of it' ;;
    'config') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--theme	Colours
--keymap	Keys
--ascii	Draw lines, arrows and sparklines with ASCII alone' ;;
    'keys') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--filter	Only rows that match, e.g
--sort	Sort by this column, descending with a dash
--limit	Print at most N rows
--keymap	Keys' ;;
    'audit') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--filter	Only rows that match, e.g
--sort	Sort by this column, descending with a dash
--limit	Print at most N rows' ;;
    'shield') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long' ;;
    'record') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--for	For so long
--replay	Show what nocdesk record kept in DIR in place of the hosts
--at	Where the replay begins
--max-size	Keep at most so much, 50M or 2G
--every	Keep each pane'\''s readings at most so often
--mask	Write other addresses and numbers in place of the true ones, the same for the same, networks kept together' ;;
    'reset-state') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long' ;;
    'help') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long' ;;
    'ban') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--for	For so long
--reason	Why
--file	Addresses from this file besides, one a line, # begins a comment
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'unban') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--file	Addresses from this file besides, one a line, # begins a comment
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'unsuspend') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--file	Addresses from this file besides, one a line, # begins a comment
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'lock') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--file	Addresses from this file besides, one a line, # begins a comment
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'unlock') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--file	Addresses from this file besides, one a line, # begins a comment
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'hangup') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'undo') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'finish') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'firewall save') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'rule delete') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'shield apply') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'shield confirm') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'shield rollback') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'shield off') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'shield conntrack') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    'run') printf '%s\n' '--config	Read this configuration file instead of $XDG_CONFIG_HOME/nocdesk/nocdesk.ini
--host	Only this host
--format	How to print
--lang	Speak this language
--read-only	Refuse everything that would change a host
--timeout	Give up on a host after this long
--reason	Why
--dry-run	Print the plan and touch nothing
--yes	Answer yes to the question that a risky plan asks' ;;
    esac
}

# The kind of an option's value; nothing for a switch.
_nocdesk_kind() {
    case $1 in
    --config) printf '%s\n' file ;;
    --host) printf '%s\n' host ;;
    --format) printf '%s\n' format ;;
    --lang) printf '%s\n' language ;;
    --timeout) printf '%s\n' none ;;
    --filter) printf '%s\n' none ;;
    --sort) printf '%s\n' none ;;
    --limit) printf '%s\n' none ;;
    --watch) printf '%s\n' none ;;
    --window) printf '%s\n' window ;;
    --pane) printf '%s\n' pane ;;
    --theme) printf '%s\n' theme ;;
    --keymap) printf '%s\n' keymap ;;
    --checklist) printf '%s\n' checklist ;;
    --read | -r) printf '%s\n' file ;;
    --interface | -i) printf '%s\n' none ;;
    --port) printf '%s\n' none ;;
    --write) printf '%s\n' file ;;
    --source) printf '%s\n' none ;;
    --for) printf '%s\n' none ;;
    --report) printf '%s\n' file ;;
    --from) printf '%s\n' none ;;
    --to) printf '%s\n' none ;;
    --reason) printf '%s\n' none ;;
    --file) printf '%s\n' file ;;
    --replay) printf '%s\n' file ;;
    --at) printf '%s\n' none ;;
    --max-size) printf '%s\n' none ;;
    --every) printf '%s\n' none ;;
    esac
}

_nocdesk_formats() {
    case $1 in
    'init') printf '%s\n' text ;;
    'check') printf '%s\n' 'text
json
markdown
html' ;;
    'report') printf '%s\n' 'text
json
markdown
html' ;;
    'handover') printf '%s\n' 'text
json
markdown
html' ;;
    'config') printf '%s\n' 'text
json' ;;
    *) printf '%s\n' 'text
json
csv' ;;
    esac
}

# The kind of a command's operands.
_nocdesk_operand() {
    case $1 in
    'show') printf '%s\n' pane ;;
    'check') printf '%s\n' checklist ;;
    'config') printf '%s\n' section ;;
    'audit') printf '%s\n' audit ;;
    'shield') printf '%s\n' shield ;;
    'help') printf '%s\n' command ;;
    *) echo none ;;
    esac
}

_nocdesk_words() {
    case $1 in
    pane) printf '%s\n' 'alarms
calls
gateways
suspended
firewall
flood
health
bans
audit
balances
processes
syslog
cdrs
users
payments
revenue
blacklist
access
parameters
maintenance' ;;
    window) printf '%s\n' '5m
15m
1h
today' ;;
    checklist) printf '%s\n' 'billing-dispute
call-quality
evening
gateway-down
incident-attack
incident-fraud
midday
monthly
morning
weekly' ;;
    theme) printf '%s\n' 'colorblind
default
gruvbox
high-contrast
light
mono
nord
solarized-dark
solarized-light' ;;
    keymap) printf '%s\n' 'default
emacs
no-fkeys
vi' ;;
    language) printf '%s\n' 'en
es
zh_CN' ;;
    command) printf '%s\n' 'console
init
show
check
report
handover
meter
doctor
config
keys
audit
shield
record
reset-state
help
ban
unban
unsuspend
lock
unlock
hangup
undo
finish
firewall save
rule delete
shield apply
shield confirm
shield rollback
shield off
shield conntrack
run
alarms
calls
gateways
suspended
firewall
flood
health
bans
audit
balances
processes
syslog
cdrs
users
payments
revenue
blacklist
access
parameters
maintenance' ;;
    section) printf '%s\n' 'nocdesk
memory
host
hook
command
filter
environment
overview
layout
profile
pane
probe
threshold
words
tally
map
lines
sql
facts
lock
hangup
unsuspend
phones
advice
http
bans
rates
cdrs
cdr_check
doctor
firewall
capture
cdr
handover
health
retention
metric
parameter
processes
service
shield
all' ;;
    audit) printf '%s\n' verify ;;
    shield) printf '%s\n' show ;;
    esac
}

# The operator's own INI files in a folder of the configuration, without their ending.
_nocdesk_own() {
    local file
    for file in "${XDG_CONFIG_HOME:-$HOME/.config}/nocdesk/$1"/*.ini; do
        [ -e "$file" ] || continue
        file=${file##*/}
        printf '%s\n' "${file%.ini}"
    done
}

# Names of the [host NAME] sections of a configuration file.
_nocdesk_hosts() {
    sed -n 's/^[[:space:]]*\[[[:space:]]*host[[:space:]]\{1,\}\([A-Za-z0-9_.-]*\)[[:space:]]*\].*/\1/p' "$1" 2>/dev/null
}

# Reads the words before the one at the cursor: the command, the kind of value that is wanted, the
# option that wants it, and the configuration file.
_nocdesk_parse() {
    local word
    nocdesk_command='' nocdesk_want='' nocdesk_option=''
    nocdesk_config=${XDG_CONFIG_HOME:-$HOME/.config}/nocdesk/nocdesk.ini
    for word; do
        if [ -n "$nocdesk_want" ]; then
            [ "$nocdesk_option" = --config ] && nocdesk_config=${word/#\~\//$HOME/}
            nocdesk_want=''
            continue
        fi
        case $word in
        --config=*) nocdesk_config=${word#*=} ;;
        -?*)
            nocdesk_option=$word
            nocdesk_want=$(_nocdesk_kind "$word")
            ;;
        *)
            if [ -z "$nocdesk_command" ]; then
                nocdesk_command=$word
            elif [ -n "$(_nocdesk_second "$nocdesk_command")" ] &&
                _nocdesk_second "$nocdesk_command" | cut -f 1 | grep -qx -- "$word"; then
                nocdesk_command="$nocdesk_command $word"
            fi
            ;;
        esac
    done
}

# What may stand where a value of this kind is wanted, one a line. Files are the shell's business.
_nocdesk_values() {
    case $1 in
    host) _nocdesk_hosts "$nocdesk_config" ;;
    theme | keymap)
        _nocdesk_words "$1"
        _nocdesk_own "$1s"
        ;;
    checklist)
        _nocdesk_words checklist
        _nocdesk_own profiles/vos3000/checklists
        ;;
    format) _nocdesk_formats "$nocdesk_command" ;;
    none | file) ;;
    *) _nocdesk_words "$1" ;;
    esac
}

# What may stand for the command's next operand.
_nocdesk_operands() {
    if [ -z "$nocdesk_command" ]; then
        _nocdesk_commands
    else
        _nocdesk_second "$nocdesk_command"
        _nocdesk_values "$(_nocdesk_operand "$nocdesk_command")"
    fi
}

_nocdesk() {
    local word words=() cur=${COMP_WORDS[COMP_CWORD]} tab=$'\t'
    local nocdesk_command nocdesk_want nocdesk_option nocdesk_config
    # Readline divides --host=sw1 at the sign.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [ "$word" = = ] || words+=("$word")
    done
    [ "$cur" = = ] && cur=''
    _nocdesk_parse "${words[@]}"
    COMPREPLY=()
    if [ "$nocdesk_want" = file ]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
    elif [ -n "$nocdesk_want" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_nocdesk_values "$nocdesk_want")" -- "$cur")
    elif [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_nocdesk_options "$nocdesk_command" | cut -d "$tab" -f 1)" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "$(_nocdesk_operands | cut -d "$tab" -f 1)" -- "$cur")
    fi
}
complete -F _nocdesk nocdesk
