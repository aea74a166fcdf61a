/**
 * By which families of addresses the clients of each provided port ask: an instance that listens by another one only
 * fails them. It follows from what the names of requirements resolve to: a client that knows two addresses may take
 * either, so somebody has to answer at both.
 */
import type { Family, HostEntry, Hosts } from "../../core/resource.ts";
import { hostName } from "../../language/host-name.ts";

/** A requirement that is wired, and the ports (`automaton.port`) behind it. */
export interface WiredPorts {
  readonly requirement: string;
  readonly ports: readonly string[];
}

/** That a client knows a port by an address of a family. */
interface Asked {
  readonly port: string;
  readonly family: Family;
}

/** The families of the addresses that a name leads to. */
const familiesOf = (addresses: readonly string[]): ReadonlySet<Family> =>
  new Set(addresses.map((address) => (address.includes(":") ? "ipv6" : "ipv4")));

const askedBy = (entries: readonly HostEntry[], wires: readonly WiredPorts[]): readonly Asked[] => {
  const addresses = new Map(entries.map((entry) => [entry.name, entry.addresses]));
  return wires.flatMap(({ requirement, ports }) => {
    const families = familiesOf(addresses.get(hostName(requirement)) ?? []);
    return [...families].flatMap((family) => ports.map((port) => ({ port, family })));
  });
};

/** The automaton that a port (`automaton.port`) is of. */
const automatonOfPort = (port: string): string => port.slice(0, port.lastIndexOf("."));

/** How many clients know each port by which family. */
export class AskedFamilies {
  readonly #byClient = new Map<string, readonly Asked[]>();
  readonly #byPort = new Map<string, Map<Family, number>>();

  /** The families by which a port is needed, in their order. */
  of(automaton: string, port: string): readonly Family[] {
    const counts = this.#byPort.get(`${automaton}.${port}`);
    return counts === undefined ? [] : (["ipv4", "ipv6"] as const).filter((family) => counts.has(family));
  }

  /** A client has these names and wires from now on; null: it is gone. Returns the automata of whose ports another is needed. */
  replace(client: string, hosts: Hosts | null, wires: readonly WiredPorts[]): ReadonlySet<string> {
    const changed = new Set<string>();
    const now = hosts === null ? [] : askedBy(hosts.entries, wires);
    for (const asked of now) this.#count(asked, 1, changed);
    for (const asked of this.#byClient.get(client) ?? []) this.#count(asked, -1, changed);
    if (now.length === 0) this.#byClient.delete(client);
    else this.#byClient.set(client, now);
    return changed;
  }

  #count({ port, family }: Asked, by: 1 | -1, changed: Set<string>): void {
    const counts = this.#byPort.get(port) ?? new Map<Family, number>();
    const before = counts.get(family) ?? 0;
    if (before + by === 0) counts.delete(family);
    else counts.set(family, before + by);
    if (counts.size === 0) this.#byPort.delete(port);
    else this.#byPort.set(port, counts);
    if (before === 0 || before + by === 0) changed.add(automatonOfPort(port));
  }
}
