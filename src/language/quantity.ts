/** Exact numbers with a dimension. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}
