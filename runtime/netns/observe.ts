/** Reads everything of a system back from the world, in the form in which it is desired. */
import type { Observation } from "../../src/core/base.ts";
import {
  type Hub as HubResource,
  hubKey,
  type Instance,
  instanceKey,
  type Process,
  processKey,
  type Resource,
  type ResourceKey,
} from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import { namespaceNames } from "../namespaces.ts";
import type { Owned } from "../owner.ts";
import type { Hub } from "./hub.ts";
import { observeInstance } from "./instance.ts";
import { hubName, labelPrefix } from "./names.ts";
import type { ProcessControl } from "./process-control.ts";
import { isOnHost, type Publisher } from "./publisher.ts";
import { explainElements, origins } from "./records.ts";
import { type HubView, noHub, viewHub } from "./view.ts";

const instancesOf = (
  owned: Owned,
  label: string,
  view: HubView,
  originOf: ReadonlyMap<string, number>,
): readonly Instance[] =>
  namespaceNames(labelPrefix(label)).flatMap((netns): Instance[] => {
    if (netns === hubName(label)) return [];
    try {
      const seen = observeInstance(view, owned, netns, (link) => originOf.get(link) ?? 0);
      if (seen === null) return [];
      return [{ kind: "instance", key: instanceKey(seen.automaton, seen.index), ...seen }];
    } catch (error) {
      // Gone while we looked, or a name that never became a namespace.
      if (refusedWith(error, "ENOENT", "EINVAL")) return [];
      throw error;
    }
  });

/** What a running process shows of its resource: how it is cared for is its manager's. */
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

/** Who knows of what is not in the hub. */
interface Around {
  readonly manager: ProcessControl;
  readonly publisher: Publisher;
  warnings(hub: Hub | null): Promise<readonly string[]>;
}

/** Reads the world, and has the hub's firewall take note of what it read. */
export const observeSystem = async (
  owned: Owned,
  label: string,
  hub: Hub | null,
  around: Around,
): Promise<Observation> => {
  const { manager, publisher } = around;
  const resources = new Map<ResourceKey, Resource>();
  const see = (resource: Resource): void => {
    resources.set(resource.key, resource);
  };

  const found = hub?.firewall.read() ?? null;
  const instances = instancesOf(
    owned,
    label,
    hub === null ? noHub : viewHub(hub),
    found === null ? new Map() : origins(found.elements),
  );
  for (const instance of instances) see(instance);

  if (hub !== null && found !== null) {
    const { resources: filtered, exact } = explainElements(
      found.elements,
      instances.filter(({ link }) => link !== ""),
    );
    hub.firewall.adopt(filtered, exact && found.whole ? found.generation : null);
    if (found.whole && hub.standing() === "named" && hub.wrong(true) === null)
      see({
        kind: "hub",
        key: hubKey,
        automaton: null,
        system: owned.system,
        netns: hub.name,
      } satisfies HubResource);
    const publications = filtered.filter(isOnHost);
    const wrong = await publisher.wrong(publications, hub, "published");
    for (const resource of filtered) {
      if (resource.kind === "instance") continue;
      if (!isOnHost(resource) || !wrong.has(resource.key)) see(resource);
    }
  }

  for (const hosts of manager.hosts()) see(hosts);
  for (const limits of manager.limits.all()) see(limits);
  const processes = manager.running();
  for (const process of processes.values()) see(processOf(process));
  for (const files of manager.heldFiles()) see(files);
  for (const place of manager.nameless()) see(processOf({ ...place, spec: "" }));
  const warnings = await around.warnings(hub);
  return { resources, processes, warnings, ended: manager.ended };
};
