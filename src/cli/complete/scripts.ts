/**
 * Completion scripts. They ask `architect __complete WORDS…`, which prints a candidate
 * and its summary a line, so that they stay true of every later version.
 */

const bash = `_architect() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  case "\${COMPREPLY[0]-}" in */ | *=) compopt -o nospace ;; esac
}
complete -F _architect architect
`;

const zsh = `#compdef architect
_architect() {
  local line name
  local -a described open
  for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    name=\${line%%$'\\t'*}
    if [[ $name == */ || $name == *= ]]; then open+=("$name"); else described+=("\${name//:/\\\\:}:\${line#*$'\\t'}"); fi
  done
  (( $#described )) && _describe -V architect described
  (( $#open )) && compadd -S '' -- $open
}
compdef _architect architect
`;

const fish = `function __architect_complete
  set -l words (commandline -opc)
  set -l command $words[1]
  set -e words[1]
  set -l current (commandline -ct)
  $command __complete $words "$current" 2>/dev/null
end
complete -c architect -f -a '(__architect_complete)'
`;

export const scripts = { bash, zsh, fish } as const;
export type Shell = keyof typeof scripts;
export const shells = Object.keys(scripts) as readonly Shell[];
