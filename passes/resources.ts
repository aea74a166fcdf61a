/** The last algebra: what the world is asked for, in the terms of `src/core/resource.ts`. */

import { sameJson } from "../src/core/json.ts";
import type { Pass, Reader } from "../src/core/pass.ts";
import {
  type Hosts,
  hostsKey,
  type Instance,
  instanceKey,
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
import { linkName } from "./identity.ts";
import type { Instances } from "./instances.ts";
import type { Names } from "./names.ts";
import type { Policy } from "./policy.ts";
import { artifactOf } from "./process.ts";
import { sum } from "./summary.ts";
import type { Wiring } from "./wiring.ts";

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
  wiring.requirements.map(({ requirement, service, transport, number, oneWay }, at) => ({
    kind: "wire",
    key: wireKey(key, requirement),
    automaton: key,
    requirement,
    origin: names.origin!,
    service,
    vip: policy.reach[at]!,
    transport,
    number,
    oneWay,
  }));

const serviceResources = (owner: string, { wiring, addresses, policy }: Reads): Resource[] =>
  wiring.offers.map(({ service, transport, number }, at) => ({
    kind: "service",
    key: serviceKey(service),
    automaton: owner,
    id: service,
    transport,
    number,
    vip: addresses.services[at]!.address,
    endpoints: policy.endpoints[at]!,
  }));

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
    };
  });

const processResources = (
  member: AutomatonMember,
  instances: readonly Instance[],
  reads: Reads,
  read: Reader,
): Process[] => {
  const artifact = artifactOf(member, reads, read);
  if (artifact === null) return [];
  const { argv, env, cwd, spec, care } = artifact;
  return instances.map(({ index, netns }) => ({
    kind: "process",
    key: processKey(member.key, index),
    automaton: member.key,
    index,
    netns,
    argv,
    env,
    cwd,
    spec,
    care,
  }));
};

const hostsResources = (key: string, { wiring, policy }: Reads): Hosts[] => {
  if (wiring.requirements.length === 0) return [];
  const entries = wiring.requirements.map(({ host }, at) => ({ name: host, address: policy.reach[at]! }));
  return [{ kind: "hosts", key: hostsKey(key), automaton: key, entries }];
};

const ofMember = (member: Member, reads: Reads, read: Reader): readonly Resource[] => {
  if (member._tag === "Union") {
    const owner = member.targets[0]!.automaton;
    return [...serviceResources(owner, reads), ...publicationResources(owner, member.publications, reads)];
  }
  const { key, publications } = member;
  const instances = instanceResources(key, reads);
  const all: readonly Resource[] = instances;
  return all.concat(
    hostsResources(key, reads),
    processResources(member, instances, reads, read),
    serviceResources(key, reads),
    wireResources(key, reads),
    publicationResources(key, publications, reads),
  );
};

export const resources: Pass<"resources", Member, Reads, readonly Resource[], number> = {
  name: "resources",
  reads: ["names", "wiring", "instances", "addresses", "policy"],
  algebra: ofMember,
  equal: sameJson,
  summary: { ...sum, of: (all) => all.length },
};
