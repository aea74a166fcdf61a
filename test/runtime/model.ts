/** Systems as resources, for tests of base cases: what the passes would make of a small program. */
import { createHash } from "node:crypto";
import { type Operation, operation, ordered } from "../../src/core/operation.ts";
import {
  type DualAddress,
  hostsKey,
  hubKey,
  instanceKey,
  publicationKey,
  type Resource,
  type ResourceKey,
  serviceKey,
  type Transport,
  wireKey,
} from "../../src/core/resource.ts";

export interface Offer {
  readonly port: string;
  readonly transport: Transport;
  readonly number: number;
}

export interface Requirement {
  readonly name: string;
  /** `automaton.port`, or several joined by `|`. */
  readonly to: string;
  readonly oneWay?: boolean;
}

export interface Automaton {
  readonly name: string;
  readonly count: number;
  readonly offers?: readonly Offer[];
  readonly requires?: readonly Requirement[];
}

export interface Description {
  readonly system: string;
  readonly automata: readonly Automaton[];
  readonly publications?: readonly { readonly to: string; readonly hostPort: number }[];
}

const bits = (...names: readonly (string | number)[]): Buffer =>
  createHash("sha256").update(names.join("\0")).digest();

const hex = (bytes: Buffer, at: number): string => bytes.readUInt16BE(at).toString(16);

const concrete = (system: string, automaton: string, index: number): DualAddress => {
  const hash = bits("c", system, automaton);
  const host = bits("c", system, automaton, index);
  return {
    v4: `10.${host[0]! & 127}.${host[1]}.${1 + (host[2]! % 254)}`,
    v6: `fc01:${hex(bits(system), 0)}:${hex(hash, 0)}:${hex(hash, 2)}:${hex(hash, 4)}:${hex(hash, 6)}:1:${(index + 1).toString(16)}`,
  };
};

const virtual = (system: string, service: string): DualAddress => {
  const hash = bits("v", system, service);
  const group = (at: number): string => (hash.readUInt16BE(at) | 0x1000).toString(16);
  return {
    v4: `10.${128 + (hash[0]! & 127)}.${hash[1]}.${1 + (hash[2]! % 254)}`,
    v6: `fd01:${group(4)}:${group(6)}:${group(8)}:${group(10)}:${group(12)}:${group(14)}:${group(16)}`,
  };
};

export const originOf = (system: string, automaton: string): number =>
  bits("o", system, automaton).readUInt32BE(0) & 0x3fff_ffff;

export const linkOf = (system: string, automaton: string, index: number): string =>
  `v${bits("l", system, automaton, index).toString("hex").slice(0, 10)}`;

/** All resources of a description but processes, in the order of their kinds. */
export const resourcesOf = ({ system, automata, publications = [] }: Description): readonly Resource[] => {
  const byName = new Map(automata.map((automaton) => [automaton.name, automaton] as const));
  const instances = automata.flatMap(({ name, count }) =>
    Array.from(
      { length: count },
      (_, index): Extract<Resource, { kind: "instance" }> => ({
        kind: "instance",
        key: instanceKey(name, index),
        automaton: name,
        index,
        netns: `${system}.${name.toLowerCase().replaceAll("_", "-")}.${index}`,
        link: linkOf(system, name, index),
        address: concrete(system, name, index),
        origin: originOf(system, name),
      }),
    ),
  );
  const offerOf = (port: string): Offer & { readonly automaton: string } => {
    const cut = port.lastIndexOf(".");
    const automaton = port.slice(0, cut);
    const offer = byName.get(automaton)!.offers!.find((one) => one.port === port.slice(cut + 1))!;
    return { ...offer, automaton };
  };
  const unions = automata
    .flatMap(({ requires = [] }) => requires.map(({ to }) => to))
    .filter((to) => to.includes("|"));
  const ids = new Set([
    ...automata.flatMap(({ name, offers = [] }) => offers.map(({ port }) => `${name}.${port}`)),
    ...unions,
  ]);
  const services = [...ids].map((id): Extract<Resource, { kind: "service" }> => {
    const providers = id.split("|").map(offerOf);
    return {
      kind: "service",
      key: serviceKey(id),
      automaton: providers[0]!.automaton,
      id,
      transport: providers[0]!.transport,
      number: providers[0]!.number,
      vip: virtual(system, id),
      endpoints: providers.flatMap(({ automaton, number }) =>
        instances
          .filter((instance) => instance.automaton === automaton)
          .map(({ key, address }) => ({ instance: key, address, number })),
      ),
    };
  });
  const serviceOf = (id: string) => services.find((service) => service.id === id)!;
  const wires = automata.flatMap(({ name, requires = [] }) =>
    requires.map(({ name: requirement, to, oneWay = false }): Resource => {
      const { vip, transport, number } = serviceOf(to);
      const origin = originOf(system, name);
      const key = wireKey(name, requirement);
      return {
        kind: "wire",
        key,
        automaton: name,
        requirement,
        origin,
        service: to,
        vip,
        transport,
        number,
        oneWay,
      };
    }),
  );
  const hosts = automata
    .filter(({ requires = [] }) => requires.length > 0)
    .map(
      ({ name, requires = [] }): Resource => ({
        kind: "hosts",
        key: hostsKey(name),
        automaton: name,
        entries: requires.map(({ name: requirement, to }) => ({
          name: requirement,
          addresses: [serviceOf(to).vip.v4 ?? serviceOf(to).vip.v6],
        })),
      }),
    );
  const published = publications.map(({ to, hostPort }): Resource => {
    const { automaton, transport, vip, number } = serviceOf(to);
    const key = publicationKey(transport, hostPort);
    return { kind: "publication", key, automaton, hostPort, transport, service: to, vip, number };
  });
  return [
    { kind: "hub", key: hubKey, automaton: null, system, netns: `${system}.hub` },
    ...instances,
    ...hosts,
    ...services,
    ...wires,
    ...published,
  ];
};

export const byKey = (resources: readonly Resource[]): ReadonlyMap<ResourceKey, Resource> =>
  new Map(resources.map((resource) => [resource.key, resource] as const));

/** The operations from one set of resources to another, in order. */
export const between = (
  before: ReadonlyMap<ResourceKey, Resource>,
  after: ReadonlyMap<ResourceKey, Resource>,
): readonly Operation[] => {
  const diff = new Map<ResourceKey, Operation>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const change = operation(was, is);
    if (change !== null) diff.set(key, change);
  }
  return ordered(diff.values());
};

export const nothing: ReadonlyMap<ResourceKey, Resource> = new Map();
