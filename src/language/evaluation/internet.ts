/** `internet`: the external automaton that stands for all hosts outside of the system. It is always there. */
import type { AutomatonValue } from "../value.ts";
import { blank } from "./blank.ts";

const nowhere = { module: "", declaration: "", at: 0 };

/** The one value that `internet` means. */
export const internet: AutomatonValue = {
  ...blank("internet", nowhere),
  provides: [
    {
      name: "any",
      // Nothing is said of what is spoken there, so no other port goes together with it.
      protocol: { states: [{ _tag: "End" }], start: 0, key: "internet" },
      label: "Any",
      transport: "tcp",
      number: 0,
      last: 0,
      listens: 0,
      at: { _tag: "Anywhere" },
      site: nowhere,
    },
  ],
};
