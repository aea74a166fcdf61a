/** Why something was computed, or changed: what it followed. The first cause follows nothing. */

/** One step of an explanation: what something is, what happened to it, and what that followed. */
export interface Cause {
  /** `input n`, `n`, `instances of a`. */
  readonly what: string;
  /** What happened to it, where that is the beginning. */
  readonly happened: FirstCause | null;
  readonly from: Cause | null;
}

/** How a chain of causes begins: something was written, or set. */
export type FirstCause =
  /** `place`: from which the maker of the cause finds where it is written. */
  | { readonly _tag: "Written"; readonly how: "new" | "edited" | "gone"; readonly place: unknown }
  | { readonly _tag: "Set"; readonly before: unknown; readonly after: unknown };

/** A cause that follows another. */
export const follows = (what: string, from: Cause): Cause => ({ what, happened: null, from });

/** The cause of what was written, edited or taken out of a text. */
export const written = (what: string, how: "new" | "edited" | "gone", place: unknown): Cause => ({
  what,
  happened: { _tag: "Written", how, place },
  from: null,
});

/** The cause of a cell that was set. */
export const set = (what: string, before: unknown, after: unknown): Cause => ({
  what,
  happened: { _tag: "Set", before, after },
  from: null,
});

/** From the first cause on. */
export const chainOf = (cause: Cause): readonly Cause[] => {
  const chain: Cause[] = [];
  for (let at: Cause | null = cause; at !== null; at = at.from) chain.push(at);
  return chain.reverse();
};
