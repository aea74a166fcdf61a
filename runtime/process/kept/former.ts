/** What `formerly` means. */
import type { Process } from "../../../src/core/resource.ts";
import type { KeptBy } from "./places.ts";

/** `NAME` of the same automaton, or `AUTOMATON.NAME`; of the same index. */
export const formerOf = ({ automaton, index }: Process, formerly: string): KeptBy => {
  const [first = "", second] = formerly.split(".");
  return second === undefined ? { automaton, index, name: first } : { automaton: first, index, name: second };
};
