/** What could be written next. */
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  InsertTextFormat,
  type Range,
} from "vscode-languageserver";
import type { Candidate, Kind } from "../../assist/completion/candidate.ts";
import { complete } from "../../assist/completion/complete.ts";
import { mostCandidates } from "../../assist/completion/filter.ts";
import { spotAt, textOf } from "../../assist/spot.ts";
import { clauses } from "../../core/clauses.ts";
import { moduleOf } from "../locate.ts";
import { offsetAt, rangeBetween } from "../place.ts";
import type { Project } from "../project.ts";

const kinds: Readonly<Record<Kind, CompletionItemKind>> = {
  automaton: CompletionItemKind.Class,
  composition: CompletionItemKind.Module,
  protocol: CompletionItemKind.Interface,
  type: CompletionItemKind.Struct,
  function: CompletionItemKind.Function,
  value: CompletionItemKind.Constant,
  module: CompletionItemKind.Module,
  local: CompletionItemKind.Variable,
  port: CompletionItemKind.Property,
  field: CompletionItemKind.Field,
  argument: CompletionItemKind.Property,
  keyword: CompletionItemKind.Keyword,
  file: CompletionItemKind.File,
};

/** Words with what usually follows them, as snippets. */
const snippets: Readonly<Record<string, string>> = {
  "automaton NAME { CLAUSE… }": "automaton ${1:name} {\n  $0\n}",
  "protocol NAME = SESSION": "protocol ${1:Name} = $0",
  "type NAME = PAYLOAD": "type ${1:Name} = $0",
  "system NAME = EXPR": "system ${1:name} = [\n  $0\n]",
  [clauses.Provides.form]: "provides ${1:port}: ${2:Protocol} on ${3|tcp,udp|} ${4:8080}",
  [clauses.Requires.form]: "requires ${1:port}: ${2:Protocol}",
  [clauses.Runs.form]: 'runs exec ["$0"]',
  [clauses.Env.form]: "env { $0 }",
};

const itemOf = (candidate: Candidate, index: number, range: Range, can: boolean): CompletionItem => {
  const { text, kind, detail, doc } = candidate;
  const snippet = can && kind === "keyword" ? snippets[detail] : undefined;
  return {
    label: text.trimEnd().replace(/ =$/, ""),
    kind: snippet === undefined ? kinds[kind] : CompletionItemKind.Snippet,
    detail,
    ...(doc === undefined ? {} : { documentation: doc }),
    sortText: String(index).padStart(5, "0"),
    filterText: text.trimEnd(),
    ...(snippet === undefined ? {} : { insertTextFormat: InsertTextFormat.Snippet }),
    textEdit: { range, newText: snippet ?? text },
  };
};

/** `snippetsKnown`: whether the editor can take text with places to fill in. */
export const completion = (
  project: Project,
  params: CompletionParams,
  snippetsKnown: boolean,
): CompletionList | null => {
  const module = moduleOf(project, params);
  if (module === null) return null;
  const spot = spotAt(module, offsetAt(module, params.position));
  const { file } = module;
  const offset = spot?.offset ?? 0;
  const { from, candidates } = complete({
    workspace: project.workspace,
    file,
    text: spot === null ? "" : textOf(spot),
    offset,
    programs: () => project.programs(file),
    module: (name) => project.ensure(name),
  });
  const base = spot?.base ?? 0;
  const range = rangeBetween(module, base + from, base + offset);
  return {
    isIncomplete: candidates.length >= mostCandidates,
    items: candidates.map((candidate, i) => itemOf(candidate, i, range, snippetsKnown)),
  };
};
