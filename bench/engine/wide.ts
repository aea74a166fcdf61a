/** What contenders for the wide and keyed shapes have in common. */
import { mix } from "../../src/core/hash.ts";

/** An ordered collection of numbers whose digest, in order, is wanted after each change. */
export interface Wide {
  readonly name: string;
  change(index: number, value: number): void;
  insert(index: number, value: number): void;
  remove(index: number): void;
  digest(): number;
  /** The collection in order, to see that all did the same; null of one that has no order. */
  values(): readonly number[] | null;
}

export const leafHash = (value: number): number => mix(value);
export const size = 10_000;
export const initial = Array.from({ length: size }, (_, i) => i);
