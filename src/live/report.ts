/** The status of a system: as its orchestrator knows it, or as the world alone shows it. */
import { resolve } from "node:path";
import type { Observation } from "../core/base.ts";
import {
  type DualAddress,
  type Instance,
  type Publication,
  processKey,
  type Resource,
  type Service,
  type Wire,
} from "../core/resource.ts";
import type { AutomatonStatus, InstanceState, InstanceStatus, Status } from "./control/status.ts";
import type { Orchestrator } from "./orchestrator.ts";
import { automatonOf } from "./steering.ts";

const addressesOf = ({ v4, v6 }: DualAddress): readonly string[] => (v4 === null ? [v6] : [v4, v6]);

const wireOf = ({ automaton, requirement, service, oneWay }: Wire): Status["wires"][number] => ({
  from: `${automaton}.${requirement}`,
  to: service,
  kind: oneWay ? "message" : "request",
});

const publicationOf = ({ hostPort, transport, service }: Publication): Status["publications"][number] => ({
  hostPort,
  transport,
  to: service,
});

const portOf = (id: string): string => id.slice(id.lastIndexOf(".") + 1);

const serviceOf = (service: Service, protocol: string): AutomatonStatus["services"][number] => ({
  port: service.id.includes("|") ? service.id : portOf(service.id),
  protocol,
  transport: service.transport,
  number: service.number,
  vips: addressesOf(service.vip),
});

const kinds = (resources: Iterable<Resource>) => {
  const found = {
    instances: [] as Instance[],
    services: [] as Service[],
    wires: [] as Wire[],
    publications: [] as Publication[],
  };
  for (const resource of resources) {
    if (resource.kind === "instance") found.instances.push(resource);
    else if (resource.kind === "service") found.services.push(resource);
    else if (resource.kind === "wire") found.wires.push(resource);
    else if (resource.kind === "publication") found.publications.push(resource);
  }
  return found;
};

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

const collect = (
  resources: Iterable<Resource>,
  instanceOf: (instance: Instance) => InstanceStatus,
  protocolOf: (service: Service) => string,
): Pick<Status, "automata" | "wires" | "publications"> => {
  const { instances, services, wires, publications } = kinds(resources);
  const names = new Set([...instances, ...services, ...wires].map(({ automaton }) => automaton));
  const of = <T extends { readonly automaton: string }>(all: readonly T[]): ReadonlyMap<string, T[]> => {
    const map = new Map<string, T[]>([...names].map((name) => [name, []]));
    for (const one of all) map.get(one.automaton)?.push(one);
    return map;
  };
  const [ownInstances, ownServices] = [of(instances), of(services)];
  const automata = [...names].map((name) => ({
    name,
    instances: ownInstances
      .get(name)!
      .map(instanceOf)
      .sort((a, b) => a.index - b.index),
    services: ownServices.get(name)!.map((service) => serviceOf(service, protocolOf(service))),
  }));
  return {
    automata: automata.sort(byName),
    wires: wires.map(wireOf).sort((a, b) => (a.from < b.from ? -1 : 1)),
    publications: publications.map(publicationOf).sort((a, b) => a.hostPort - b.hostPort),
  };
};

/** What the world shows of a system that nobody supervises. Protocols are not to be seen there. */
export const reportOf = (
  system: string,
  base: Status["base"],
  { resources, processes }: Observation,
): Status => {
  const inService = new Set<string>();
  const served = new Set<string>();
  for (const resource of resources.values()) {
    if (resource.kind !== "service") continue;
    served.add(resource.automaton);
    for (const { instance } of resource.endpoints) inService.add(instance);
  }
  const stateOf = ({ key, automaton, index }: Instance): InstanceState => {
    if (!served.has(automaton) || inService.has(key)) return "ready";
    return processes.has(processKey(automaton, index)) ? "unhealthy" : "stopped";
  };
  const collected = collect(
    resources.values(),
    (instance) => ({
      index: instance.index,
      netns: instance.netns,
      addresses: addressesOf(instance.address),
      pid: processes.get(processKey(instance.automaton, instance.index))?.pid ?? null,
      state: stateOf(instance),
      restarts: 0,
    }),
    () => "",
  );
  const isReady = collected.automata.every(({ instances }) =>
    instances.every(({ state }) => state === "ready"),
  );
  const state = isReady ? "converged" : "degraded";
  return { system, state, problems: [], base, file: null, orchestrator: null, ...collected };
};

/** What the orchestrator of a system knows of it. */
export const statusOf = (live: Orchestrator, system: string, base: Status["base"]): Status => {
  const { program, reconciler, wards, scaling, outlook } = live;
  const instanceOf = ({ automaton, index, netns, address, key }: Instance): InstanceStatus => {
    const ward = wards.get(processKey(automaton, index));
    const there = reconciler.actual(key) !== undefined;
    const state = (): InstanceState => {
      if (scaling.isOut(automaton, index)) return "draining";
      if (!there) return "starting";
      if (ward === undefined) return "ready";
      return ward.phase === "waiting" ? "starting" : ward.phase;
    };
    return {
      index,
      netns,
      addresses: addressesOf(address),
      pid: ward?.running?.pid ?? null,
      state: state(),
      restarts: ward?.backoff.restarts ?? 0,
    };
  };
  const protocolOf = ({ automaton, id }: Service): string =>
    automatonOf(program, automaton)?.member.automaton.provides.find(({ name }) => name === portOf(id))
      ?.label ?? "";
  const collected = collect(program.resources(), instanceOf, protocolOf);
  return {
    system,
    state: outlook.state,
    problems: outlook.problems,
    base,
    file: resolve(program.file),
    orchestrator: process.pid,
    ...collected,
  };
};
