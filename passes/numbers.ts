/** The numbers of small spaces that a resource of the world shows. */
import type { Numbered } from "../src/core/augment.ts";
import type { DualAddress, Resource } from "../src/core/resource.ts";
import { instanceIdentity, serviceIdentity } from "./addresses.ts";
import { slotOf4 } from "./identity.ts";

const at = (space: string, identity: string, { v4 }: DualAddress): readonly Numbered[] =>
  v4 === null ? [] : [{ space, identity, slot: slotOf4(v4) }];

/** Of a resource of `system`; the inverse of what the passes `names` and `addresses` say. */
export const numbersOf = (system: string, resource: Resource): readonly Numbered[] => {
  switch (resource.kind) {
    case "instance": {
      const { automaton, index, address, origin } = resource;
      const identity = instanceIdentity(system, automaton, index);
      return [{ space: "origin", identity: automaton, slot: origin }, ...at("concrete4", identity, address)];
    }
    case "service":
      return at("virtual4", serviceIdentity(system, resource.id), resource.vip);
    case "hub":
    case "hosts":
    case "limits":
    case "files":
    case "process":
    case "wire":
    case "publication":
    case "egress":
      return [];
  }
};
