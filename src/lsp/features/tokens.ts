/** Names in the colours of what they stand for. Computed once a declaration, and again when kinds change. */

import type {
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
  SemanticTokensEdit,
  SemanticTokensLegend,
  SemanticTokensParams,
  SemanticTokensRangeParams,
} from "vscode-languageserver";
import type { Declaration } from "../../../grammar/declaration.ts";
import type { Document } from "../../../grammar/document.ts";
import { entityOf } from "../../assist/entity.ts";
import type { Occurrence } from "../../assist/occurrences.ts";
import { aliasesOf, namesIn, type Standing, standingIn, textOf } from "../../assist/spot.ts";
import { focusAt, nodeOf, nodesOf, rootOf } from "../../assist/tree.ts";
import { lineCounter, lineStart } from "../../core/lines.ts";
import { isNamespace, type Module } from "../../program/module.ts";
import { fileOf } from "../files.ts";
import { moduleOf } from "../locate.ts";
import { offsetAt } from "../place.ts";
import type { Project } from "../project.ts";

const types = [
  "namespace",
  "type",
  "class",
  "interface",
  "function",
  "parameter",
  "variable",
  "property",
  "enumMember",
] as const;
const modifiers = ["declaration", "defaultLibrary", "readonly"] as const;
type Type = (typeof types)[number];

export const semanticLegend: SemanticTokensLegend = {
  tokenTypes: [...types],
  tokenModifiers: [...modifiers],
};

interface Painted {
  readonly start: number;
  readonly end: number;
  readonly type: Type;
  readonly modifiers: number;
}

const [declares, library, readonly] = [1, 2, 4];

const localTypes: Readonly<Record<string, Type>> = { Param: "parameter", Mu: "type" };

const paintOf = (
  project: Project,
  of: Standing,
  occurrence: Occurrence,
): Omit<Painted, "start" | "end"> | null => {
  const mark = occurrence.declares ? declares : 0;
  const { target } = occurrence;
  if (target._tag === "Argument") return { type: "parameter", modifiers: 0 };
  if (target._tag === "Port" || target._tag === "Field") return { type: "property", modifiers: mark };
  if (target._tag === "Local") {
    const { term } = of.declaration;
    const tag = term === null ? "" : nodeOf(rootOf(term), target.at).term.node._tag;
    return { type: localTypes[tag] ?? "variable", modifiers: mark | readonly };
  }
  if (target._tag === "Global" && isNamespace(of.module, target.name))
    return { type: "namespace", modifiers: mark };
  const entity = entityOf(project.workspace, of, occurrence);
  if (entity?._tag === "Payload") return { type: "type", modifiers: library };
  if (entity?._tag === "Builtin")
    return { type: entity.name === "host" ? "variable" : "function", modifiers: library };
  if (entity?._tag !== "Definition") return null;
  switch (project.workspace.valueOf(entity.definition)._tag) {
    case "Automaton":
      return { type: "class", modifiers: mark };
    case "Protocol":
      return { type: "interface", modifiers: mark };
    case "Type":
      return { type: "type", modifiers: mark };
    case "Fn":
    case "Builtin":
      return { type: "function", modifiers: mark };
    default:
      return { type: "variable", modifiers: mark | readonly };
  }
};

/** Labels of choices, and fields of records: names that name nothing elsewhere. */
const labels = ({ declaration }: Standing): readonly Painted[] => {
  const { term, spans } = declaration;
  if (term === null) return [];
  const found: Painted[] = [];
  for (const { term: each, at } of nodesOf(rootOf(term))) {
    const { _tag } = each.node;
    if (_tag === "Branch") found.push({ ...focusAt(spans, at), type: "enumMember", modifiers: 0 });
    else if (_tag === "Entry" || _tag === "FieldOf")
      found.push({ ...focusAt(spans, at), type: "property", modifiers: 0 });
  }
  return found;
};

/** Five numbers a token as the protocol has them, the first line counted from the declaration's. */
type Encoded = Int32Array;

const encode = (project: Project, of: Standing, aliases: ReadonlySet<string>): Encoded => {
  const text = textOf(of);
  const names = namesIn(of, aliases).flatMap((occurrence) => {
    const paint = paintOf(project, of, occurrence);
    return paint === null ? [] : [{ start: occurrence.start, end: occurrence.end, ...paint }];
  });
  const all = [...names, ...labels(of)].sort((a, b) => a.start - b.start);
  const data = new Int32Array(all.length * 5);
  const lineOf = lineCounter(text);
  all.forEach(({ start, end, type, modifiers: marks }, i) => {
    const column = start - lineStart(text, start);
    data.set([lineOf(start), column, end - start, types.indexOf(type), marks], i * 5);
  });
  return data;
};

interface EncodedTokens {
  readonly kinds: number;
  readonly aliases: ReadonlySet<string>;
  readonly data: Encoded;
}

const sameNames = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a === b || (a.size === b.size && [...a].every((name) => b.has(name)));

export class Tokens {
  readonly #project: Project;
  readonly #kept = new WeakMap<Declaration, EncodedTokens>();
  /** What each document was last told, under the id that it was told with. */
  readonly #told = new Map<string, { readonly id: string; readonly data: readonly number[] }>();
  #id = 0;

  constructor(project: Project) {
    this.#project = project;
  }

  full(params: SemanticTokensParams): SemanticTokens {
    const module = moduleOf(this.#project, params);
    const data = module === null ? [] : this.#all(module, standingIn(module));
    return { resultId: this.#tell(params.textDocument.uri, data), data };
  }

  delta(params: SemanticTokensDeltaParams): SemanticTokens | SemanticTokensDelta {
    const file = fileOf(params.textDocument.uri);
    const before = this.#told.get(file);
    if (before === undefined || before.id !== params.previousResultId) return this.full(params);
    const { data, resultId } = this.full(params);
    return { edits: edits(before.data, data), ...(resultId === undefined ? {} : { resultId }) };
  }

  range(params: SemanticTokensRangeParams): SemanticTokens {
    const module = moduleOf(this.#project, params);
    if (module === null) return { data: [] };
    const { start, end } = params.range;
    return { data: this.#all(module, standingIn(module, offsetAt(module, start), offsetAt(module, end))) };
  }

  #tell(uri: string, data: readonly number[]): string {
    const id = String(++this.#id);
    const file = fileOf(uri);
    if (this.#project.isOpen(file)) this.#told.set(file, { id, data });
    else this.#told.delete(file);
    return id;
  }

  #encoded(of: Standing, aliases: ReadonlySet<string>): Encoded {
    const { kinds } = this.#project;
    const kept = this.#kept.get(of.declaration);
    if (kept !== undefined && kept.kinds === kinds && sameNames(kept.aliases, aliases)) return kept.data;
    const data = encode(this.#project, of, aliases);
    this.#kept.set(of.declaration, { kinds, aliases, data });
    return data;
  }

  #all(module: Module, all: Iterable<Standing>): number[] {
    const aliases = aliasesOf(module);
    const lines = new LineCounter(module.document);
    const out: number[] = [];
    let [lastLine, lastColumn] = [0, 0];
    for (const of of all) {
      const data = this.#encoded(of, aliases);
      const { line: first, column } = lines.at(of.base);
      for (let i = 0; i < data.length; i += 5) {
        const line = first + data[i]!;
        const character = data[i]! === 0 ? column + data[i + 1]! : data[i + 1]!;
        out.push(
          line - lastLine,
          line === lastLine ? character - lastColumn : character,
          data[i + 2]!,
          data[i + 3]!,
          data[i + 4]!,
        );
        [lastLine, lastColumn] = [line, character];
      }
    }
    return out;
  }
}

/** Lines and columns, from 0, of offsets in rising order. */
class LineCounter {
  readonly #document: Document;
  #lineOf: ((offset: number) => number) | null = null;

  constructor(document: Document) {
    this.#document = document;
  }

  at(offset: number): { readonly line: number; readonly column: number } {
    const { text } = this.#document;
    this.#lineOf ??= lineCounter(text, offset, this.#document.position(offset).line - 1);
    const line = this.#lineOf(offset);
    // A byte order mark is in no column.
    const mark = line === 0 && offset > 0 && text.startsWith("\ufeff") ? 1 : 0;
    return { line, column: offset - lineStart(text, offset) - mark };
  }
}

/** The one stretch in which two lists differ. */
const edits = (before: readonly number[], after: readonly number[]): SemanticTokensEdit[] => {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  if (start === before.length && start === after.length) return [];
  return [{ start, deleteCount: before.length - start - end, data: after.slice(start, after.length - end) }];
};
