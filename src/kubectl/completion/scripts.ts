/**
 * For each shell: hand the line to `kubectl __complete` and offer what it answers, one word a line with a tab and its meaning behind
 * it, and last `:N`. Bits of N: 1 it failed, 2 no blank behind the word, 4 no names of files (cobra's ShellCompDirective).
 */
export const scripts: ReadonlyMap<string, string> = new Map(Object.entries({
  bash: `# Completion of kubectl for bash.
__start_kubectl() {
    local begun="\${COMP_LINE:0:COMP_POINT}" line bits=1
    local -a words
    read -ra words <<<"$begun"
    [[ $begun == *[[:space:]] ]] && words+=("")
    local word="\${words[\${#words[@]}-1]}"
    [[ $word == --*=* ]] && word="\${word#*=}"
    # Bash puts a reply in the place of what stands behind the last of these signs.
    local kept="\${word%"\${word##*[=:]}"}"
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line =~ ^:[0-9]+$ ]]; then bits="\${line#:}"; else COMPREPLY+=("\${line#"$kept"}"); fi
    done < <(kubectl __completeNoDesc "\${words[@]:1}" 2>/dev/null)
    if ((bits & 2)); then compopt -o nospace; fi
    if ((bits & 4)); then compopt +o default; fi
}
complete -o default -F __start_kubectl kubectl
`,

  zsh: `#compdef kubectl
compdef _kubectl kubectl

# Completion of kubectl for zsh.
_kubectl() {
    local line bits=1
    local -a replies how
    for line in "\${(@f)$(kubectl __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == :<-> ]]; then
            bits=\${line#:}
        elif [[ -n $line ]]; then
            # What it is for comes behind a colon; others are not meant so.
            line=\${line//:/\\\\:}
            replies+=("\${line/$'\\t'/:}")
        fi
    done
    ((bits & 2)) && how=(-S '')
    [[ $PREFIX == --*=* ]] && compset -P '--*='
    _describe kubectl replies $how && return
    ((bits & 4)) || _files
}

# Not when it is sourced, but when zsh has loaded it as that function.
[[ $funcstack[1] == _kubectl ]] && _kubectl
true
`,

  fish: `# Completion of kubectl for fish.
function __kubectl_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    set -l flag (string match -r -- '^--[^=]*=' "$word")
    set -l lines (kubectl __complete $before[2..-1] "$word" 2>/dev/null)
    for line in $lines[1..-2]
        echo "$flag$line"
    end
    if test (count $lines) -eq 1; and not contains -- $lines[1] :4 :6
        __fish_complete_path "$word"
    end
end

complete -c kubectl -e
complete -c kubectl -f -a '(__kubectl_complete)'
`,

  powershell: `# Completion of kubectl for PowerShell.
Register-ArgumentCompleter -Native -CommandName 'kubectl' -ScriptBlock {
    param($word, $ast, $position)
    $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    # Older versions pass no empty argument to a program.
    if ($word -eq '') { $words += if ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' } }
    $flag = if ($word -match '^--[^=]*=') { $Matches[0] } else { '' }
    & kubectl __complete @words 2>$null | Where-Object { $_ -notmatch '^:\\d+$' } | ForEach-Object {
        $text, $hint = $_ -split "\`t", 2
        [System.Management.Automation.CompletionResult]::new("$flag$text", $text, 'ParameterValue', $(if ($hint) { $hint } else { $text }))
    }
}
`,
}))
