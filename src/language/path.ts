/** Names and fields of names, as they are written. */
import type { Term } from "../core/term.ts";

/** `store`, `lib.Store`; null for any other term. */
export const pathOf = (term: Term): string | null => {
  const fields: string[] = [];
  let inner = term;
  while (inner.node._tag === "Field") {
    fields.push(inner.node.name);
    inner = inner.node.children[0];
  }
  return inner.node._tag === "Name" ? [inner.node.name, ...fields.reverse()].join(".") : null;
};
