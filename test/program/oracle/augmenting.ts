/** Every pass over every member, one pass after the other; plainly. */
import { passes, spaces } from "../../../passes/chain.ts";
import type { Reader } from "../../../src/core/pass.ts";
import { hubKey, type Resource } from "../../../src/core/resource.ts";
import { Slots } from "../../../src/core/slots.ts";
import type { Member } from "../../../src/language/member.ts";
import type { Problem } from "../../../src/language/problem.ts";
import { type Given, hostCell } from "./evaluating.ts";

export interface Augmented {
  readonly desired: Readonly<Record<string, Resource>>;
  readonly problems: readonly Problem[];
}

const cellIn = (given: Given, system: string, name: string): unknown => {
  if (name === "system") return system;
  if (name === "directory") return ".";
  if (name.startsWith("input ")) return given.inputs.get(name.slice(6));
  if (name.startsWith("observed host.")) return hostCell(given, name.slice(14));
  return given.cells.get(name);
};

export const augment = (system: string, members: readonly Member[], given: Given): Augmented => {
  const slots = new Map(Object.entries(spaces).map(([name, space]) => [name, new Slots(space)]));
  const attributes = members.map((): Record<string, unknown> => ({}));
  const byKey = new Map(members.map(({ key }, i) => [key, attributes[i]!]));
  const problems: Problem[] = [];
  for (const pass of passes) {
    // Twice: the first time tells who asks for slots, the second reads what they got.
    for (const isLast of [false, true]) {
      const made = members.map((member, i) => {
        const read: Reader = {
          cell: (name) => cellIn(given, system, name),
          attribute: (of, from, field) =>
            (byKey.get(of)?.[from] as Record<string, unknown> | undefined)?.[field],
          slot: (space, identity) => slots.get(space)!.claim(identity, "", new Set()),
          problem: (problem) => {
            if (isLast) problems.push(problem as Problem);
          },
        };
        return pass.algebra(member, attributes[i]!, read);
      });
      made.forEach((adds, i) => {
        attributes[i]![pass.name] = adds;
      });
    }
  }
  const desired: Record<string, Resource> = {};
  if (members.length > 0)
    desired[hubKey] = { kind: "hub", key: hubKey, automaton: null, system, netns: `${system}.hub` };
  for (const { resources } of attributes)
    for (const resource of resources as readonly Resource[]) desired[resource.key] = resource;
  return { desired, problems };
};
