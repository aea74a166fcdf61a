/**
 * What a system asks of the world: the last attribute of the last pass, and the
 * language in which passes and base cases speak to each other. A resource is plain
 * JSON with a stable key; names and addresses in it come from identity, so the key
 * and every field are the same on every machine that computes them.
 */

declare const resourceKey: unique symbol;
/** `kind/…`, unique in a system. Made only by the functions of this file. */
export type ResourceKey = string & { readonly [resourceKey]: true };

export type Transport = "tcp" | "udp";

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

/** The names that the instances of an automaton resolve: its wired requirements. */
export interface Hosts {
  readonly kind: "hosts";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly entries: readonly { readonly name: string; readonly address: DualAddress }[];
}

export interface Endpoint {
  /** Key of the instance that answers. */
  readonly instance: ResourceKey;
  readonly address: DualAddress;
  readonly number: number;
}

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
  /** A message wire: on udp no reply passes. */
  readonly oneWay: boolean;
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
}

export interface Probe {
  readonly how:
    | { readonly _tag: "tcp" }
    | { readonly _tag: "http"; readonly path: string }
    | { readonly _tag: "exec"; readonly argv: readonly string[] };
  /** The port that tcp and http probes ask; null where the automaton provides none on tcp. */
  readonly number: number | null;
  readonly everyMs: number;
  readonly timeoutMs: number;
}

export type RestartPolicy = "always" | "on-failure" | "never";

/** The artifact of an instance at work. */
export interface Process {
  readonly kind: "process";
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
  readonly argv: readonly string[];
  /** What the program says; the keeper adds who the instance is (`ARCHITECT_…`). */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Hash of argv, env and cwd: what a running process shows of itself. */
  readonly spec: string;
  /** How it is looked after. Changing this restarts nothing. */
  readonly care: { readonly restart: RestartPolicy; readonly probe: Probe | null };
}

export type Resource = Hub | Instance | Hosts | Service | Wire | Publication | Process;
export type ResourceKind = Resource["kind"];

/** The order in which kinds are made: what a process needs is there before it starts. */
export const kindOrder: readonly ResourceKind[] = [
  "hub",
  "instance",
  "service",
  "wire",
  "publication",
  "hosts",
  "process",
];

/** The order in which kinds are removed: nobody is sent any more to a process that is ended. */
export const removalOrder: readonly ResourceKind[] = [
  "publication",
  "wire",
  "service",
  "process",
  "hosts",
  "instance",
  "hub",
];

/** By `join`, for what is kept: a text put together by `+` keeps its parts. */
const key = (...parts: readonly (string | number)[]): ResourceKey => parts.join("/") as ResourceKey;

export const hubKey: ResourceKey = key("hub");
export const instanceKey = (automaton: string, index: number): ResourceKey =>
  key("instance", automaton, index);
export const hostsKey = (automaton: string): ResourceKey => key("hosts", automaton);
export const processKey = (automaton: string, index: number): ResourceKey => key("process", automaton, index);
export const serviceKey = (id: string): ResourceKey => key("service", id);
export const wireKey = (automaton: string, requirement: string): ResourceKey =>
  key("wire", `${automaton}.${requirement}`);
export const publicationKey = (transport: Transport, hostPort: number): ResourceKey =>
  key("publication", transport, hostPort);

/**
 * The part of a resource that the world can show, and so the part that a plan
 * compares. A process shows its spec; how it is cared for lives in its keeper.
 */
export const observable = (resource: Resource): Resource | Omit<Process, "care" | "env" | "argv" | "cwd"> => {
  if (resource.kind !== "process") return resource;
  const { kind, key: id, automaton, index, netns, spec } = resource;
  return { kind, key: id, automaton, index, netns, spec };
};
