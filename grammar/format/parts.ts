/** What layouts are made of: values behind a sign, brackets, blocks of clauses. */
import type { TermF } from "../../src/core/syntax.ts";
import type { Term } from "../../src/core/term.ts";
import {
  broken,
  concat,
  type Doc,
  group,
  hardline,
  ifBroken,
  indent,
  line,
  softline,
  wideline,
} from "./doc.ts";
import { type Child, danglers, type NodeContext, rows } from "./node-context.ts";

/** Whether it stays behind the sign before it and breaks inside, if it must break. */
const hugs = (node: TermF<Term>): boolean => {
  let at = node;
  while (at._tag === "Mu" || at._tag === "Dual") at = at.children[0].node;
  switch (at._tag) {
    case "Chain":
    case "If":
    case "Let":
    case "Send":
    case "Receive":
    case "Then":
      return false;
    default:
      return true;
  }
};

/** A child behind `head`: on its line if it fits or breaks well, else indented below. */
export const value = (head: Doc, child: Child): Doc => {
  if (child.commented) return concat(head, indent(hardline, child.doc));
  return hugs(child.node) ? concat(head, " ", child.doc) : concat(head, group(indent(line, child.doc)));
};

/** `name: child`, `name = child` */
export const named = (sign: string, name: string, child: Child): Doc => value(`${name}${sign}`, child);

export const parenthesised = (doc: Doc, needed: boolean): Doc =>
  needed ? group("(", indent(softline, doc), softline, ")") : doc;

const forced = (place: NodeContext): Doc => (place.expanded ? broken : "");

/** Items between brackets, with commas; `padding` stands inside the brackets. */
export const bracketed = (
  open: string,
  children: readonly Child[],
  close: string,
  padding: Doc,
  place: NodeContext,
): Doc => {
  if (children.length === 0 && place.dangling.length === 0) return open + close;
  const comma = children.length > 0 ? ifBroken(",") : "";
  const inside = children.length > 0 ? [padding, rows(children, ","), comma] : [];
  return group(open, indent(...inside, danglers(place.dangling)), padding, close, forced(place));
};

export const listed = (children: readonly Child[], place: NodeContext): Doc =>
  bracketed("[", children, "]", softline, place);
export const braced = (children: readonly Child[], place: NodeContext): Doc =>
  bracketed("{", children, "}", line, place);

/** Parameters or arguments: in a row if they fit, whatever the author did. */
export const inParentheses = (children: readonly Child[], dangling: readonly Doc[]): Doc => {
  if (children.length === 0 && dangling.length === 0) return "()";
  const inside = children.length > 0 ? [softline, rows(children, ","), ifBroken(",")] : [];
  return group("(", indent(...inside, danglers(dangling)), softline, ")");
};

/** `{ clause* }` */
export const block = (clauses: readonly Child[], place: NodeContext): Doc => {
  if (clauses.length === 0 && place.dangling.length === 0) return "{}";
  const inside = clauses.length > 0 ? [line, rows(clauses, "", wideline)] : [];
  return group("{", indent(...inside, danglers(place.dangling)), line, "}", forced(place));
};
