/**
 * The table of a hub: a fixed number of chains and rules for any size of the system;
 * everything else is elements of sets and maps. Everything is denied that no element
 * allows.
 */
import type { Ruleset } from "../nftables/fixed.ts";
import { absent, admit, open } from "./rules/admit.ts";
import { balance, deliver, disguise, refuse } from "./rules/deliver.ts";
import { input, output } from "./rules/own.ts";
import { shapes } from "./sets.ts";

export const hubTable = "architect";

const chains: Ruleset["chains"] = [
  { name: "absent", rules: absent },
  { name: "open", rules: open },
  { name: "deliver", rules: deliver },
  { name: "admit", type: "filter", hook: "prerouting", priority: -150, policy: "drop", rules: admit },
  { name: "balance", type: "nat", hook: "prerouting", priority: -100, policy: "accept", rules: balance },
  { name: "ask", type: "nat", hook: "output", priority: -100, policy: "accept", rules: balance },
  { name: "refuse", type: "filter", hook: "prerouting", priority: -90, policy: "drop", rules: refuse },
  { name: "disguise", type: "nat", hook: "postrouting", priority: 100, policy: "accept", rules: disguise },
  { name: "output", type: "filter", hook: "output", priority: 0, policy: "accept", rules: output },
  { name: "input", type: "filter", hook: "input", priority: 0, policy: "drop", rules: input },
];

/** The table of a system's hub. */
export const hubRuleset = (system: string): Ruleset => ({
  table: hubTable,
  comment: `architect ${system}`,
  alone: true,
  sets: shapes,
  chains,
});
