/** What is declared, in a document and in all programs. */
import {
  type DocumentSymbol,
  type DocumentSymbolParams,
  type Range,
  SymbolKind,
  type WorkspaceSymbol,
  type WorkspaceSymbolParams,
} from "vscode-languageserver";
import type { Declaration } from "../../../grammar/declaration.ts";
import { namesIn, type Standing, standingIn, textOf } from "../../assist/spot.ts";
import { childrenOf, focusAt, type Node, rootOf, spanAt } from "../../assist/tree.ts";
import { moduleOf } from "../locate.ts";
import { locationOf, rangeOf } from "../place.ts";
import type { Project } from "../project.ts";
import { WorkspaceSymbolKinds } from "./kinds.ts";

/** Of a clause that a `for` repeats there is one, named as it is written. */
const port = (of: Standing, child: Node): DocumentSymbol[] => {
  const { term, at } = child.term.node._tag === "Repeated" ? childrenOf(child)[0]! : child;
  const { node } = term;
  if (node._tag !== "Provides" && node._tag !== "Requires") return [];
  const { spans } = of.declaration;
  const focus = focusAt(spans, at);
  return [
    {
      name: node.name ?? textOf(of).slice(focus.start, focus.end),
      detail: node._tag === "Provides" ? `provides on ${node.transport}` : "requires",
      kind: SymbolKind.Property,
      range: rangeOf(of, spanAt(spans, at)),
      selectionRange: rangeOf(of, focus),
    },
  ];
};

/** The ports of an automaton: of the declaration's own, or of one that a `let` makes. */
const ports = (of: Standing): DocumentSymbol[] => {
  const { term } = of.declaration;
  if (term === null) return [];
  const root = rootOf(term);
  const made = term.node._tag === "LetDecl" ? childrenOf(root).at(-1)! : root;
  const { _tag } = made.term.node;
  return _tag === "AutomatonDecl" || _tag === "Automaton" || _tag === "With"
    ? childrenOf(made).flatMap((child) => port(of, child))
    : [];
};

/** Without the white space and comments that end it. */
const extentOf = (of: Standing): { readonly start: number; readonly end: number } => {
  const { declaration } = of;
  if (declaration.term !== null) return spanAt(declaration.spans, 0);
  const text = of.module.document.slice(of.base, of.base + declaration.length);
  return { start: 0, end: text.trimEnd().length };
};

const symbolsOf = (of: Standing): DocumentSymbol[] => {
  const { declaration } = of;
  const kind = WorkspaceSymbolKinds[declaration.key.split(" ")[0]!];
  if (kind === undefined) return [];
  const extent = extentOf(of);
  const children = ports(of);
  return namesIn(of)
    .filter(({ declares, target }) => declares && (target._tag === "Global" || target._tag === "Imported"))
    .map((occurrence) => ({
      name: occurrence.name,
      kind: kind(declaration),
      range: rangeOf(of, extent),
      selectionRange: rangeOf(of, occurrence),
      ...(children.length === 0 ? {} : { children }),
    }));
};

/** What a declaration was last found to declare, and from which line and column on. */
interface Found {
  readonly line: number;
  readonly column: number;
  readonly symbols: readonly DocumentSymbol[];
}

const found = new WeakMap<Declaration, Found>();

const lower = ({ start, end }: Range, by: number): Range => ({
  start: { line: start.line + by, character: start.character },
  end: { line: end.line + by, character: end.character },
});

const lowered = (symbol: DocumentSymbol, by: number): DocumentSymbol => ({
  ...symbol,
  range: lower(symbol.range, by),
  selectionRange: lower(symbol.selectionRange, by),
  ...(symbol.children === undefined ? {} : { children: symbol.children.map((child) => lowered(child, by)) }),
});

/** Declarations that an edit leaves alone mostly stand where they stood, or so many lines further. */
const symbolsAt = (of: Standing, line: number): readonly DocumentSymbol[] => {
  const column = of.base - of.module.document.lineStart(of.base);
  const known = found.get(of.declaration);
  if (known !== undefined && known.column === column && known.line === line) return known.symbols;
  const symbols =
    known !== undefined && known.column === column
      ? known.symbols.map((symbol) => lowered(symbol, line - known.line))
      : symbolsOf(of);
  found.set(of.declaration, { line, column, symbols });
  return symbols;
};

export const documentSymbols = (project: Project, params: DocumentSymbolParams): DocumentSymbol[] | null => {
  const module = moduleOf(project, params);
  if (module === null) return null;
  const all: DocumentSymbol[] = [];
  let line = 0;
  for (const of of standingIn(module)) {
    all.push(...symbolsAt(of, line));
    line += of.declaration.newlines;
  }
  return all;
};

/** More than these is no help to anyone. */
const most = 500;

/** Whether the letters of the query come in this order. */
const fits = (name: string, query: string): boolean => {
  let at = 0;
  for (const letter of name) if (letter === query[at]) at++;
  return at === query.length;
};

export const workspaceSymbols = (project: Project, { query }: WorkspaceSymbolParams): WorkspaceSymbol[] => {
  project.readAll();
  const wanted = query.toLowerCase();
  const found: WorkspaceSymbol[] = [];
  for (const module of project.workspace.modules.values())
    for (const of of standingIn(module)) {
      const { names, key } = of.declaration;
      const kind = WorkspaceSymbolKinds[key.split(" ")[0]!];
      if (kind === undefined || key.startsWith("import ")) continue;
      for (const name of names) {
        if (!fits(name.toLowerCase(), wanted)) continue;
        const occurrence = namesIn(of).find((each) => each.declares && each.name === name);
        if (occurrence === undefined) continue;
        found.push({ name, kind: kind(of.declaration), location: locationOf(project, of, occurrence) });
        if (found.length >= most) return found;
      }
    }
  return found;
};
