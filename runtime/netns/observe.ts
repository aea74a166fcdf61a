/** Reads everything of a system back from the world, in the form in which it is desired. */
import type { Observation } from "../../src/core/base.ts";
import {
  type Hub as HubResource,
  hubKey,
  type Instance,
  instanceKey,
  type Process,
  type Publication,
  processKey,
  type Resource,
  type ResourceKey,
} from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import { namespaceNames } from "../namespaces.ts";
import { type HubView, noHub, viewHub } from "./cable.ts";
import type { Hub } from "./hub.ts";
import { observeInstance } from "./instance.ts";
import type { Keeper } from "./keeper.ts";
import { hubName, systemPrefix } from "./names.ts";
import type { Publisher } from "./publisher.ts";
import { explain, origins } from "./records.ts";

const instancesOf = (
  system: string,
  view: HubView,
  originOf: ReadonlyMap<string, number>,
): readonly Instance[] =>
  namespaceNames(systemPrefix(system)).flatMap((netns): Instance[] => {
    if (netns === hubName(system)) return [];
    try {
      const seen = observeInstance(view, system, netns, (link) => originOf.get(link) ?? 0);
      if (seen === null) return [];
      return [{ kind: "instance", key: instanceKey(seen.automaton, seen.index), ...seen }];
    } catch (error) {
      // Gone while we looked, or a name that never became a namespace.
      if (refusedWith(error, "ENOENT", "EINVAL")) return [];
      throw error;
    }
  });

/** What a running process shows of its resource: how it is cared for is its keeper's. */
const processOf = (place: {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
  readonly spec: string;
}): Process => ({
  kind: "process",
  key: processKey(place.automaton, place.index),
  automaton: place.automaton,
  index: place.index,
  netns: place.netns,
  argv: [],
  env: {},
  cwd: "",
  spec: place.spec,
  care: { restart: "never", probe: null },
});

/** Reads the world, and has the hub's firewall take note of what it read. */
export const observeSystem = async (
  system: string,
  hub: Hub | null,
  keeper: Keeper,
  publisher: Publisher,
): Promise<Observation> => {
  const resources = new Map<ResourceKey, Resource>();
  const see = (resource: Resource): void => {
    resources.set(resource.key, resource);
  };

  const found = hub?.firewall.read() ?? null;
  const instances = instancesOf(
    system,
    hub === null ? noHub : viewHub(hub),
    found === null ? new Map() : origins(found.elements),
  );
  for (const instance of instances) see(instance);

  if (hub !== null && found !== null) {
    const { resources: filtered, exact } = explain(
      found.elements,
      instances.filter(({ link }) => link !== ""),
    );
    hub.firewall.adopt(filtered, exact && found.whole ? found.generation : null);
    if (found.whole && hub.standing() === "named")
      see({ kind: "hub", key: hubKey, automaton: null, system, netns: hub.name } satisfies HubResource);
    const publications = filtered.filter((one): one is Publication => one.kind === "publication");
    const published = await publisher.published(publications, hub);
    for (const resource of filtered) {
      if (resource.kind === "instance") continue;
      if (resource.kind !== "publication" || published.has(resource.key)) see(resource);
    }
  }

  for (const hosts of keeper.hosts()) see(hosts);
  const processes = keeper.running();
  for (const process of processes.values()) see(processOf(process));
  return { resources, processes };
};
