/** The keys of resources: what each is called, by what it is of. */

declare const resourceKey: unique symbol;
/** `kind/…`, unique in a system. Made only by the functions of this file. */
export type ResourceKey = string & { readonly [resourceKey]: true };

/** The protocol that carries a service. */
export type Transport = "tcp" | "udp";

/** By `join`, for what is kept: a text put together by `+` keeps its parts. */
const key = (...parts: readonly (string | number)[]): ResourceKey => parts.join("/") as ResourceKey;

/** The key of the hub. */
export const hubKey: ResourceKey = key("hub");
/** The key of an instance. */
export const instanceKey = (automaton: string, index: number): ResourceKey =>
  key("instance", automaton, index);
/** What an endpoint of an external automaton has for a key: there is no resource of it. */
export const outsideKey = (automaton: string, index: number): ResourceKey => key("outside", automaton, index);
/** The key of an automaton's table of host names. */
export const hostsKey = (automaton: string): ResourceKey => key("hosts", automaton);
/** The key of an instance's limits. */
export const limitsKey = (automaton: string, index: number): ResourceKey => key("limits", automaton, index);
/** The key of an instance's files that are replaced while its program runs. */
export const filesKey = (automaton: string, index: number): ResourceKey => key("files", automaton, index);
/** The key of an instance's process. */
export const processKey = (automaton: string, index: number): ResourceKey => key("process", automaton, index);
/** The key of a service. */
export const serviceKey = (id: string): ResourceKey => key("service", id);
/** The key of a wire. */
export const wireKey = (automaton: string, requirement: string): ResourceKey =>
  key("wire", `${automaton}.${requirement}`);
/** The key of a publication. */
export const publicationKey = (transport: Transport, hostPort: number): ResourceKey =>
  key("publication", transport, hostPort);
/** The key of the way out to a service. */
export const egressKey = (service: string): ResourceKey => key("egress", service);
