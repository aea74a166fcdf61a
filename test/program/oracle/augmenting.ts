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
  if (name === "limits") return given.limits;
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
    const own: Problem[] = [];
    let asksForSlots = false;
    const fold = (): readonly unknown[] => {
      own.length = 0;
      return members.map((member, i) => {
        const read: Reader = {
          cell: (name) => cellIn(given, system, name),
          attribute: (of, from, field) =>
            (byKey.get(of)?.[from] as Record<string, unknown> | undefined)?.[field],
          slot: (space, identity) => {
            asksForSlots = true;
            return slots.get(space)!.claim(identity, "", new Set());
          },
          problem: (problem) => void own.push(problem as Problem),
        };
        return pass.algebra(member, attributes[i]!, read);
      });
    };
    const first = fold();
    // The first time tells who asks for slots, the second reads what they got.
    const made = asksForSlots ? fold() : first;
    made.forEach((adds, i) => {
      attributes[i]![pass.name] = adds;
    });
    problems.push(...own);
  }
  const desired: Record<string, Resource> = {};
  if (members.length > 0)
    desired[hubKey] = { kind: "hub", key: hubKey, automaton: null, system, netns: `${system}.hub` };
  for (const { resources } of attributes)
    for (const resource of resources as readonly Resource[]) desired[resource.key] = resource;
  return { desired, problems };
};
