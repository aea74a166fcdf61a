/** Where a term that is evaluated stands, and where its children do. */
import type { Term } from "../core/term.ts";
import type { Site } from "./problem.ts";

/** What the positions of a term and all that stands in it count from. */
export interface Origin {
  readonly module: string;
  readonly declaration: string;
  /** The remembered chunk of a long list, or null for the declaration. */
  readonly within: Term | null;
}

export const siteAt = (origin: Origin, at: number): Site =>
  origin.within === null
    ? { module: origin.module, declaration: origin.declaration, at }
    : { module: origin.module, declaration: origin.declaration, at, within: origin.within };

/** As `siteAt`, but only the term's own name or operator. */
export const focusAt = (origin: Origin, at: number): Site =>
  origin.within === null
    ? { module: origin.module, declaration: origin.declaration, at, focus: true }
    : { module: origin.module, declaration: origin.declaration, at, within: origin.within, focus: true };

export const originOf = (site: Site): Origin => ({
  module: site.module,
  declaration: site.declaration,
  within: site.within ?? null,
});

/** The position of a child. Costs its index: in a loop over many children add up sizes instead. */
export const childAt = (term: Term, at: number, index: number): number => {
  const children = term.node.children as readonly Term[];
  let position = at + 1;
  for (let i = 0; i < index; i++) position += children[i]!.size;
  return position;
};

/** Sites as a key: two are the same place iff their keys are the same and `within` is. */
export const sameSite = (a: Site, b: Site): boolean =>
  a.at === b.at &&
  a.declaration === b.declaration &&
  a.module === b.module &&
  a.within === b.within &&
  a.focus === b.focus;

/**
 * The pre-order position of a site in its declaration. A chunk that occurs several times
 * stands for its first occurrence. Null where the chunk is not in the declaration. Looks
 * only into terms that are large enough to hold the chunk.
 */
export const positionIn = (declaration: Term, site: Site): number | null => {
  const { within } = site;
  if (within === undefined) return site.at;
  const stack: { readonly term: Term; readonly at: number }[] = [{ term: declaration, at: 0 }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.term === within) return top.at + site.at;
    const children = top.term.node.children as readonly Term[];
    let at = top.at + top.term.size;
    for (let i = children.length - 1; i >= 0; i--) {
      at -= children[i]!.size;
      if (children[i]!.size >= within.size) stack.push({ term: children[i]!, at });
    }
  }
  return null;
};
