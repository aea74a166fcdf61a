/** The worlds in which a system can live: its base case, and how its instances are looked after there. */
import { MemoryBase } from "../../runtime/memory/base.ts";
import { openNetns } from "../../runtime/netns/open.ts";
import { SystemState } from "../../runtime/process/state.ts";
import type { BaseCase } from "../core/base.ts";
import { memorySenses } from "./memory-senses.ts";
import { NetnsSenses } from "./netns-senses.ts";
import type { OnCheckup, Senses } from "./senses.ts";

export interface World {
  readonly base: BaseCase;
  readonly state: SystemState;
  readonly senses: (onCheckup: OnCheckup) => Senses;
}

/** Throws a `KernelError` where the kernel cannot be spoken to. */
export const openWorld = (system: string, base: BaseCase["name"], root?: string): World => {
  const state = new SystemState(system, root);
  switch (base) {
    case "memory":
      return { base: new MemoryBase(system), state, senses: memorySenses };
    case "netns": {
      const netns = openNetns(state);
      return {
        base: netns.base,
        state,
        senses: (onCheckup) => new NetnsSenses(netns.base, netns.keeper, onCheckup),
      };
    }
  }
};
