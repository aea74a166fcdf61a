/**
 * What a system asks of the world: the last attribute of the last pass, and the
 * language in which passes and base cases speak to each other. A resource is plain
 * JSON with a stable key; names and addresses in it come from identity, so the key
 * and every field are the same on every machine that computes them.
 */

import type { CapabilityName } from "./capabilities.ts";
import type { LimitName, Limits, StateSizes } from "./limits.ts";
import type {
  Care,
  KeptDirectory,
  OwnFile,
  ScratchDirectory,
  SecretUses,
  SharedFiles,
} from "./process-parts.ts";
import type { ResourceKey, Transport } from "./resource-key.ts";

export type {
  Care,
  KeptDirectory,
  OwnFile,
  Probe,
  RestartPolicy,
  ScratchDirectory,
  SecretPieces,
  SecretUses,
  SecretVersion,
  SharedFiles,
  Stop,
} from "./process-parts.ts";
export type { ResourceKey, Transport } from "./resource-key.ts";
export {
  egressKey,
  filesKey,
  hostsKey,
  hubKey,
  instanceKey,
  limitsKey,
  outsideKey,
  processKey,
  publicationKey,
  serviceKey,
  wireKey,
} from "./resource-key.ts";

/** An address of each family. IPv4 is null where its small space is exhausted. */
export interface DualAddress {
  readonly v4: string | null;
  readonly v6: string;
}

/** The namespace that all instances of a system are wired to, and its fixed rules. */
export interface Hub {
  readonly kind: "hub";
  readonly key: ResourceKey;
  readonly automaton: null;
  readonly system: string;
  /** Name below /run/netns. */
  readonly netns: string;
}

/** One instance: a network namespace, its veth to the hub, addresses and routes. */
export interface Instance {
  readonly kind: "instance";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
  /** The hub's end of the veth, at most 15 bytes; the other end is `eth0`. */
  readonly link: string;
  readonly address: DualAddress;
  /** The automaton as policy sees it: a number of 31 bits, unique in the system. */
  readonly origin: number;
}

/** A family of addresses. */
export type Family = "ipv4" | "ipv6";

/** A host name, and all that it resolves to, in the order in which programs get it. */
export interface HostEntry {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** The instances behind a requirement of which each is reached by itself. */
export interface HostList {
  /** The requirement as a host name; the list is a file of this name. */
  readonly name: string;
  /** `peers-0:7000`, …, in the order of the instances. */
  readonly addrs: readonly string[];
}

/** The names that the instances of an automaton resolve: its wired requirements. */
export interface Hosts {
  readonly kind: "hosts";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly entries: readonly HostEntry[];
  /** Where it reaches instances one by one; sorted by name. */
  readonly lists?: readonly HostList[];
  /** Whether its instances ask this machine's name servers for all other names. */
  readonly internet?: true;
}

/** Where instances find these lists: `NAME` with an address a line, and `NAME.json` as Prometheus reads it. */
export const hostListDirectory = "/run/members";
/** The list of a name. */
export const hostListPath = (name: string): string => `${hostListDirectory}/${name}`;

/** An instance that is reached by its own address. */
export interface Reached {
  readonly address: DualAddress;
  readonly number: number;
  /** The last of a range of ports. */
  readonly last?: number;
}

/** Where an endpoint is, in each family in which it is anywhere. */
export interface EndpointAddress {
  readonly v4: string | null;
  readonly v6: string | null;
}

/** An instance, or somebody outside of the system, that answers for a service. */
export interface Endpoint {
  /** Key of the instance that answers; outside it is an `outsideKey`. */
  readonly instance: ResourceKey;
  readonly address: EndpointAddress;
  readonly number: number;
  /** The name of the host outside of which this is an address. */
  readonly host?: string;
}

/** This machine, as an endpoint: of IPv4 the dummy address (RFC 7600), which no network has. */
export const hostPlace = { v4: "192.0.0.8", v6: "fc00::2" } as const satisfies EndpointAddress;

/** A virtual address that balances new connections over its endpoints. */
export interface Service {
  readonly kind: "service";
  readonly key: ResourceKey;
  /** The provider; of a union the first by name. */
  readonly automaton: string;
  /** `provider.port`, or several joined by `|`, sorted. */
  readonly id: string;
  readonly transport: Transport;
  readonly number: number;
  /** The last of a range of ports: its endpoints listen at the numbers at which it is asked. */
  readonly last?: number;
  readonly vip: DualAddress;
  /** Sorted by instance key. Empty: connections are refused at once. */
  readonly endpoints: readonly Endpoint[];
}

/** Leave for the instances of one automaton to talk to one service. */
export interface Wire {
  readonly kind: "wire";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly requirement: string;
  readonly origin: number;
  readonly service: string;
  readonly vip: DualAddress;
  readonly transport: Transport;
  readonly number: number;
  /** The last of a range of ports. */
  readonly last?: number;
  /** A message wire: on udp no reply passes. */
  readonly oneWay: boolean;
  /** Whether it leads to all hosts outside, at all ports, of all transports: then the address is whose name it goes out in. */
  readonly anywhere?: true;
  /** Where it leads to every instance of the provider by itself, too: these. */
  readonly each?: readonly Reached[];
}

/** All that a wire leads to: the service, and where it does so the instances. */
export const reachedBy = ({ vip, number, last, each = [] }: Wire): readonly Reached[] => [
  { address: vip, number, ...(last === undefined ? {} : { last }) },
  ...each,
];

/** What an instance may use at the most. The program is started under these limits; they may change while it runs. */
export interface InstanceLimits extends Limits {
  readonly kind: "limits";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly index: number;
  /** How many bytes there are for each directory that it keeps and that has a size; without it, none has. */
  readonly state?: StateSizes;
}

/** What the files of an instance hold while its program runs: other texts take the place of these, and a signal tells it. */
export interface InstanceFiles {
  readonly kind: "files";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly index: number;
  readonly signal: string;
  /** Of the process that they are for: one with another is replaced, and finds them when it starts. */
  readonly spec: string;
  /** Hash of what they hold: what is noted of a running process. */
  readonly content: string;
  readonly files: readonly OwnFile[];
  /** The owner of files that name none; without it, the user that starts it. */
  readonly user?: string;
  /** By their paths, the texts of those that have secrets in them; without it, none has. */
  readonly secrets?: NonNullable<SecretUses["own"]>;
}

/** A service made reachable at a port of the host. */
export interface Publication {
  readonly kind: "publication";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly hostPort: number;
  readonly transport: Transport;
  readonly service: string;
  readonly vip: DualAddress;
  readonly number: number;
  /** The last of a range of ports, which has the same numbers at the host and at the service. */
  readonly last?: number;
}

/** Leave for what goes to a service to leave the machine, or to reach the machine itself: for these places alone. */
export interface Egress {
  readonly kind: "egress";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly service: string;
  readonly vip: DualAddress;
  readonly transport: Transport;
  /** The endpoints of the service that are outside of the system. */
  readonly to: readonly Endpoint[];
  /** Whether it leads to all hosts outside of this machine instead, at all ports, of all transports. */
  readonly anywhere?: true;
}

/** The artifact of an instance at work. */
export interface Process {
  readonly kind: "process";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly index: number;
  /** Empty where a process is observed whose namespace lost its name: it is cut off from all others. */
  readonly netns: string;
  readonly argv: readonly string[];
  /** What the program says; the process manager adds the instance's identity (`ARCHITECT_…`). */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The user that it runs as, `user[:group]`, each a name or a number; without it, the user that starts it. */
  readonly user?: string;
  /** What it calls itself; without it, as the machine does. */
  readonly hostname?: string;
  /** The directories that it keeps, and where it sees them; without it, none. */
  readonly state?: readonly KeptDirectory[];
  /** The directories that are empty whenever it starts; without it, none. */
  readonly scratch?: readonly ScratchDirectory[];
  /** The secrets that it gets; without it, none. */
  readonly secrets?: SecretUses;
  /** The files that it sees besides the machine's; without it, none. */
  readonly files?: readonly OwnFile[];
  /** Hash of what they hold, where other texts take their place while it runs: then it has no part in `spec`. */
  readonly content?: string;
  /** What it may do beside the usual; without it, nothing. */
  readonly grants?: readonly CapabilityName[];
  /** Whether all that it sees of the machine is read-only. */
  readonly readOnly?: true;
  /** What it sees as the machine has it; without it, nothing but what everybody sees. */
  readonly shares?: readonly SharedFiles[];
  /** What of it is limited, by the limits of its instance; without it, nothing. */
  readonly limits?: readonly LimitName[];
  /** Hash of argv, env, cwd, user, host name, state, scratch, secrets and files, of what it is granted and shares, of what is limited, and the limit of open files: what a running process shows of itself. */
  readonly spec: string;
  /** How it is looked after. Changing this restarts nothing. */
  readonly care: Care;
}

/** Something that exists in the world because the program asks for it. */
export type Resource =
  | Hub
  | Instance
  | Hosts
  | Service
  | Wire
  | Publication
  | Egress
  | InstanceLimits
  | InstanceFiles
  | Process;
/** The kind of a resource: the first part of its key. */
export type ResourceKind = Resource["kind"];

/** The automaton that runs elsewhere, where a resource shows one: it is the only provider of a service with a way out. */
export const externalOf = (resource: Resource): string | null =>
  resource.kind === "egress" && !resource.service.includes("|") ? resource.automaton : null;
/** Whether an endpoint is outside of the system. */
export const isOutside = ({ instance }: Pick<Endpoint, "instance">): boolean =>
  instance.startsWith("outside/");
