/**
 * What on the host keeps published ports from working as one would believe. Nothing of it is ours,
 * so it is told and left as it is.
 */
import type { HostPort } from "../../../../src/core/base-kind.ts";
import { hasPort, publishedPorts } from "../../../../src/core/port-range.ts";
import type { Publication } from "../../../../src/core/resource.ts";
import { KernelError } from "../../../kernel-error.ts";
import type { NetlinkSocket } from "../../../netlink/socket.ts";
import { getGeneration, readGeneration } from "../../../nftables/batch.ts";
import { listenersOf, openDiagnostics } from "../../../observe/listening.ts";
import type { Known } from "../../known.ts";
import type { HostSockets } from "../flows.ts";
import { takenWords } from "../listeners.ts";
import { readSurroundings, routeWarnings, waysIn } from "./addresses.ts";
import { firewallWarnings, HostFirewall, type Ingress } from "./firewall.ts";
import { readLegacy } from "./legacy.ts";
import { AddressWarnings } from "./occupied.ts";
import type { Called } from "./packet.ts";

/** Between looks at what `iptables-legacy` has, in milliseconds. */
const legacyEveryMs = 5_000;

/** The host's end of the link to the hub. */
type HostEnd = { readonly index: number; readonly name: string };

const nameOfPort = ({ transport, port }: HostPort): string => `${transport} ${port}`;

export class HostWarnings {
  readonly #sockets: HostSockets;
  readonly #diagnostics: NetlinkSocket = openDiagnostics();
  /** Who listens at published ports, in words: to find that out takes a look at all processes. */
  readonly #listeners = new Map<string, string>();
  /** What `iptables-legacy` has, and when that was read. */
  #legacy: { readonly at: number; readonly chains: readonly Called[]; readonly text: string } | null = null;
  /** The firewall as of a generation of the host's rules. */
  #firewall: {
    readonly generation: number;
    readonly legacy: string;
    readonly firewall: HostFirewall;
  } | null = null;
  readonly #addresses = new AddressWarnings();
  /** What was found of it last, and for what. */
  #judged: { readonly of: string; readonly by: HostFirewall; readonly warnings: readonly string[] } | null =
    null;

  constructor(sockets: HostSockets) {
    this.#sockets = sockets;
  }

  /** All that there is to say now. `link`: to the hub. */
  async read(resources: Known, link: HostEnd): Promise<readonly string[]> {
    const publications = [...resources.publications.values()];
    const { route, filter } = this.#sockets;
    const surroundings = readSurroundings(route);
    await this.#readLegacy();
    const firewall = this.#read(filter);
    const ways = waysIn(route, surroundings);
    const found = [
      ...(await this.#listening(publications)),
      ...this.#judge(firewall, ways, link, publications),
      ...this.#addresses.read(surroundings, resources),
      ...routeWarnings(route, publications, link.index),
    ];
    // Of both families they are often the same.
    return [...new Set(found)];
  }

  /** Programs that came later: the rules come before them. */
  async #listening(publications: readonly Publication[]): Promise<readonly string[]> {
    const taken = (["tcp", "udp"] as const).flatMap((transport) =>
      listenersOf(this.#diagnostics, transport).map(({ number: port }) => ({ transport, port })),
    );
    const isPublished = ({ transport, port }: HostPort): boolean =>
      publications.some((one) => one.transport === transport && hasPort(publishedPorts(one), port));
    const heard = [...new Map(taken.filter(isPublished).map((one) => [nameOfPort(one), one])).values()];
    const names = new Set(heard.map(nameOfPort));
    for (const port of this.#listeners.keys()) if (!names.has(port)) this.#listeners.delete(port);
    const unknown = heard.filter((one) => !this.#listeners.has(nameOfPort(one)));
    // All at once: it may be that a stranger has to be asked, and the system's other work waits.
    const words = await takenWords(unknown);
    for (const [at, one] of unknown.entries()) this.#listeners.set(nameOfPort(one), words[at]!);
    return heard.map((one) => {
      const who = this.#listeners.get(nameOfPort(one))!;
      return `${one.transport} port ${one.port} is published, and nothing that comes to it gets to another: ${who}`;
    });
  }

  /** As long as nothing of it changes it is not followed again through all rules. */
  #judge(
    firewall: HostFirewall,
    ways: readonly Ingress[],
    link: HostEnd,
    publications: readonly Publication[],
  ): readonly string[] {
    const of = JSON.stringify([ways, link.index, publications]);
    if (this.#judged?.of !== of || this.#judged.by !== firewall) {
      const warnings = ways.flatMap((way) => firewallWarnings(firewall, way, link, publications));
      this.#judged = { of, by: firewall, warnings };
    }
    return this.#judged.warnings;
  }

  /** It takes a program, and is told of no change. */
  async #readLegacy(): Promise<void> {
    const now = performance.now();
    if (this.#legacy !== null && now - this.#legacy.at < legacyEveryMs) return;
    const chains = await readLegacy();
    const rules = chains.map(({ chain, table }) => [chain, [...table.rules]]);
    this.#legacy = { at: now, chains, text: JSON.stringify(rules) };
  }

  close(): void {
    this.#diagnostics.close();
  }

  #read(filter: NetlinkSocket): HostFirewall {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const generation = filter.get(getGeneration, readGeneration) ?? 0;
      const { text: legacy = "", chains = [] } = this.#legacy ?? {};
      if (this.#firewall?.generation === generation && this.#firewall.legacy === legacy)
        return this.#firewall.firewall;
      const firewall = new HostFirewall(filter, chains);
      if ((filter.get(getGeneration, readGeneration) ?? 0) === generation) {
        this.#firewall = { generation, legacy, firewall };
        return firewall;
      }
    }
    throw new KernelError("read the rules of the host", "EAGAIN", "somebody changes them all the time");
  }
}
