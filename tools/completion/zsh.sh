
_nocdesk() {
    setopt localoptions nonomatch shwordsplit
    local line tab=$'\t' nocdesk_command nocdesk_want nocdesk_option nocdesk_config
    local -a found
    _nocdesk_parse "${(@)words[2,CURRENT-1]}"
    if [[ ${words[CURRENT]} == --*=* ]]; then
        nocdesk_option=${words[CURRENT]%%=*}
        nocdesk_want=$(_nocdesk_kind "$nocdesk_option")
        compset -P '*='
    fi
    if [[ $nocdesk_want == file ]]; then
        _files
        return
    elif [[ -n $nocdesk_want ]]; then
        found=("${(@f)$(_nocdesk_values "$nocdesk_want")}")
    elif [[ ${words[CURRENT]} == -* ]]; then
        found=("${(@f)$(_nocdesk_options "$nocdesk_command")}")
    else
        found=("${(@f)$(_nocdesk_operands)}")
    fi
    found=("${(@)found:#}")
    found=("${(@)found//:/\\:}")
    found=("${(@)found/$tab/:}")
    _describe nocdesk found
}
# Loaded by compinit it is the function itself, sourced it is not.
if [[ ${funcstack[1]} == _nocdesk ]]; then
    _nocdesk "$@"
else
    compdef _nocdesk nocdesk
fi
