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
import { danglers, type Kid, type Place, rows } from "./place.ts";

/** Whether it stays behind the sign before it and breaks inside, if it must break. */
const hugs = (node: TermF<Term>): boolean => {
  let at = node;
  while (at._tag === "Mu" || at._tag === "Dual") at = at.kids[0].node;
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

/** A kid behind `head`: on its line if it fits or breaks well, else indented below. */
export const value = (head: Doc, kid: Kid): Doc => {
  if (kid.commented) return concat(head, indent(hardline, kid.doc));
  return hugs(kid.node) ? concat(head, " ", kid.doc) : concat(head, group(indent(line, kid.doc)));
};

export const parenthesised = (doc: Doc, needed: boolean): Doc =>
  needed ? group("(", indent(softline, doc), softline, ")") : doc;

const forced = (place: Place): Doc => (place.expanded ? broken : "");

/** Items between brackets, with commas; `padding` stands inside the brackets. */
export const bracketed = (
  open: string,
  kids: readonly Kid[],
  close: string,
  padding: Doc,
  place: Place,
): Doc => {
  if (kids.length === 0 && place.dangling.length === 0) return open + close;
  const comma = kids.length > 0 ? ifBroken(",") : "";
  const inside = kids.length > 0 ? [padding, rows(kids, ","), comma] : [];
  return group(open, indent(...inside, danglers(place.dangling)), padding, close, forced(place));
};

export const listed = (kids: readonly Kid[], place: Place): Doc => bracketed("[", kids, "]", softline, place);
export const braced = (kids: readonly Kid[], place: Place): Doc => bracketed("{", kids, "}", line, place);

/** Parameters or arguments: in a row if they fit, whatever the author did. */
export const inParentheses = (kids: readonly Kid[], dangling: readonly Doc[]): Doc => {
  if (kids.length === 0 && dangling.length === 0) return "()";
  const inside = kids.length > 0 ? [softline, rows(kids, ","), ifBroken(",")] : [];
  return group("(", indent(...inside, danglers(dangling)), softline, ")");
};

/** `{ clause* }` */
export const block = (clauses: readonly Kid[], place: Place): Doc => {
  if (clauses.length === 0 && place.dangling.length === 0) return "{}";
  const inside = clauses.length > 0 ? [line, rows(clauses, "", wideline)] : [];
  return group("{", indent(...inside, danglers(place.dangling)), line, "}", forced(place));
};
