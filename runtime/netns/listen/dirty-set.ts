/**
 * What is to be looked at: events of the kernel are put to the instances that they may be
 * about, to the hub, or to its rules. Nothing is judged here.
 */
import type { Instance, ResourceKey } from "../../../src/core/resource.ts";
import { getLink, getLinks, readLink } from "../../netlink/link.ts";
import { type ElementName, elementId } from "../../nftables/ruleset.ts";
import { readSorted } from "../end.ts";
import type { Changed } from "../firewall.ts";
import type { Hub } from "../hub.ts";
import {
  anywhere,
  concretePrefixes,
  hostLink,
  hubAddress,
  hubName,
  labelPrefix,
  virtualPrefixes,
} from "../names.ts";
import type { KernelEvent } from "./netlink-listener.ts";

/** Of more elements than these all are looked at: to list a set is cheaper than to ask for each. */
const mostElements = 1_000;

/** What every hub has, or each that ports are published of; others come and go with instances. */
const hubAddresses: ReadonlySet<string> = new Set([hubAddress(4), hubAddress(6)]);
const hubRoutes: ReadonlySet<string> = new Set(
  [concretePrefixes, virtualPrefixes, anywhere].flatMap((prefixes) => Object.values(prefixes)),
);

/** What of a table was touched. */
class Touched {
  readonly elements = new Map<string, ElementName>();
  chains = false;

  get isNothing(): boolean {
    return this.elements.size === 0 && !this.chains;
  }

  join({ elements, chains }: Touched): void {
    for (const [id, name] of elements) this.elements.set(id, name);
    this.chains ||= chains;
  }
}

export class DirtySet {
  readonly #label: string;
  #hub: Hub | null = null;
  /** Instances to look at, with what happened to them. */
  readonly instances = new Map<ResourceKey, string>();
  hub = false;
  rules = false;
  publications = false;
  /** Of what is not ours on the host, for what is published. */
  host = false;

  /** Of the hub's links: see `readSorted`. */
  sorted = new Map<number, string>();
  /** Names of links by the number of the namespace at their other end. */
  readonly #linkByNsid = new Map<number, string>();
  /** Of the transaction that is being told of: what it touched; null: more than elements. */
  #touched: Touched | null = new Touched();
  /** What the transactions of others have touched; null: more than elements, or very many. */
  #changed: Touched | null = new Touched();
  readonly #generations = new Set<number>();

  constructor(label: string) {
    this.#label = label;
  }

  /** Forgets what it knew of another hub. */
  attach(hub: Hub | null): void {
    this.#hub = hub;
    this.#linkByNsid.clear();
    this.instances.clear();
    this.sorted.clear();
    this.hub = false;
    this.host = false;
    this.takeRules();
    if (hub === null) return;
    this.sorted = new Map(readSorted(hub.route));
    for (const { name, peerNsid } of hub.route.dump(getLinks, readLink)) {
      if (peerNsid !== null) this.#linkByNsid.set(peerNsid, name);
    }
  }

  get isAny(): boolean {
    return this.instances.size > 0 || this.hub || this.rules || this.publications || this.host;
  }

  /** Hands over what others have done to the rules; null where that is not known in full. */
  takeRules(): Changed | null {
    const { elements, chains } = this.#changed ?? new Touched();
    const generations = new Set(this.#generations);
    const changed = this.#changed === null ? null : { elements, chains, generations };
    this.#touched = new Touched();
    this.#changed = new Touched();
    this.#generations.clear();
    this.rules = false;
    return changed;
  }

  take(events: readonly KernelEvent[]): void {
    for (const event of events) this.#note(event);
  }

  /** A name below /run/netns has gone. */
  named(name: string): void {
    if (!name.startsWith(labelPrefix(this.#label))) return;
    if (name === hubName(this.#label)) this.hub = true;
    else this.#mark(name, `the namespace ${name} vanished`);
  }

  #note(event: KernelEvent): void {
    switch (event._tag) {
      case "link":
        this.#noteLink(event);
        break;
      case "address":
        if (event.nsid === null) this.hub = true;
        else this.#markAt(event.nsid, words(event));
        break;
      case "route":
        if (event.nsid === null) this.#markRoute(event);
        else this.#markAt(event.nsid, words(event));
        break;
      case "other":
        if (event.nsid === null) this.#markInHub(event.index, event.what);
        else this.#markAt(event.nsid, event.what);
        break;
      case "sorting":
        this.#noteSorting(event);
        break;
      case "elements":
        for (const key of event.keys)
          this.#touched?.elements.set(elementId(event.set, key), { set: event.set, key });
        break;
      case "rules":
        if (!event.chainsOnly) this.#touched = null;
        else if (this.#touched !== null) this.#touched.chains = true;
        break;
      case "generation":
        this.#endTransaction(event.generation);
        break;
      case "lost":
        this.everything();
        break;
    }
  }

  #noteLink(event: Extract<KernelEvent, { readonly _tag: "link" }>): void {
    if (event.nsid !== null) this.#markAt(event.nsid, words(event));
    else {
      if (event.peerNsid !== null && !event.gone) this.#linkByNsid.set(event.peerNsid, event.name);
      if (event.name === "lo") this.hub = true;
      if (event.name === hostLink) this.publications = true;
      this.#mark(event.name, words(event));
    }
  }

  #noteSorting({ nsid, index, kind }: Extract<KernelEvent, { readonly _tag: "sorting" }>): void {
    const what = `the queue of link ${index} was altered`;
    if (nsid !== null) this.#markAt(nsid, what);
    else {
      if (kind === null) this.sorted.delete(index);
      else this.sorted.set(index, kind);
      this.#markInHub(index, what);
    }
  }

  /** Only now it is known whose the transaction is. */
  #endTransaction(generation: number): void {
    const touched = this.#touched;
    this.#touched = new Touched();
    if (this.#hub?.firewall.made(generation) !== false) return;
    this.rules = true;
    this.#generations.add(generation);
    // One that touched nothing was taken for ours until now.
    if (touched === null || touched.isNothing) this.#changed = null;
    else this.#changed?.join(touched);
    if (this.#changed !== null && this.#changed.elements.size > mostElements) this.#changed = null;
  }

  /** Changes were missed, or could not be looked at. */
  everything(): void {
    this.#changed = null;
    this.rules = true;
    this.hub = true;
    this.publications = true;
    if (this.#hub !== null) this.sorted = new Map(readSorted(this.#hub.route));
    for (const instance of this.#known()) this.instances.set(instance.key, "changes were missed");
  }

  *#known(): Iterable<Instance> {
    for (const resource of this.#hub?.firewall.known.values() ?? []) {
      if (resource.kind === "instance") yield resource;
    }
  }

  /** Whether the name is that of an instance, which is then to be looked at. */
  #mark(name: string, what: string): boolean {
    const instance = this.#hub?.firewall.instanceOf(name);
    if (instance !== undefined && !this.instances.has(instance.key)) this.instances.set(instance.key, what);
    return instance !== undefined;
  }

  #markAt(nsid: number, what: string): void {
    const name = this.#linkByNsid.get(nsid);
    if (name !== undefined) this.#mark(name, what);
  }

  #markRoute(event: Extract<KernelEvent, { readonly _tag: "route" }>): void {
    const { destination, by } = event;
    const address = destination.slice(0, destination.indexOf("/"));
    if (this.#mark(address, words(event))) return;
    // Others are those of instances that are not there any more, or not yet.
    if (by === "others" || hubRoutes.has(destination) || hubAddresses.has(address))
      this.#markInHub(null, words(event));
  }

  /** Something of the hub changed: one of its links, or (null) something that the event does not say. */
  #markInHub(index: number | null, what: string): void {
    const link = index === null ? null : (this.#hub?.route.get(getLink(index), readLink) ?? null);
    if (link !== null && this.#mark(link.name, what)) return;
    this.hub = true;
    this.publications = true;
  }
}

const words = (event: Extract<KernelEvent, { readonly _tag: "link" | "address" | "route" }>): string => {
  const how = event.gone ? "vanished" : "changed";
  switch (event._tag) {
    case "link":
      return `link ${event.name} ${how}`;
    case "address":
      return `address ${event.address} ${how}`;
    case "route":
      return `route ${event.destination} ${how}`;
  }
};
