/**
 * What is found running when an orchestrator comes: taken over as it is, nobody
 * restarted, nobody out of service who was in it.
 */
import type { Observation } from "../../core/base.ts";
import type { ResourceKey } from "../../core/resource.ts";

export interface Adoption {
  /** How many instances there are of each automaton: one more than the highest index. */
  readonly counts: ReadonlyMap<string, number>;
  /** Instances that some service sends connections to. */
  readonly inService: ReadonlySet<ResourceKey>;
  /** Whether there was anything of the system at all. */
  readonly fresh: boolean;
}

export const adoptionOf = ({ resources }: Observation): Adoption => {
  const counts = new Map<string, number>();
  const inService = new Set<ResourceKey>();
  for (const resource of resources.values()) {
    if (resource.kind === "instance") {
      const { automaton, index } = resource;
      counts.set(automaton, Math.max(counts.get(automaton) ?? 0, index + 1));
    }
    if (resource.kind === "service") for (const { instance } of resource.endpoints) inService.add(instance);
  }
  return { counts, inService, fresh: resources.size === 0 };
};
