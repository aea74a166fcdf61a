/** Places in a program. */
import type { Site } from "../problem.ts";

/** Whether two sites are one place. */
export const samePlace = (a: Site, b: Site): boolean =>
  a === b ||
  (a.at === b.at &&
    a.declaration === b.declaration &&
    a.module === b.module &&
    a.within === b.within &&
    a.focus === b.focus);
