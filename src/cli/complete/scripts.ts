/**
 * Completion scripts. They ask `architect __complete SHELL WORDS…` (bash: `LINE WORD`, for
 * it cuts words at `=` and `:`) for what could stand in place of the last word, so that they stay true of every later version. It prints a
 * candidate a line, and before it one character that says what it is: `f` a file, `d` a
 * directory, `o` a word that goes on, `w` any other.
 */

const bash = `_architect() {
  local line paths=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      [fd]*) paths=1 ;;
      o*) compopt -o nospace ;;
    esac
    line=\${line#?}
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" __complete bash "\${COMP_LINE:0:COMP_POINT}" "\${COMP_WORDS[COMP_CWORD]}" 2>/dev/null)
  if [[ -n $paths ]]; then compopt -o filenames; fi
}
complete -F _architect architect
`;

const zsh = `#compdef architect
_architect() {
  local line kind name
  local -a described files open
  for line in "\${(@f)$("\${words[1]}" __complete zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    kind=\${line[1]}
    line=\${line[2,-1]}
    name=\${line%%$'\\t'*}
    case $kind in
      f) files+=("$name") ;;
      d | o) open+=("$name") ;;
      *) described+=("\${name//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#described )) && _describe -V architect described
  (( $#files )) && compadd -- $files
  (( $#open )) && compadd -S '' -- $open
}
compdef _architect architect
`;

const fish = `function __architect_complete
  set -l words (commandline -opc)
  set -l command $words[1]
  set -e words[1]
  set -l current (commandline -ct)
  $command __complete fish $words "$current" 2>/dev/null | string sub -s 2
end
complete -c architect -f -a '(__architect_complete)'
`;

export const scripts = { bash, zsh, fish } as const;
export type Shell = keyof typeof scripts;
export const shells = Object.keys(scripts) as readonly Shell[];
