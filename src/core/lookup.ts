/** What looking up the name of a host comes to: the word of a name server, or of this machine's own table. */
export interface Lookup {
  /** Sorted; null: that could not be found out. */
  readonly v4: readonly string[] | null;
  readonly v6: readonly string[] | null;
  /** For how long that is said to hold, in milliseconds; null: nothing is said of it. */
  readonly ttlMs: number | null;
  /** Why nothing was found, or not all, in words; null: all was found. */
  readonly problem: string | null;
}

/** Nothing was found, or could be. */
export const notFound = (problem: string): Lookup => ({ v4: null, v6: null, ttlMs: null, problem });
