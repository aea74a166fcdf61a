" Architect. Clause words are words only inside of an automaton's braces, so they are
" matched where what follows shows that they are meant.
if exists('b:current_syntax')
  finish
endif

syntax match architectOperator "=>\|->\|[-+*/|&=<>!?;:.]"
syntax match architectNumber "\<\d\+\%(_\d\+\)*\%(\.\d\+\%(_\d\+\)*\)\?\%([num]\?s\|m\|h\|[KMG]i\?B\|B\|[KMG]bps\)\?\>%\?"
syntax keyword architectConditional if then else
syntax keyword architectKeyword let in fn import as with
syntax keyword architectRepeat for
syntax match architectStructure /\<external\>\ze\s\+\h/ nextgroup=architectDefined skipwhite
syntax keyword architectStructure type protocol system automaton nextgroup=architectDefined skipwhite
syntax match architectDefined "\h\w*" contained
syntax keyword architectSession mu end dual
syntax keyword architectBoolean true false
syntax keyword architectSelf self host internet
syntax keyword architectPrimitive Bytes String Int Float Bool Json Unit
syntax match architectCall "\<\h\w*\ze("
syntax keyword architectBuiltin clamp min max ceil floor round abs mod length range map filter fold concat keys
syntax keyword architectBuiltin values join split lower upper toString input publish read dotenv secret
syntax match architectLabel "\<\h\w*\ze\s*:"
syntax match architectClause "\<\%(provides\|requires\)\ze\s\+\h\w*\s*?\?\s*:" nextgroup=architectPort skipwhite
syntax match architectClause "\<\%(provides\|requires\)\ze\s\+\""
syntax match architectPort "\h\w*" contained
syntax match architectClause "\%(\<requires\s\+\%(\h\w*\|\"[^\"]*\"\)\s*?\?\s*:\s*\)\@<=each\>"
syntax match architectClause "\<on\s\+\%(tcp\|udp\)\>"
syntax match architectClause "\<runs\s\+\%(once\s\+\)\?exec\>\|\<health\s\+\%(tcp\|http\|grpc\|exec\)\>"
syntax match architectClause "\<restart\s\+\%(always\|on-failure\|never\)\>"
syntax match architectClause "\<update\s\+\%(roll\|replace\)\>"
syntax match architectClause "\<resolves\s\+\%(ipv4\|ipv6\|both\)\>"
syntax match architectClause "\<state\ze\s\+\h\w*\s\+at\>\|\<at\ze\s\+[[:alnum:]_\"(]\|\<formerly\ze\s"
syntax match architectClause "\<scratch\ze\s\+at\>\|\<size\ze\s\+[[:alnum:]_\"(]"
syntax match architectClause "\<grants\ze\s*\["
syntax match architectClause "\<read-only\>"
syntax match architectClause "\<secret\ze\s\+\h\w*\s*="
syntax match architectClause "\<reload\ze\s\+SIG"
syntax match architectClause "\<stop\ze\s\+SIG\|\<start\s\+within\>"
syntax match architectClause "\<\%(env\|files\|limits\)\ze\s*{"
syntax match architectClause "\<\%(instances\|schedule\|shares\|user\|directory\|hostname\|within\|after\|from\|to\|settle\|every\|timeout\|failures\|successes\|name\)\ze\s\+[[:alnum:]_\"([]"

syntax match architectEscape "\\\%([nrt0\"\\$]\|u{\x\{1,6}}\)" contained
syntax region architectInterpolation matchgroup=architectDelimiter start="\${" end="}" contained contains=TOP,@Spell
syntax region architectString start=+"+ end=+"\|$+ contains=architectEscape,architectInterpolation,@Spell
syntax region architectString start=+"""+ end=+"""+ contains=architectEscape,architectInterpolation,@Spell keepend

syntax keyword architectTodo TODO FIXME XXX contained
syntax match architectComment "--.*$" contains=architectTodo,@Spell
syntax region architectComment start="{-" end="-}" contains=architectComment,architectTodo,@Spell

syntax sync minlines=200

highlight default link architectOperator Operator
highlight default link architectNumber Number
highlight default link architectConditional Conditional
highlight default link architectKeyword Keyword
highlight default link architectRepeat Repeat
highlight default link architectStructure Structure
highlight default link architectDefined Typedef
highlight default link architectSession Keyword
highlight default link architectBoolean Boolean
highlight default link architectSelf Identifier
highlight default link architectPrimitive Type
highlight default link architectCall Function
highlight default link architectBuiltin Function
highlight default link architectLabel Label
highlight default link architectClause Statement
highlight default link architectPort Identifier
highlight default link architectEscape SpecialChar
highlight default link architectDelimiter Delimiter
highlight default link architectString String
highlight default link architectTodo Todo
highlight default link architectComment Comment

let b:current_syntax = 'architect'
