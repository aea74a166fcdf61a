/** The last algebra: what the world is asked for, in the terms of `src/core/resource.ts`. */

import { sameJson } from "../src/core/json.ts";
import type { Pass, Reader } from "../src/core/pass.ts";
import {
  type DualAddress,
  egressKey,
  filesKey,
  type Hosts,
  hostsKey,
  type Instance,
  type InstanceFiles,
  instanceKey,
  isOutside,
  limitsKey,
  type Process,
  processKey,
  publicationKey,
  type Resource,
  serviceKey,
  type Wire,
  wireKey,
} from "../src/core/resource.ts";
import {
  type AutomatonMember,
  type Member,
  type PublicationOf,
  serviceId,
  transportOf,
} from "../src/language/member.ts";
import type { Addresses } from "./addresses.ts";
import { eachAddrs, eachHost } from "./each.ts";
import { linkName } from "./identity.ts";
import type { Instances } from "./instances.ts";
import type { Names } from "./names.ts";
import { ownNames } from "./own-names.ts";
import type { Policy } from "./policy.ts";
import { artifactsOf, notYet } from "./process.ts";
import { sum } from "./summary.ts";
import type { Wiring } from "./wiring.ts";

/** The attributes that resources are made of. */
export interface Reads {
  readonly names: Names;
  readonly wiring: Wiring;
  readonly instances: Instances;
  readonly addresses: Addresses;
  readonly policy: Policy;
}

const instanceResources = (key: string, { names, addresses }: Reads): Instance[] =>
  addresses.instances.map((address, index) => ({
    kind: "instance",
    key: instanceKey(key, index),
    automaton: key,
    index,
    netns: [names.system, names.host, index].join("."),
    link: linkName(names.system, key, index),
    address,
    origin: names.origin!,
  }));

const wireResources = (key: string, { names, wiring, policy }: Reads): Wire[] =>
  wiring.requirements.map(({ requirement, service, transport, number, last, oneWay }, at) => ({
    kind: "wire",
    key: wireKey(key, requirement),
    automaton: key,
    requirement,
    origin: names.origin!,
    service,
    vip: policy.reach[at]!,
    transport,
    number,
    ...(last === undefined ? {} : { last }),
    oneWay,
    ...(policy.each[at] === null ? {} : { each: policy.each[at]! }),
  }));

/** The one wire of an automaton that leads anywhere outside. */
const internetResources = (key: string, { names, wiring, policy }: Reads): Wire[] =>
  policy.internet === null
    ? []
    : [
        {
          kind: "wire",
          key: wireKey(key, "internet"),
          automaton: key,
          requirement: "internet",
          origin: names.origin!,
          service: wiring.internet!.service,
          vip: policy.internet,
          transport: "tcp",
          number: 0,
          oneWay: false,
          anywhere: true,
        },
      ];

const serviceResources = (owner: string, { wiring, addresses, policy }: Reads): Resource[] =>
  wiring.offers.flatMap(({ service, transport, number, last }, at): Resource[] => {
    const vip = addresses.services[at]!.address;
    if (number === 0)
      return [
        {
          kind: "egress",
          key: egressKey(service),
          automaton: owner,
          service,
          transport,
          vip,
          to: [],
          anywhere: true,
        },
      ];
    const endpoints = policy.endpoints[at]!;
    const own: Resource = {
      kind: "service",
      key: serviceKey(service),
      automaton: owner,
      id: service,
      transport,
      number,
      ...(last === undefined ? {} : { last }),
      vip,
      endpoints,
    };
    const to = endpoints.filter(isOutside);
    if (to.length === 0) return [own];
    return [own, { kind: "egress", key: egressKey(service), automaton: owner, service, transport, vip, to }];
  });

const publicationResources = (
  owner: string,
  publications: readonly PublicationOf[],
  { wiring, addresses }: Reads,
): Resource[] =>
  publications.map(({ hostPort, to }) => {
    const service = serviceId(to);
    const at = wiring.offers.findIndex((offer) => offer.service === service);
    const transport = transportOf(to);
    return {
      kind: "publication",
      key: publicationKey(transport, hostPort),
      automaton: owner,
      hostPort,
      transport,
      service,
      vip: addresses.services[at]!.address,
      number: wiring.offers[at]!.number,
      ...(wiring.offers[at]!.last === undefined ? {} : { last: wiring.offers[at]!.last }),
    };
  });

const processResources = (
  member: AutomatonMember,
  instances: readonly Instance[],
  reads: Reads,
  read: Reader,
): Process[] => {
  const artifactOf = artifactsOf(member, reads, read);
  if (artifactOf === null) return [];
  return instances.flatMap(({ index, netns }) => {
    const artifact = artifactOf(index);
    if (artifact.spec === notYet) return [];
    const key = processKey(member.key, index);
    return [{ kind: "process", key, automaton: member.key, index, netns, ...artifact }];
  });
};

/** Of what runs nothing there is nothing to limit. */
const limitsResources = ({ automaton, key }: AutomatonMember, instances: readonly Instance[]): Resource[] => {
  const sizes = automaton.state.flatMap(({ name, size }) => (size === null ? [] : [[name, size] as const]));
  if (automaton.runs === null || automaton.limits.size + sizes.length === 0) return [];
  return instances.map(({ index }) => ({
    kind: "limits",
    key: limitsKey(key, index),
    automaton: key,
    index,
    ...Object.fromEntries(automaton.limits),
    ...(sizes.length === 0 ? {} : { state: Object.fromEntries(sizes) }),
  }));
};

/** What is replaced in the files of processes while they run. */
const filesResources = (signal: string | null, processes: readonly Process[]): InstanceFiles[] =>
  processes.flatMap(({ automaton, index, spec, content, files, user, secrets }) =>
    signal === null || content === undefined
      ? []
      : [
          {
            kind: "files",
            key: filesKey(automaton, index),
            automaton,
            index,
            signal,
            spec,
            content,
            files: files ?? [],
            ...(user === undefined ? {} : { user }),
            ...(secrets?.own === undefined ? {} : { secrets: secrets.own }),
          },
        ],
  );

/**
 * One address unless it says otherwise: many programs take each of two for a peer of its own. `only6`:
 * nobody would answer at the other one.
 */
const resolved = (
  { automaton }: AutomatonMember,
  { v4, v6 }: DualAddress,
  only6: boolean,
): readonly string[] => {
  switch (automaton.resolves ?? (only6 ? "ipv6" : "ipv4")) {
    case "ipv4":
      return [v4 ?? v6];
    case "ipv6":
      return [v6];
    case "both":
      return v4 === null ? [v6] : [v4, v6];
  }
};

/**
 * External automata and their hosts by their own names, under which automata that are wired to them find them: at the virtual addresses of all ports that it is
 * wired to there. Where one is also a name in the system, that goes first.
 */
const aliasEntries = (
  { wiring }: Reads,
  known: readonly { readonly name: string; readonly addresses: readonly string[] }[],
): typeof known => {
  const taken = new Set(known.map(({ name }) => name));
  const addressesOf = new Map(known.map(({ name, addresses }) => [name, addresses] as const));
  const found = new Map<string, Set<string>>();
  for (const { host, aliases } of wiring.requirements)
    for (const alias of aliases) {
      if (taken.has(alias)) continue;
      const all = found.get(alias) ?? new Set();
      found.set(alias, all);
      for (const address of addressesOf.get(host) ?? []) all.add(address);
    }
  return [...found].map(([name, addresses]) => ({ name, addresses: [...addresses] }));
};

const hostsResources = (
  member: AutomatonMember,
  instances: readonly Instance[],
  processes: readonly Process[],
  reads: Reads,
): Hosts[] => {
  const { wiring, policy } = reads;
  const { key } = member;
  const own = wiring.requirements.flatMap(({ host }, at) => [
    { name: host, addresses: resolved(member, policy.reach[at]!, policy.only6[at]!) },
    ...(policy.each[at] ?? []).map(({ address }, index) => ({
      name: eachHost(host, index),
      addresses: resolved(member, address, false),
    })),
  ]);
  const lists = wiring.requirements.flatMap(({ host }, at) => {
    const each = policy.each[at]!;
    return each === null ? [] : [{ name: host, addrs: eachAddrs(host, each) }];
  });
  const others = [...own, ...aliasEntries(reads, own)];
  const entries = [
    ...others,
    ...ownNames(processes, instances, others, (address) => resolved(member, address, false)),
  ];
  if (entries.length === 0 && wiring.internet === null) return [];
  return [
    {
      kind: "hosts",
      key: hostsKey(key),
      automaton: key,
      entries,
      ...(lists.length === 0 ? {} : { lists }),
      ...(wiring.internet === null ? {} : { internet: true }),
    },
  ];
};

const ofMember = (member: Member, reads: Reads, read: Reader): readonly Resource[] => {
  if (member._tag === "Union") {
    const owner = member.targets[0]!.automaton;
    return [...serviceResources(owner, reads), ...publicationResources(owner, member.publications, reads)];
  }
  const { key, publications } = member;
  const instances = instanceResources(key, reads);
  const all: readonly Resource[] = instances;
  const processes = processResources(member, instances, reads, read);
  return all.concat(
    hostsResources(member, instances, processes, reads),
    limitsResources(member, instances),
    processes,
    filesResources(member.automaton.reload, processes),
    serviceResources(key, reads),
    wireResources(key, reads),
    internetResources(key, reads),
    publicationResources(key, publications, reads),
  );
};

/** Makes the resources of each member. */
export const resources: Pass<"resources", Member, Reads, readonly Resource[], number> = {
  name: "resources",
  reads: ["names", "wiring", "instances", "addresses", "policy"],
  algebra: ofMember,
  equal: sameJson,
  summary: { ...sum, of: (all) => all.length },
};
