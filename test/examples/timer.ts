/** Tells in the log of a test how long its parts took. */
import type { ExecutionContext } from "ava";

export const timer = (t: ExecutionContext): ((what: string) => void) => {
  let mark = performance.now();
  return (what) => {
    t.log(`${Math.round(performance.now() - mark)} ms: ${what}`);
    mark = performance.now();
  };
};
