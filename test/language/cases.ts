/** Random cases, as many as it takes. */
import type { ExecutionContext } from "ava";
import * as fc from "fast-check";

/** Cases of one property in an ordinary run. */
export const runs = Number(process.env.FUZZ_RUNS ?? 300);

/**
 * Holds a property in at least `runs` cases, and in so many that each of the counters has
 * come to `enough`: a property that is about few of its cases still says something.
 */
export const holds = <T>(
  t: ExecutionContext,
  property: fc.IProperty<T>,
  counters: () => readonly number[] = () => [],
  enough = 20,
): void => {
  const isEnough = (): boolean => counters().every((count) => count >= enough);
  let batches = 0;
  do fc.assert(property, { numRuns: runs });
  while (!isEnough() && ++batches < 50);
  t.true(isEnough(), `only ${counters().join(", ")} cases said something`);
};
