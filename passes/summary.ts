/** The monoid of most summaries. */
export const sum = { empty: 0, combine: (a: number, b: number): number => a + b };
