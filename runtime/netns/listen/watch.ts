/**
 * Watches a system for what others do to it. What is heard is only a hint: whatever it
 * points at is looked at, and told where it is not as it was last made. So what
 * `apply` does is never told, and what was missed is found by looking at everything.
 */
import { type FSWatcher, watch } from "node:fs";
import type { WorldEvent } from "../../../src/core/base.ts";
import {
  hubKey,
  type Instance,
  instanceKey,
  type Publication,
  type Resource,
  type ResourceKey,
} from "../../../src/core/resource.ts";
import { namespaceInode, netnsDirectory, withNamespace } from "../../namespaces.ts";
import { getLinks, readLink } from "../../netlink/link.ts";
import { viewHubAt } from "../cable.ts";
import type { Filtered } from "../element.ts";
import type { Hub } from "../hub.ts";
import { lookAtInstance } from "../instance.ts";
import { hubName, systemPrefix } from "../names.ts";
import type { Publisher } from "../publisher.ts";
import { Ear, type Hint } from "./ear.ts";
import { Readiness } from "./readiness.ts";

/** What the watch needs of the base case. */
export interface Watched {
  readonly system: string;
  readonly publisher: Publisher;
  hub(): Hub | null;
  /** Does work when nothing else is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** How long a look may take before other work of the program gets its turn, in milliseconds. */
const sliceMs = 5;

export class Watch {
  readonly #around: Watched;
  readonly #onEvent: (event: WorldEvent) => void;
  readonly #readiness = new Readiness();
  readonly #directory: FSWatcher;
  readonly #endPublisher: () => void;
  #ears: readonly Ear[] = [];
  #hub: Hub | null = null;

  /** Instances to look at, with what was heard of them. */
  readonly #suspects = new Map<ResourceKey, string>();
  /** For the hints that are being heard. */
  #index: Map<string, Instance> | null = null;
  /** Names of links by the number of the namespace at their other end. */
  readonly #linkByNsid = new Map<number, string>();
  /** Of the transaction that is being told of: what it touched; null: more than elements. */
  #touched: Set<string> | null = new Set();
  /** Of the transactions of others. */
  #sets: Set<string> | null = new Set();
  readonly #generations = new Set<number>();
  #doubtsHub = false;
  #doubtsRules = false;
  #doubtsPublications = false;
  #looking = false;
  #closed = false;

  /** What was told and is still so. */
  readonly #told = new Map<ResourceKey, string>();

  constructor(around: Watched, onEvent: (event: WorldEvent) => void) {
    this.#around = around;
    this.#onEvent = onEvent;
    this.#directory = watch(netnsDirectory, { persistent: false }, (_, name) => this.#named(name));
    this.#endPublisher = around.publisher.listen(this.#readiness, () => {
      this.#doubtsPublications = true;
      this.#soon();
    });
    this.attach();
  }

  /** Turns to the hub that the base case has now. */
  attach(): void {
    const hub = this.#around.hub();
    if (hub === this.#hub) return;
    for (const ear of this.#ears) ear.close();
    this.#ears = [];
    this.#hub = hub;
    this.#linkByNsid.clear();
    this.#forgetRules();
    if (hub === null) return;
    this.#ears = withNamespace(hub.fd, () => [
      new Ear("routing", true, this.#readiness, (hints) => this.#hear(hints)),
      new Ear("rules", false, this.#readiness, (hints) => this.#hear(hints)),
    ]);
    for (const { name, peerNsid } of hub.route.dump(getLinks, readLink)) {
      if (peerNsid !== null) this.#linkByNsid.set(peerNsid, name);
    }
  }

  /** What was applied needs to be told anew if it changes again. */
  forget(keys: Iterable<ResourceKey>): void {
    for (const key of keys) this.#told.delete(key);
  }

  #forgetRules(): void {
    this.#touched = new Set();
    this.#sets = new Set();
    this.#generations.clear();
    this.#doubtsRules = false;
  }

  #hear(hints: readonly Hint[]): void {
    this.#index = null;
    for (const hint of hints) this.#note(hint);
    const anything =
      this.#suspects.size > 0 || this.#doubtsRules || this.#doubtsHub || this.#doubtsPublications;
    if (anything) this.#soon();
  }

  #note(hint: Hint): void {
    switch (hint._tag) {
      case "link":
        if (hint.nsid !== null) this.#suspectAt(hint.nsid, hintWords(hint));
        else {
          if (hint.peerNsid !== null && !hint.gone) this.#linkByNsid.set(hint.peerNsid, hint.name);
          if (hint.name === "lo") this.#doubtsHub = true;
          this.#suspect(hint.name, hintWords(hint));
        }
        break;
      case "address":
        if (hint.nsid !== null) this.#suspectAt(hint.nsid, hintWords(hint));
        else this.#doubtsHub = true;
        break;
      case "route":
        if (hint.nsid !== null) this.#suspectAt(hint.nsid, hintWords(hint));
        else this.#suspectRoute(hint.destination, hintWords(hint));
        break;
      case "elements":
        this.#touched?.add(hint.set);
        break;
      case "rules":
        this.#touched = null;
        break;
      case "generation":
        this.#endTransaction(hint.generation);
        break;
      case "lost":
        this.#doubtEverything();
        break;
    }
  }

  /** Only now it is known whose the transaction is. */
  #endTransaction(generation: number): void {
    const touched = this.#touched;
    this.#touched = new Set();
    if (this.#hub?.firewall.made(generation) !== false) return;
    this.#doubtsRules = true;
    this.#generations.add(generation);
    if (touched === null) this.#sets = null;
    else for (const set of touched) this.#sets?.add(set);
  }

  #doubtEverything(): void {
    this.#sets = null;
    this.#doubtsRules = true;
    this.#doubtsHub = true;
    this.#doubtsPublications = true;
    for (const instance of this.#instances()) this.#suspects.set(instance.key, "changes were missed");
  }

  *#instances(): Iterable<Instance> {
    for (const resource of this.#hub?.firewall.known.values() ?? []) {
      if (resource.kind === "instance") yield resource;
    }
  }

  /** Instances by what hints call them: link, addresses, namespace. */
  #find(name: string): Instance | undefined {
    if (this.#index === null) {
      this.#index = new Map();
      for (const instance of this.#instances()) {
        const { link, address, netns } = instance;
        for (const one of [link, address.v4, address.v6, netns]) {
          if (one !== null) this.#index.set(one, instance);
        }
      }
    }
    return this.#index.get(name);
  }

  /** Whether the name is that of an instance, which is then to be looked at. */
  #suspect(name: string, what: string): boolean {
    const instance = this.#find(name);
    if (instance !== undefined && !this.#suspects.has(instance.key)) this.#suspects.set(instance.key, what);
    return instance !== undefined;
  }

  #suspectAt(nsid: number, what: string): void {
    const name = this.#linkByNsid.get(nsid);
    if (name !== undefined) this.#suspect(name, what);
  }

  #suspectRoute(destination: string, what: string): void {
    const address = destination.slice(0, destination.indexOf("/"));
    if (!this.#suspect(address, what)) this.#doubtsHub = true;
  }

  /** A name below /run/netns has come or gone. */
  #named(name: string | null): void {
    const { system } = this.#around;
    if (name?.startsWith(systemPrefix(system)) !== true || namespaceInode(name) !== null) return;
    this.#index = null;
    if (name === hubName(system)) this.#doubtsHub = true;
    else this.#suspect(name, `the namespace ${name} vanished`);
    this.#soon();
  }

  #soon(): void {
    if (this.#looking || this.#closed) return;
    this.#looking = true;
    void this.#around
      .inTurn(() => this.#look())
      .finally(() => {
        this.#looking = false;
        if (this.#suspects.size > 0) this.#soon();
      });
  }

  async #look(): Promise<void> {
    if (this.#closed) return;
    const hub = this.#hub;
    if (this.#doubtsHub) this.#lookAtHub(hub);
    if (hub === null || !hub.isCurrent()) return;
    if (this.#doubtsRules) this.#lookAtRules(hub);
    this.#lookAtSuspects(hub);
    if (this.#doubtsPublications) await this.#lookAtPublications(hub);
  }

  #lookAtHub(hub: Hub | null): void {
    this.#doubtsHub = false;
    if (hub === null) return;
    if (!hub.isCurrent()) {
      this.#tell(hubKey, `the namespace ${hub.name} vanished`, null);
      // With it went every cable and every rule.
      for (const { key } of hub.firewall.known.values())
        this.#tell(key, `the namespace ${hub.name} vanished`, null);
    } else if (!hub.isSound()) this.#tell(hubKey, "an address or a route of the hub vanished", null);
    else this.#told.delete(hubKey);
  }

  #lookAtRules(hub: Hub): void {
    const changed =
      this.#sets === null ? null : { sets: this.#sets, generations: new Set(this.#generations) };
    this.#forgetRules();
    if (hub.firewall.isCurrent()) return;
    const { whole, deviations } = hub.firewall.inspect(changed);
    if (!whole) this.#tell(hubKey, "the rules of the hub were altered", null);
    for (const { set, actual, expected, keys } of deviations) {
      const how = actual === null ? "vanished" : expected === null ? "appeared" : "was altered";
      const what = `an element of ${set} ${how}`;
      for (const key of keys) this.#tell(key, what, null);
      // What nobody asks for goes when the hub is mended.
      if (keys.length === 0) this.#tell(hubKey, what, null);
    }
  }

  #lookAtSuspects(hub: Hub): void {
    const start = performance.now();
    for (const [key, what] of this.#suspects) {
      this.#suspects.delete(key);
      const wanted = hub.firewall.known.get(key);
      if (wanted?.kind !== "instance") continue;
      const seen = lookAtInstance(viewHubAt(hub, wanted.link), this.#around.system, wanted);
      if (seen !== null && sameInstance(seen, wanted)) this.#told.delete(key);
      else this.#tell(key, what, seen);
      if (performance.now() - start > sliceMs) return;
    }
  }

  async #lookAtPublications(hub: Hub): Promise<void> {
    this.#doubtsPublications = false;
    const wanted = [...hub.firewall.known.values()].filter(isPublication);
    if (wanted.length === 0) return;
    const published = await this.#around.publisher.published(wanted);
    for (const { key, hostPort } of wanted) {
      if (published.has(key)) this.#told.delete(key);
      else this.#tell(key, `what publishes port ${hostPort} of the host vanished`, null);
    }
  }

  #tell(key: ResourceKey, what: string, now: Resource | null): void {
    const state = JSON.stringify(now);
    if (this.#told.get(key) === state) return;
    this.#told.set(key, state);
    this.#onEvent({ _tag: "drift", key, what, now });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#directory.close();
    this.#endPublisher();
    for (const ear of this.#ears) ear.close();
    await this.#readiness.close();
  }
}

const isPublication = (resource: Filtered): resource is Publication => resource.kind === "publication";

const sameInstance = (a: Instance, b: Instance): boolean =>
  a.key === instanceKey(b.automaton, b.index) &&
  a.link === b.link &&
  a.address.v4 === b.address.v4 &&
  a.address.v6 === b.address.v6 &&
  a.netns === b.netns;

const hintWords = (hint: Extract<Hint, { readonly _tag: "link" | "address" | "route" }>): string => {
  const how = hint.gone ? "vanished" : "changed";
  switch (hint._tag) {
    case "link":
      return `link ${hint.name} ${how}`;
    case "address":
      return `address ${hint.address} ${how}`;
    case "route":
      return `route ${hint.destination} ${how}`;
  }
};
