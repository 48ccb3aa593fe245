# SPDX-License-Identifier: MIT
# What the completions of bash and zsh share. Made by `make docs` from the program's own tables; edit
# those, or tools/completion/.

# @tables@

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
