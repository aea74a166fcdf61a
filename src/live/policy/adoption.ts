/**
 * What is found running when an orchestrator comes: taken over as it is, nobody
 * restarted, and no instance leaves service that was in it.
 */
import type { Observation } from "../../core/base.ts";
import type { Listens, Resolved } from "../../core/cell-key.ts";
import type { Resource, ResourceKey } from "../../core/resource.ts";

export interface Adoption {
  /** How many instances there are of each automaton: one more than the highest index. */
  readonly counts: ReadonlyMap<string, number>;
  /** Instances that some service sends connections to. */
  readonly inService: ReadonlySet<ResourceKey>;
  /** Where those listen. */
  readonly listens: ReadonlyMap<ResourceKey, Listens>;
  /** Whether there was anything of the system at all. */
  readonly fresh: boolean;
}

/** The addresses of hosts elsewhere that services lead to, by their names. */
export const hostsFound = (resources: Iterable<Resource>): ReadonlyMap<string, Resolved> => {
  const found = new Map<string, { readonly v4: Set<string>; readonly v6: Set<string> }>();
  for (const resource of resources) {
    if (resource.kind !== "service") continue;
    for (const { host, address } of resource.endpoints) {
      if (host === undefined) continue;
      const known = found.get(host) ?? { v4: new Set(), v6: new Set() };
      found.set(host, known);
      if (address.v4 !== null) known.v4.add(address.v4);
      if (address.v6 !== null) known.v6.add(address.v6);
    }
  }
  return new Map([...found].map(([host, { v4, v6 }]) => [host, { v4: [...v4].sort(), v6: [...v6].sort() }]));
};

export const adoptionOf = ({ resources }: Observation): Adoption => {
  const counts = new Map<string, number>();
  const inService = new Set<ResourceKey>();
  const listens = new Map<ResourceKey, Listens>();
  for (const resource of resources.values()) {
    if (resource.kind === "instance") {
      const { automaton, index } = resource;
      counts.set(automaton, Math.max(counts.get(automaton) ?? 0, index + 1));
    }
    if (resource.kind !== "service") continue;
    // Behind a union are ports that are services of their own, too.
    const port = resource.id.includes("|") ? null : resource.id.slice(resource.automaton.length + 1);
    for (const { instance, number } of resource.endpoints) {
      inService.add(instance);
      if (port !== null) listens.set(instance, { ...listens.get(instance), [port]: number });
    }
  }
  return { counts, inService, listens, fresh: resources.size === 0 };
};
