/** What of its resources a status tells, brought together by automaton. */
import { compareNames } from "../../core/natural.ts";
import {
  type DualAddress,
  type Egress,
  externalOf,
  type Instance,
  type Publication,
  type Resource,
  type Service,
  type Wire,
} from "../../core/resource.ts";
import type { AutomatonStatus, InstanceStatus, Status } from "../control/status.ts";
import { portOf } from "./elsewhere.ts";

/** An address of each family, IPv4 first where there is one. */
export const addressesOf = ({ v4, v6 }: DualAddress): readonly string[] => (v4 === null ? [v6] : [v4, v6]);

const wireOf = ({ automaton, requirement, service, oneWay }: Wire): Status["wires"][number] => ({
  from: `${automaton}.${requirement}`,
  to: service,
  kind: oneWay ? "message" : "request",
});

const publicationOf = ({
  hostPort,
  transport,
  service,
  last,
}: Publication): Status["publications"][number] => ({
  hostPort,
  transport,
  to: service,
  ...(last === undefined ? {} : { last }),
});

type ServiceStatus = AutomatonStatus["services"][number];

/** What the resource of a service does not tell of it. */
export type ServiceFacts = Pick<ServiceStatus, "protocol" | "at" | "addresses" | "reason">;

const serviceOf = (service: Service, details: ServiceFacts): ServiceStatus => ({
  ...details,
  port: service.id.includes("|") ? service.id : portOf(service.id),
  transport: service.transport,
  number: service.number,
  ...(service.last === undefined ? {} : { last: service.last }),
  vips: addressesOf(service.vip),
});

const kinds = (resources: Iterable<Resource>) => {
  const found = {
    instances: [] as Instance[],
    services: [] as Service[],
    wires: [] as Wire[],
    publications: [] as Publication[],
    egress: [] as Egress[],
  };
  for (const resource of resources) {
    if (resource.kind === "instance") found.instances.push(resource);
    else if (resource.kind === "service") found.services.push(resource);
    else if (resource.kind === "wire") found.wires.push(resource);
    else if (resource.kind === "publication") found.publications.push(resource);
    else if (resource.kind === "egress") found.egress.push(resource);
  }
  return found;
};

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  compareNames(a.name, b.name);

/** Automata with their instances and services, wires and publications, each in order. */
export const collect = (
  resources: Iterable<Resource>,
  instanceOf: (instance: Instance) => InstanceStatus,
  detailsOf: (service: Service) => ServiceFacts,
): Pick<Status, "automata" | "wires" | "publications"> => {
  const { instances, services, wires, publications, egress } = kinds(resources);
  const names = new Set([...instances, ...services, ...wires].map(({ automaton }) => automaton));
  const of = <T extends { readonly automaton: string }>(all: readonly T[]): ReadonlyMap<string, T[]> => {
    const map = new Map<string, T[]>([...names].map((name) => [name, []]));
    for (const one of all) map.get(one.automaton)?.push(one);
    return map;
  };
  const [ownInstances, ownServices] = [of(instances), of(services)];
  const external = new Set(egress.map(externalOf));
  const automata = [...names].map((name) => {
    const all = ownServices.get(name)!.map((service) => serviceOf(service, detailsOf(service)));
    // While the name of its host is not resolved there is no way out to it.
    const isElsewhere = external.has(name) || all.some(({ addresses }) => addresses !== undefined);
    return {
      name,
      instances: ownInstances
        .get(name)!
        .map(instanceOf)
        .sort((a, b) => a.index - b.index),
      services: all,
      ...(isElsewhere ? { external: true as const } : {}),
    };
  });
  return {
    automata: automata.sort(byName),
    wires: wires.map(wireOf).sort((a, b) => compareNames(a.from, b.from)),
    publications: publications.map(publicationOf).sort((a, b) => a.hostPort - b.hostPort),
  };
};
