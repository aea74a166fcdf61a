/**
 * The table of a system in the host's namespace. All systems of a machine keep theirs there: each
 * change is made only if nothing has changed since it was decided (compare and swap), so two
 * systems that want one port at once do not both get it.
 */

import { setTimeout } from "node:timers/promises";
import type { HostPort } from "../../../src/core/base-kind.ts";
import { isRange, overlap, type PortRange, publishedPorts } from "../../../src/core/port-range.ts";
import type { Publication, Transport } from "../../../src/core/resource.ts";
import { KernelError, refusedWith } from "../../kernel-error.ts";
import type { Request } from "../../netlink/message.ts";
import { asError, type NetlinkSocket } from "../../netlink/socket.ts";
import { commit } from "../../nftables/batch.ts";
import { createRuleset } from "../../nftables/fixed.ts";
import {
  type Elements,
  elementId,
  type Found,
  type Placed,
  readRuleset,
  requestsFor,
  sameElement,
} from "../../nftables/ruleset.ts";
import { getElement, getElements, readElements } from "../../nftables/set.ts";
import { deleteTable, getTables, readTable, type Table } from "../../nftables/table.ts";
import type { Owned } from "../../owner.ts";
import { protocolNumber } from "../fields.ts";
import type { OnHost } from "../publisher.ts";
import type { Setting } from "../sysctl.ts";
import { hostTableIn, isHostTable, isOwnTable, systemWords } from "./names.ts";
import {
  guardElement,
  hostRuleset,
  isOpening,
  openingElements,
  portKey,
  portsOf,
  portsSet,
  rangesSet,
} from "./ruleset.ts";
import { joined, settingElement, settingOf, switchedOn } from "./settings.ts";

/** The table of the system, under the name that it has or is to have. */
export type OwnTable = Found & { readonly name: string };

/** How long a change is tried again that somebody else comes before, in milliseconds. */
const patienceMs = 10_000;
/** At most so long it waits in between, in milliseconds. */
const pauseMs = 20;

/** What keeps settings, and guards what was opened. */
export const keepingElements = (kept: readonly Setting[]): readonly Placed[] => [
  ...kept.map(settingElement),
  ...switchedOn(kept).map(guardElement),
];

/** What of these elements a table lacks. */
export const missingIn = (elements: Elements, wanted: readonly Placed[]): readonly Placed[] =>
  wanted.filter((placed) => {
    const is = elements.get(elementId(placed.set, placed.element.key));
    return is === undefined || !sameElement(is, placed);
  });

/** Ports and ways out in a table that none of these asks for. */
export const strangeOpenings = (elements: Elements, all: Iterable<OnHost>): readonly Placed[] => {
  const wanted = new Set(
    [...all].flatMap(openingElements).map(({ set, element }) => elementId(set, element.key)),
  );
  return [...elements.values()].filter(
    (placed) => isOpening(placed) && !wanted.has(elementId(placed.set, placed.element.key)),
  );
};

export class HostTable {
  readonly #owned: Owned;
  readonly #filter: NetlinkSocket;

  /** `filter`: a netfilter socket in the host's namespace. */
  constructor(owned: Owned, filter: NetlinkSocket) {
    this.#owned = owned;
    this.#filter = filter;
  }

  /** The table as it is now. */
  read(): OwnTable {
    for (;;) {
      const tables = this.#tables();
      const name = hostTableIn(tables, this.#owned);
      const found = readRuleset(this.#filter, hostRuleset(name, this.#owned));
      // Else it came or went in between, and may be another's.
      if (found.there === tables.some((table) => isOwnTable(table, this.#owned))) return { name, ...found };
    }
  }

  /**
   * Does what `decide` asks for, of the table as it is at that moment: where anything of the
   * namespace's rules changes meanwhile, it is asked again. Throws a `KernelError` where the kernel
   * refuses, or somebody else changes the rules all the time.
   */
  async change(decide: (found: OwnTable) => readonly Request[]): Promise<void> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const found = this.read();
      const requests = decide(found);
      if (requests.length === 0) return;
      const outcome = commit(this.#filter, requests, found.generation);
      if (outcome._tag === "refused") throw asError(outcome.refusals.values().next().value!);
      if (outcome._tag === "done") return;
      if (performance.now() > until) {
        const words = "somebody else changes the rules all the time";
        throw new KernelError(`change table ${found.name}`, "EAGAIN", words);
      }
      await setTimeout(Math.random() * pauseMs);
    }
  }

  /**
   * What makes the table anew where it is not as it must be, and has it keep these settings. Ports
   * and ways out that are in it stay.
   */
  settling({ name, there, whole, elements }: OwnTable, kept: readonly Setting[]): readonly Request[] {
    const keeping = keepingElements(kept);
    if (whole) {
      const added = missingIn(elements, keeping);
      const removed = added.flatMap(({ set, element }) => elements.get(elementId(set, element.key)) ?? []);
      return requestsFor(name, { removed, added });
    }
    const added = [...keeping, ...[...elements.values()].filter(isOpening)];
    return [
      ...(there ? [deleteTable(name)] : []),
      ...createRuleset(hostRuleset(name, this.#owned)),
      ...requestsFor(name, { removed: [], added }),
    ];
  }

  /** The tables of all systems that publish here, but for this one. */
  others(): readonly Table[] {
    return this.#tables().filter((table) => isHostTable(table.name) && !isOwnTable(table, this.#owned));
  }

  /** The other system that publishes the port, in words; null: none does. */
  publisherOf(publication: Publication): string | null {
    const { transport, hostPort } = publication;
    const ports = publishedPorts(publication);
    const table = isRange(ports)
      ? this.#tableWithin(transport, ports)
      : this.tableWith({ transport, port: hostPort });
    return table === null ? null : systemWords(table.comment);
  }

  /** The table of another system in which one of the ports is; null: none of them is in any. */
  #tableWithin(transport: Transport, ports: PortRange): Table | null {
    const protocol = protocolNumber(transport);
    const publishes = ({ name }: Table): boolean =>
      ([4, 6] as const)
        .flatMap((family) => [portsSet(family), rangesSet(family)])
        .flatMap((set) => this.#elementsOf(name, set))
        .some((found) => found.protocol === protocol && overlap(found, ports));
    return this.others().find(publishes) ?? null;
  }

  /** The ports in a set of a table; of an older version of ours it may lack the set. */
  #elementsOf(table: string, set: string): readonly ReturnType<typeof portsOf>[] {
    try {
      return this.#filter
        .dump(getElements(table, set), readElements)
        .flatMap(({ elements }) => elements.map((element) => portsOf({ set, element })));
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return [];
      throw error;
    }
  }

  /** The table of another system in which the port is; null: it is in none. */
  tableWith(port: HostPort): Table | null {
    const key = portKey(port);
    const publishes = ({ name }: Table): boolean => {
      const questions = ([4, 6] as const).flatMap((family) =>
        [portsSet(family), rangesSet(family)].map((set) => getElement(name, set, key)),
      );
      return this.#filter.getAll(questions, readElements).some((answer) => answer !== null);
    };
    return this.others().find(publishes) ?? null;
  }

  /** Values of the machine's settings before they were changed for this system; `byLink`: what its link keeps of them. */
  kept({ elements }: Pick<Found, "elements">, byLink: readonly Setting[]): readonly Setting[] {
    const inTable = [...elements.values()].map(settingOf).filter((setting) => setting !== null);
    return joined(inTable, byLink);
  }

  #tables(): readonly Table[] {
    return this.#filter.dump(getTables, readTable);
  }
}
