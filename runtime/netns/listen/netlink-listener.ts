/** A socket that receives the events of the kernel: of links, addresses and routes, or of rules. */

import { receiveFrom } from "../../ffi/receive.ts";
import { growReceiveBuffer } from "../../ffi/socket.ts";
import { addressMessages, readAddress } from "../../netlink/address.ts";
import { NetlinkError } from "../../netlink/error.ts";
import { linkMessages, readLink } from "../../netlink/link.ts";
import { neighbourMessages, readNeighbour } from "../../netlink/neighbour.ts";
import { netconfMessages, readNetconf } from "../../netlink/netconf.ts";
import { queueMessages, readQueue } from "../../netlink/queue.ts";
import { type Message, messagesOf } from "../../netlink/reader.ts";
import { readAnyRoute, routeMessages, type SeenRoute } from "../../netlink/route.ts";
import { ruleMessages } from "../../netlink/rule.ts";
import { buses, NetlinkSocket } from "../../netlink/socket.ts";
import { readGeneration } from "../../nftables/batch.ts";
import { messages, nftMessage } from "../../nftables/message.ts";
import { readElements } from "../../nftables/set.ts";
import { sorts } from "../end.ts";
import type { Readiness } from "./readiness.ts";

/** Something that has changed, by whomever. `nsid`: where; null: in the namespace of the socket. */
export type KernelEvent =
  | {
      readonly _tag: "link";
      readonly nsid: number | null;
      readonly name: string;
      readonly index: number;
      readonly peerNsid: number | null;
      readonly gone: boolean;
    }
  | {
      readonly _tag: "address";
      readonly nsid: number | null;
      readonly address: string;
      readonly gone: boolean;
    }
  | {
      readonly _tag: "route";
      readonly nsid: number | null;
      readonly destination: string;
      readonly by: SeenRoute["by"];
      readonly gone: boolean;
    }
  /** Something else of a link, or of all: its queue, a neighbour, a setting, a rule of routing. */
  | {
      readonly _tag: "other";
      readonly nsid: number | null;
      /** Null: no link's alone. */
      readonly index: number | null;
      readonly what: string;
    }
  /** What sorts packets as they come in by a link; null: nothing does any more. */
  | {
      readonly _tag: "sorting";
      readonly nsid: number | null;
      readonly index: number;
      readonly kind: string | null;
    }
  | {
      readonly _tag: "elements";
      readonly table: string;
      readonly set: string;
      readonly keys: readonly Uint8Array[];
    }
  /** Something fixed of a table: chains, rules, sets, or all of it. */
  | { readonly _tag: "rules"; readonly chainsOnly: boolean }
  /** What came before of a transaction is in force. */
  | { readonly _tag: "generation"; readonly generation: number }
  /** Changes were missed. */
  | { readonly _tag: "lost" };

/** Multicast groups of rtnetlink, as bits. */
const groups = {
  links: 1 << 0,
  neighbours: 1 << 2,
  queues: 1 << 3,
  addresses: (1 << 4) | (1 << 8),
  routes: (1 << 6) | (1 << 10),
  rules: (1 << 7) | (1 << 18),
  settings: (1 << 23) | (1 << 24),
} as const;
/** Of the host, whose neighbours and rules are not ours. */
const hostGroups = groups.links | groups.queues | groups.addresses | groups.routes | groups.settings;
const hubGroups = hostGroups | groups.neighbours | groups.rules;
/** NFNLGRP_NFTABLES is the seventh. */
const rulesGroup = 1 << 6;
/** Bytes of changes that may wait while the program is busy. */
const room = 8 * 1024 * 1024;

const readRouting = (message: Message, nsid: number | null): KernelEvent | null => {
  switch (message.type) {
    case linkMessages.created:
    case linkMessages.deleted: {
      const { name, index, peerNsid } = readLink(message);
      return { _tag: "link", nsid, name, index, peerNsid, gone: message.type === linkMessages.deleted };
    }
    case addressMessages.created:
    case addressMessages.deleted: {
      const address = readAddress(message);
      if (address === null || address.address.startsWith("fe80:")) return null;
      return {
        _tag: "address",
        nsid,
        address: address.address,
        gone: message.type === addressMessages.deleted,
      };
    }
    case routeMessages.created:
    case routeMessages.deleted: {
      const { destination, by } = readAnyRoute(message);
      // Those of links by themselves come and go with each of them.
      if (/^(fe80:|ff00:)/.test(destination)) return null;
      return { _tag: "route", nsid, destination, by, gone: message.type === routeMessages.deleted };
    }
    case ruleMessages.created:
    case ruleMessages.deleted:
      return { _tag: "other", nsid, index: null, what: "a rule of routing was altered" };
    case queueMessages.created:
    case queueMessages.deleted: {
      const { index, kind } = readQueue(message);
      if (sorts(kind))
        return { _tag: "sorting", nsid, index, kind: message.type === queueMessages.created ? kind : null };
      return { _tag: "other", nsid, index, what: `the queue of link ${index} was altered` };
    }
    case neighbourMessages.created: {
      const neighbour = readNeighbour(message);
      if (neighbour === null || neighbour.isGiven) return null;
      const { index } = neighbour;
      return { _tag: "other", nsid, index, what: `a neighbour of link ${index} was altered` };
    }
    case netconfMessages.created: {
      const told = readNetconf(message);
      // Instances need none of them. That all is well is told of every link that is made.
      if (nsid !== null || told === null || (told.forwarding !== false && !told.rpFilter)) return null;
      // By all of them together it is judged, as one may have been altered by way of all.
      return { _tag: "other", nsid, index: null, what: "a setting of links was altered" };
    }
    default:
      return null;
  }
};

const aboutChains: ReadonlySet<number> = new Set([
  messages.newChain,
  messages.deleteChain,
  messages.newRule,
  messages.deleteRule,
]);

/** `own`: the socket of which only the transactions matter, and not what is in them. */
const readRules = (message: Message, own: number | null): KernelEvent | null => {
  const kind = nftMessage(message.type);
  if (kind === messages.newGeneration) return { _tag: "generation", generation: readGeneration(message) };
  if (message.port === own) return null;
  if (kind === messages.newElement || kind === messages.deleteElement) {
    const { table, set, elements } = readElements(message);
    return { _tag: "elements", table, set, keys: elements.map(({ key }) => key) };
  }
  return kind < 0 ? null : { _tag: "rules", chainsOnly: aboutChains.has(kind) };
};

export class NetlinkListener {
  readonly #socket: NetlinkSocket;
  readonly #readiness: Readiness;
  readonly #onEvents: (events: readonly KernelEvent[]) => void;
  readonly #read: (message: Message, nsid: number | null) => KernelEvent | null;

  /**
   * For the namespace that the calling thread is in: that of a hub, and then for all that
   * have a number there as well, or the host's; or for its rules. `own`: see `readRules`.
   */
  constructor(
    of: "hub" | "host" | "rules",
    readiness: Readiness,
    onEvents: (events: readonly KernelEvent[]) => void,
    own: number | null = null,
  ) {
    this.#socket =
      of === "rules"
        ? new NetlinkSocket(buses.netfilter, rulesGroup)
        : new NetlinkSocket(buses.route, of === "hub" ? hubGroups : hostGroups);
    this.#read = of === "rules" ? (message) => readRules(message, own) : readRouting;
    this.#readiness = readiness;
    this.#onEvents = onEvents;
    growReceiveBuffer(this.#socket.descriptor, room);
    if (of === "hub") this.#socket.hearAllNamespaces();
    readiness.add(this.#socket.descriptor, () => this.#drain());
  }

  #drain(): void {
    const events: KernelEvent[] = [];
    for (let got = receiveFrom(this.#socket.descriptor); got._tag !== "nothing"; ) {
      if (got._tag === "lost") events.push({ _tag: "lost" });
      else this.#take(got.bytes, got.length, got.nsid, events);
      got = receiveFrom(this.#socket.descriptor);
    }
    if (events.length > 0) this.#onEvents(events);
  }

  #take(bytes: Uint8Array, length: number, nsid: number | null, events: KernelEvent[]): void {
    try {
      for (const message of messagesOf(bytes, length)) {
        const event = this.#read(message, nsid);
        if (event !== null) events.push(event);
      }
    } catch (error) {
      // What cannot be read may have been anything.
      if (!(error instanceof NetlinkError)) throw error;
      events.push({ _tag: "lost" });
    }
  }

  close(): void {
    this.#readiness.remove(this.#socket.descriptor);
    this.#socket.close();
  }
}
