/** A socket that hears of changes: of links, addresses and routes, or of rules. */

import { receiveFrom } from "../../ffi/receive.ts";
import { growReceiveBuffer } from "../../ffi/socket.ts";
import { addressMessages, readAddress } from "../../netlink/address.ts";
import { NetlinkError } from "../../netlink/error.ts";
import { linkMessages, readLink } from "../../netlink/link.ts";
import { type Message, messagesOf } from "../../netlink/reader.ts";
import { readRoute, routeMessages } from "../../netlink/route.ts";
import { buses, NetlinkSocket } from "../../netlink/socket.ts";
import { readGeneration } from "../../nftables/batch.ts";
import { messages, nftMessage } from "../../nftables/message.ts";
import { readElements } from "../../nftables/set.ts";
import type { Readiness } from "./readiness.ts";

/** Something that has changed, by whomever. `nsid`: where; null: in the namespace of the socket. */
export type Hint =
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
      readonly gone: boolean;
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

/** Multicast groups of rtnetlink, as bits: LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE. */
const routeGroups = (1 << 0) | (1 << 4) | (1 << 6) | (1 << 8) | (1 << 10);
/** NFNLGRP_NFTABLES is the seventh. */
const rulesGroup = 1 << 6;
/** Bytes of changes that may wait while the program is busy. */
const room = 8 * 1024 * 1024;

const readRouting = (message: Message, nsid: number | null): Hint | null => {
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
      const route = readRoute(message);
      if (route === null) return null;
      return {
        _tag: "route",
        nsid,
        destination: route.destination,
        gone: message.type === routeMessages.deleted,
      };
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
const readRules = (message: Message, own: number | null): Hint | null => {
  const kind = nftMessage(message.type);
  if (kind === messages.newGeneration) return { _tag: "generation", generation: readGeneration(message) };
  if (message.port === own) return null;
  if (kind === messages.newElement || kind === messages.deleteElement) {
    const { table, set, elements } = readElements(message);
    return { _tag: "elements", table, set, keys: elements.map(({ key }) => key) };
  }
  return kind < 0 ? null : { _tag: "rules", chainsOnly: aboutChains.has(kind) };
};

export class Ear {
  readonly #socket: NetlinkSocket;
  readonly #readiness: Readiness;
  readonly #onHints: (hints: readonly Hint[]) => void;
  readonly #read: (message: Message, nsid: number | null) => Hint | null;

  /**
   * For the namespace that the calling thread is in; `everywhere`: for all that have a
   * number there as well. `own`: see `readRules`.
   */
  constructor(
    bus: "routing" | "rules",
    everywhere: boolean,
    readiness: Readiness,
    onHints: (hints: readonly Hint[]) => void,
    own: number | null = null,
  ) {
    const [number, groups] = bus === "routing" ? [buses.route, routeGroups] : [buses.netfilter, rulesGroup];
    this.#socket = new NetlinkSocket(number, groups);
    this.#read = bus === "routing" ? readRouting : (message) => readRules(message, own);
    this.#readiness = readiness;
    this.#onHints = onHints;
    growReceiveBuffer(this.#socket.descriptor, room);
    if (everywhere) this.#socket.hearAllNamespaces();
    readiness.add(this.#socket.descriptor, () => this.#drain());
  }

  #drain(): void {
    const hints: Hint[] = [];
    for (let got = receiveFrom(this.#socket.descriptor); got._tag !== "nothing"; ) {
      if (got._tag === "lost") hints.push({ _tag: "lost" });
      else this.#hear(got.bytes, got.length, got.nsid, hints);
      got = receiveFrom(this.#socket.descriptor);
    }
    if (hints.length > 0) this.#onHints(hints);
  }

  #hear(bytes: Uint8Array, length: number, nsid: number | null, hints: Hint[]): void {
    try {
      for (const message of messagesOf(bytes, length)) {
        const hint = this.#read(message, nsid);
        if (hint !== null) hints.push(hint);
      }
    } catch (error) {
      // What cannot be read may have been anything.
      if (!(error instanceof NetlinkError)) throw error;
      hints.push({ _tag: "lost" });
    }
  }

  close(): void {
    this.#readiness.remove(this.#socket.descriptor);
    this.#socket.close();
  }
}
