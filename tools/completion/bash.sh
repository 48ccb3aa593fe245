
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
