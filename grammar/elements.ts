/**
 * An edit within a long list: only the elements that it touches are lexed and parsed
 * again. What stands between two commas of a list means the same whatever the others
 * are, as long as no token of it can begin a declaration (see `segments.ts`) and it ends
 * where it should; in every other case the whole declaration is read again.
 */

import { hasLineEnd, isLineStart } from "../src/core/lines.ts";
import { firstFrom } from "../src/core/search.ts";
import type { Term, Terms } from "../src/core/term.ts";
import { LONGEST, listAbove, type Spliced, splice } from "./chunks.ts";
import type { Declaration } from "./declaration.ts";
import type { Edit } from "./difference.ts";
import { Lexer } from "./lexer.ts";
import { DEEPEST, intern, spansOf } from "./lower.ts";
import type { ParseNode } from "./parse-node.ts";
import { theParser } from "./parser.ts";
import { copySpans, newSpans, type Spans } from "./spans.ts";
import * as T from "./tokens.ts";
import { Token } from "./tokens.ts";

/** A term, and its position in pre-order. */
interface Placed {
  readonly term: Term;
  readonly at: number;
}

interface Step extends Placed {
  /** Which child the next step is. */
  readonly child: number;
}

const childrenOf = (term: Term): readonly Term[] => term.node.children as readonly Term[];

const isLong = (term: Term): boolean =>
  term.node._tag === "List" && term.node.children[0]?.node._tag === "Chunk";

/** The outermost long list that holds the edit, and the way there. */
const listAround = (root: Term, spans: Spans, edit: Edit): { path: Step[]; list: Placed } | null => {
  const path: Step[] = [];
  let [term, at] = [root, 0];
  while (!isLong(term)) {
    const children = childrenOf(term);
    let [child, position] = [0, at + 1];
    while (child < children.length && spans[4 * position + 1]! < edit.oldEnd)
      position += children[child++]!.size;
    if (child === children.length || spans[4 * position]! > edit.start) return null;
    path.push({ term, at, child });
    [term, at] = [children[child]!, position];
  }
  const inside = spans[4 * at]! < edit.start && edit.oldEnd < spans[4 * at + 1]!;
  return inside ? { path, list: { term, at } } : null;
};

/** The lowest chunks of a list. */
const rowOf = ({ term, at }: Placed): readonly Placed[] => {
  const row: Placed[] = [];
  const visit = (one: Term, position: number): void => {
    const { node } = one;
    if (node._tag === "Chunk" && node.level === 0) row.push({ term: one, at: position });
    else {
      let next = position + 1;
      for (const child of childrenOf(one)) {
        visit(child, next);
        next += child.size;
      }
    }
  };
  visit(term, at);
  return row;
};

/** Elements that an edit touches: of which chunks, and from where to where in the text. */
interface Region {
  readonly chunk: number;
  readonly first: number;
  readonly removed: number;
  readonly start: number;
  readonly end: number;
  /** Whether it reaches to the list's own brackets. */
  readonly opens: boolean;
  readonly closes: boolean;
}

const regionOf = (row: readonly Placed[], list: Placed, spans: Spans, edit: Edit): Region => {
  const behind = firstFrom(row.length, (at) => spans[4 * row[at]!.at]! > edit.start);
  let chunk = Math.max(0, behind - 1);
  let first = 0;
  let position = row[chunk]!.at + 1;
  const opens = behind === 0;
  if (!opens)
    for (const children = childrenOf(row[chunk]!.term); ; first++) {
      const next = position + children[first]!.size;
      if (first + 1 === children.length || spans[4 * next]! > edit.start) break;
      position = next;
    }
  const start = opens ? spans[4 * list.at]! + 1 : spans[4 * position]!;
  const from = { chunk, first };
  let removed = 0;
  for (let at = first; chunk < row.length; chunk++, at = 0) {
    const children = childrenOf(row[chunk]!.term);
    if (at === 0) position = row[chunk]!.at + 1;
    for (; at < children.length; at++) {
      removed++;
      const end = spans[4 * position + 1]!;
      if (end >= edit.oldEnd) return { ...from, removed, start, end, opens, closes: false };
      position += children[at]!.size;
    }
  }
  return { ...from, removed, start, end: spans[4 * list.at + 1]! - 1, opens, closes: true };
};

/** Words that may begin a declaration, or belong to such that may. */
const beginners: ReadonlySet<unknown> = new Set([T.Import, T.Type, T.Protocol, T.System, T.Let, T.In]);

/** Words that begin one at the beginning of a line, and mean something else elsewhere. */
const mayBegin: ReadonlySet<unknown> = new Set([T.Automaton, T.External]);

/** The elements that a text consists of; null where that depends on more than the text. */
const read = (text: string, { closes }: Region, terms: Terms): readonly ParseNode[] | null => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [new Token(T.LSquare, "[", -1, 0, "[")];
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    const last = tokens.at(-1)!;
    if (beginners.has(token.tokenType)) return null;
    if (last.tokenType === T.Automaton && token.tokenType !== T.Text) return null;
    if (mayBegin.has(token.tokenType) && isLineStart(text, token.startOffset)) return null;
    tokens.push(token);
  }
  const [first, last] = [tokens[1], tokens.at(-1)!];
  if (first === undefined || lexer.problems.length + lexer.endless.length + lexer.unsure.length > 0)
    return null;
  // Only at the beginning of a text it would be a mark.
  if (text.startsWith("\ufeff")) return null;
  if (!closes && (last.end !== text.length || last.tokenType === T.Comma)) return null;
  // A comment up to the end of its line may go on over what stands behind the text.
  const comment = lexer.comments.at(-1);
  if (comment !== undefined && comment.start >= last.end && text.startsWith("--", comment.start))
    if (!hasLineEnd(text, comment.start, text.length)) return null;
  tokens.push(new Token(T.RSquare, "]", text.length, text.length + 1, "]"));
  const parser = theParser();
  const { node, made, errors, unclosed } = parser.parse(tokens, parser.expression);
  if (errors.length > 0 || unclosed !== null || node === null) return null;
  if (node.layer._tag !== "List" || made.at(-1) !== node || node.children.length === 0) return null;
  return intern(made.slice(0, -1), terms) ? node.children : null;
};

/** Where the elements of a new list have their places from: the old spans, or new ones. */
type SpanOrigin = { readonly from: number; readonly size: number } | { readonly spans: Spans };

/**
 * The declaration after an edit of its text, with which all of it must still parse; null
 * where it must be read as a whole. `edit` counts from the declaration's beginning, as do
 * the offsets in `slice`, which gives its text as it is now, of so many lines.
 */
export const editElements = (
  declaration: Declaration,
  edit: Edit,
  slice: (start: number, end: number) => string,
  newlines: number,
  terms: Terms,
): Declaration | null => {
  const { term: root, spans } = declaration;
  if (root === null || declaration.soft || declaration.open) return null;
  const found = listAround(root, spans, edit);
  if (found === null) return null;
  const { path, list } = found;
  // A line that ends within a string ends the string.
  if (path.some(({ term }) => term.node._tag === "Str")) return null;
  const row = rowOf(list);
  const region = regionOf(row, list, spans, edit);
  const shift = edit.newEnd - edit.oldEnd;
  const newEnd = region.end + shift;
  if (edit.start < region.start || edit.oldEnd > region.end) return null;
  // Parentheses around a list count as its own.
  if (region.opens && slice(region.start - 1, region.start) !== "[") return null;
  if (region.closes && slice(newEnd, newEnd + 1) !== "]") return null;
  const text = slice(region.start, newEnd);
  const nodes = read(text, region, terms);
  if (nodes === null) return null;
  const count = row.reduce((sum, { term }) => sum + childrenOf(term).length, 0);
  if (count - region.removed + nodes.length <= LONGEST) return null;
  if (Math.max(...nodes.map(({ depth }) => depth)) + path.length + 2 >= DEEPEST) return null;

  const inserted = nodes.map(({ term }) => term!);
  const { chunk, first: at, removed } = region;
  const spliced = splice(
    row.map(({ term }) => term),
    { chunk, at, removed, inserted },
    terms,
  );
  let term = terms.intern({ _tag: "List", children: listAbove(spliced.row, terms) });
  const newList = term;
  for (const step of [...path].reverse()) {
    const { node } = step.term;
    term = terms.internLayer({ ...node }, childrenOf(step.term).with(step.child, term), node.children.length);
  }
  const items = sourcesOf(row, spliced, region, nodes);
  const placed = place({
    spans,
    list,
    newList,
    size: term.size,
    row,
    spliced,
    items,
    end: region.end,
    shift,
  });
  return { ...declaration, term, spans: placed, length: declaration.length + shift, newlines };
};

/** For each element of the chunks that were made anew. */
const sourcesOf = (
  row: readonly Placed[],
  { from, to }: Spliced,
  region: Region,
  nodes: readonly ParseNode[],
): readonly SpanOrigin[] => {
  const sources: SpanOrigin[] = [];
  let skip = 0;
  for (let index = from; index < to; index++) {
    const chunk = row[index]!;
    let at = chunk.at + 1;
    for (const [number, child] of childrenOf(chunk.term).entries()) {
      if (index === region.chunk && number === region.first) {
        for (const node of nodes) sources.push({ spans: spansOf(node, -region.start) });
        skip = region.removed;
      }
      if (skip > 0) skip--;
      else sources.push({ from: at, size: child.size });
      at += child.size;
    }
  }
  return sources;
};

interface Placing {
  readonly spans: Spans;
  readonly list: Placed;
  readonly newList: Term;
  /** Terms of the new declaration. */
  readonly size: number;
  readonly row: readonly Placed[];
  readonly spliced: Spliced;
  readonly items: readonly SpanOrigin[];
  /** Old places from here on are `shift` further. */
  readonly end: number;
  readonly shift: number;
}

/** The places of the new declaration: those of the old, moved, but for what was read again. */
const place = ({ spans, list, newList, size, row, spliced, items, end, shift }: Placing): Spans => {
  const made = newSpans(4 * size);
  let to = 0;
  /** Old places as they are now. */
  const copy = (from: number, until: number): void => {
    copySpans(spans, 4 * from, 4 * until, made, to);
    const stop = to + 4 * (until - from);
    if (shift !== 0) for (let i = to; i < stop; i++) if (made[i]! >= end) made[i]! += shift;
    to = stop;
  };
  copy(0, list.at + 1);
  let chunk = 0;
  let item = 0;
  /** Returns where the places of the term itself stand. */
  const visit = (term: Term): number => {
    const { node } = term;
    const own = to;
    let last = own;
    if (node._tag === "Chunk" && node.level === 0) {
      const index = chunk++;
      if (index < spliced.from || index >= spliced.end) {
        const old = row[index < spliced.from ? index : index - spliced.end + spliced.to]!;
        copy(old.at, old.at + old.term.size);
        return own;
      }
      to += 4;
      for (let i = 0; i < node.children.length; i++) {
        const source = items[item++]!;
        last = to;
        if ("spans" in source) {
          copySpans(source.spans, 0, source.spans.length, made, to);
          to += source.spans.length;
        } else copy(source.from, source.from + source.size);
      }
    } else {
      to += 4;
      for (const child of childrenOf(term)) last = visit(child);
    }
    // A chunk reaches from its first to its last.
    made[own] = made[own + 2] = made[own + 4]!;
    made[own + 1] = made[own + 3] = made[last + 1]!;
    return own;
  };
  for (const child of childrenOf(newList)) visit(child);
  copy(list.at + list.term.size, spans.length / 4);
  return made;
};
