/** Where names stand in a declaration, and what each of them names. */
import type { Declaration } from "../../grammar/declaration.ts";
import { Lexer } from "../../grammar/lexer.ts";
import type { Token } from "../../grammar/tokens.ts";
import * as T from "../../grammar/tokens.ts";
import type { Term } from "../core/term.ts";
import { basePayloads } from "../language/names.ts";
import { localNamed } from "./scope.ts";
import { type Extent, focusAt, type Node, nodesOf, rootOf, spanAt } from "./tree.ts";

export type Target =
  /** A parameter or the like, by the position of the term that binds it. */
  | { readonly _tag: "Local"; readonly at: number }
  /** A name of the file: declared there or imported, or else built in or unknown. */
  | { readonly _tag: "Global"; readonly name: string }
  /** A name of the file that a name of this file stands for. */
  | { readonly _tag: "OfModule"; readonly alias: string; readonly name: string }
  /** In an import's braces: a name of the imported file, and of this one. */
  | { readonly _tag: "Imported"; readonly name: string }
  /** `x.name`, of a value that is no module. */
  | { readonly _tag: "Field"; readonly name: string; readonly owner: Node }
  /** `x(name = …)` */
  | { readonly _tag: "Argument"; readonly name: string; readonly callee: Node }
  /** The name of a port where it is declared. */
  | { readonly _tag: "Port"; readonly name: string; readonly at: number };

export interface Occurrence extends Extent {
  readonly name: string;
  readonly target: Target;
  /** Whether the name comes to be here. */
  readonly declares: boolean;
}

/** Tokens of a declaration's text that begin in an extent. */
export const tokensIn = (text: string, { start, end }: Extent): readonly Token[] => {
  const lexer = new Lexer(text, start);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null && token.startOffset < end; token = lexer.next())
    tokens.push(token);
  return tokens;
};

type Add = (extent: Extent, name: string, target: Target, declares?: boolean) => void;
type IsModule = (name: string) => boolean;

const ofToken = (token: Token): Extent => ({ start: token.startOffset, end: token.end });

/** `!lib.Key.t`: of each name what it is; see `Send` in the syntax. */
const inPath = (node: Node, names: readonly Token[], isModule: IsModule, add: Add): void => {
  names.forEach((token, i) => {
    const name = token.image;
    const extent = ofToken(token);
    if (i === 0) {
      if (!basePayloads.has(name)) add(extent, name, { _tag: "Global", name });
      return;
    }
    const local = localNamed(node, name);
    const alias = names[0]!.image;
    if (i === 1 && isModule(alias)) add(extent, name, { _tag: "OfModule", alias, name });
    else if (local !== null) add(extent, name, { _tag: "Local", at: local.at });
    else add(extent, name, { _tag: "Global", name });
  });
};

/** The name that a string is, with its place between the quotes; null where it is computed, or no name. */
const quoted = (
  { node }: Term,
  at: number,
  text: string,
  spans: Declaration["spans"],
): (Extent & { readonly name: string }) | null => {
  if (node._tag !== "Str" || node.children.length > 0) return null;
  const [name] = node.pieces;
  const { start, end } = focusAt(spans, at);
  if (!/^[A-Za-z_]\w*$/.test(name!) || text.slice(start, end) !== `"${name}"`) return null;
  return { start: start + 1, end: end - 1, name: name! };
};

const inTerm = (node: Node, text: string, declaration: Declaration, isModule: IsModule, add: Add): void => {
  const { term, at } = node;
  const layer = term.node;
  const { spans } = declaration;
  const focus = (): Extent => focusAt(spans, at);
  switch (layer._tag) {
    case "Name": {
      const { name } = layer;
      const local = localNamed(node, name);
      add(focus(), name, local === null ? { _tag: "Global", name } : { _tag: "Local", at: local.at });
      return;
    }
    case "Path":
      inPath(
        node,
        tokensIn(text, spanAt(spans, at)).filter((token) => T.isName(token)),
        isModule,
        add,
      );
      return;
    case "Field": {
      const { name } = layer;
      const owner: Node = { term: layer.children[0], at: at + 1, parent: node, index: 0 };
      const of = owner.term.node;
      if (of._tag === "Name" && isModule(of.name) && localNamed(owner, of.name) === null)
        add(focus(), name, { _tag: "OfModule", alias: of.name, name });
      else add(focus(), name, { _tag: "Field", name, owner });
      return;
    }
    case "Arg": {
      const call = node.parent!;
      const callee: Node = {
        term: (call.term.node.children as readonly Node["term"][])[0]!,
        at: call.at + 1,
        parent: call,
        index: 0,
      };
      const written = layer.name === null ? quoted(layer.children[0], at + 1, text, spans) : null;
      const name = layer.name ?? written?.name;
      if (name !== undefined) add(written ?? focus(), name, { _tag: "Argument", name, callee });
      return;
    }
    case "Provides":
    case "Requires": {
      const written = layer.name === null ? quoted(layer.children[0]!, at + 1, text, spans) : null;
      const name = layer.name ?? written?.name;
      if (name !== undefined) add(written ?? focus(), name, { _tag: "Port", name, at }, true);
      return;
    }
    case "Index": {
      const [of, index] = layer.children;
      const written = quoted(index, at + 1 + of.size, text, spans);
      const owner: Node = { term: of, at: at + 1, parent: node, index: 0 };
      if (written !== null) add(written, written.name, { _tag: "Field", name: written.name, owner });
      return;
    }
    case "Param":
    case "Let":
    case "For":
      add(focus(), layer.name, { _tag: "Local", at }, true);
      return;
    case "Mu": {
      const name = tokensIn(text, spanAt(spans, at))[1];
      if (name !== undefined) add(ofToken(name), layer.name, { _tag: "Local", at }, true);
      return;
    }
    case "LetDecl":
    case "TypeDecl":
    case "ProtocolDecl":
    case "AutomatonDecl":
    case "SystemDecl":
      add(focus(), layer.name, { _tag: "Global", name: layer.name }, true);
      return;
    case "Import": {
      const tokens = tokensIn(text, spanAt(spans, at));
      const as = tokens.findIndex((token) => token.tokenType === T.As);
      const alias = tokens[as + 1];
      if (as > 0 && alias !== undefined)
        add(ofToken(alias), alias.image, { _tag: "Global", name: alias.image }, true);
      return;
    }
    case "Imported":
      add(focus(), layer.name, { _tag: "Imported", name: layer.name }, true);
      return;
    default:
  }
};

/** Of a declaration that does not parse: what its tokens let one guess. */
const guessed = (text: string, isModule: IsModule, add: Add): void => {
  const tokens = tokensIn(text, { start: 0, end: text.length });
  tokens.forEach((token, i) => {
    if (!T.isName(token)) return;
    const [name, before, owner] = [token.image, tokens[i - 1], tokens[i - 2]];
    if (before?.tokenType === T.Dot) {
      if (owner !== undefined && isModule(owner.image))
        add(ofToken(token), name, { _tag: "OfModule", alias: owner.image, name });
      return;
    }
    const behind = tokens[i + 1]?.tokenType;
    // Before `:` it is a port, label or field, before `=` (but in a declaration) an argument or a field.
    if (behind === T.Colon || (behind === T.Equals && i !== 1)) return;
    add(ofToken(token), name, { _tag: "Global", name }, i === 1 && T.reserved.has(tokens[0]!.image));
  });
};

const known = new WeakMap<Declaration, { readonly aliases: string; readonly all: readonly Occurrence[] }>();

/**
 * The names in a declaration, in the order of the text. `text` is the declaration's own;
 * `aliases` are the names of the file that stand for other files.
 */
export const occurrencesIn = (
  declaration: Declaration,
  text: string,
  aliases: ReadonlySet<string>,
): readonly Occurrence[] => {
  const key = [...aliases].join(" ");
  const before = known.get(declaration);
  if (before !== undefined && before.aliases === key) return before.all;
  const all: Occurrence[] = [];
  const add: Add = ({ start, end }, name, target, declares = false) =>
    void all.push({ start, end, name, target, declares });
  const isModule: IsModule = (name) => aliases.has(name);
  if (declaration.term === null) guessed(text, isModule, add);
  else for (const node of nodesOf(rootOf(declaration.term))) inTerm(node, text, declaration, isModule, add);
  all.sort((a, b) => a.start - b.start);
  known.set(declaration, { aliases: key, all });
  return all;
};
