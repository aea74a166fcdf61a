/** The monoid of summaries that are sums. */
export const sum = { empty: 0, combine: (a: number, b: number): number => a + b };
