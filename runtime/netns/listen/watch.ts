/**
 * Watches a system for what others do to it. An event of the kernel is only a hint: what it
 * points at is looked at, and told where it is not as it was last made. So what
 * `apply` does is never told, and what was missed is found by looking at everything.
 */
import type { WorldEvent } from "../../../src/core/base.ts";
import {
  hubKey,
  type Instance,
  instanceKey,
  type Resource,
  type ResourceKey,
} from "../../../src/core/resource.ts";
import { KernelError } from "../../kernel-error.ts";
import { namespaceInode, withNamespace } from "../../namespaces.ts";
import type { Owned } from "../../owner.ts";
import type { Anchors } from "../anchors.ts";
import type { Hub } from "../hub.ts";
import { lookAtInstance } from "../instance.ts";
import type { Publisher } from "../publisher.ts";
import { viewHubAt } from "../view.ts";
import { DirtySet } from "./dirty-set.ts";
import { NameWatch } from "./names.ts";
import { type KernelEvent, NetlinkListener } from "./netlink-listener.ts";
import { Readiness } from "./readiness.ts";

/** What the watch needs of the base case. */
export interface Watched {
  readonly owned: Owned;
  readonly label: string;
  readonly publisher: Publisher;
  readonly anchors: Anchors;
  hub(): Hub | null;
  /** What keeps what was made from working as one would believe. */
  warnings(hub: Hub | null): Promise<readonly string[]>;
  /** Does work when nothing else is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** How long a look may take before other work of the program gets its turn, in milliseconds. */
const sliceMs = 5;
/** Between looks at what tells nothing of its changes, in milliseconds. */
const lookEveryMs = 1_000;
/** Between a look that failed and the next, in milliseconds. */
const afterTroubleMs = 50;

export class Watch {
  readonly #around: Watched;
  readonly #onEvent: (event: WorldEvent) => void;
  readonly #names = new NameWatch((name) => this.#named(name));
  readonly #readiness = new Readiness();
  readonly #looks: NodeJS.Timeout;
  readonly #endPublisher: () => void;
  readonly #dirty: DirtySet;
  /** What was well but for something that comes soon by itself, and when that was seen. */
  readonly #late = new Map<ResourceKey, number>();
  /** What was told and is still so. */
  readonly #told = new Map<ResourceKey, string>();
  /** What was told of the host last. */
  #warned: readonly string[] = [];
  #listeners: readonly NetlinkListener[] = [];
  #hub: Hub | null = null;
  #looking = false;
  #closed = false;

  constructor(around: Watched, onEvent: (event: WorldEvent) => void) {
    this.#around = around;
    this.#onEvent = onEvent;
    this.#dirty = new DirtySet(around.label);
    this.#looks = setInterval(() => {
      this.#lookAtLate();
      this.#dirty.host = true;
      this.#makeSure();
    }, lookEveryMs).unref();
    this.#endPublisher = around.publisher.listen(this.#readiness, () => {
      this.#dirty.publications = true;
      this.#soon();
    });
    this.attach();
  }

  /** Turns to the hub that the base case has now. */
  attach(): void {
    this.#makeSure();
    const hub = this.#around.hub();
    if (hub === this.#hub) return;
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
    this.#hub = hub;
    const take = (events: readonly KernelEvent[]): void => {
      this.#dirty.take(events);
      this.#soon();
    };
    if (hub !== null) {
      this.#listeners = withNamespace(hub.fd, () => [
        new NetlinkListener("hub", this.#readiness, take),
        new NetlinkListener("rules", this.#readiness, take, hub.filterPort),
      ]);
    }
    this.#dirty.attach(hub);
  }

  #named(name: string): void {
    if (this.#stands(name)) return;
    this.#dirty.named(name);
    this.#soon();
  }

  /** Looks at what tells nothing of its changes. */
  #makeSure(): void {
    const hub = this.#around.hub();
    if (!this.#names.makeSure()) this.#dirty.everything();
    if (hub !== null && hub.wrongSetting() !== null) this.#dirty.hub = true;
    if (hub !== null && !this.#around.publisher.makeSure(hub)) this.#dirty.publications = true;
    this.#soon();
  }

  /** Looks again at what was to come soon by itself. */
  #lookAtLate(): void {
    for (const [key, since] of this.#late) {
      if (performance.now() - since < lookEveryMs) continue;
      if (key === hubKey) this.#dirty.hub = true;
      else this.#dirty.instances.set(key, "an address is not answered for");
    }
  }

  /** Whether something that comes soon by itself still has time to come; a look in between takes none of it. */
  #mayBeLate(key: ResourceKey): boolean {
    const since = this.#late.get(key);
    return since === undefined || performance.now() - since < lookEveryMs;
  }

  #noteLate(key: ResourceKey, isLate: boolean): void {
    if (!isLate) this.#late.delete(key);
    else if (!this.#late.has(key)) this.#late.set(key, performance.now());
  }

  /** Tells that the hub is gone, if a look has not told it: there will be none any more. */
  lost(): void {
    if (this.#hub !== null) this.#lookAtHub(this.#hub);
  }

  /** What was applied is told anew if it changes again. */
  forget(keys: Iterable<ResourceKey>): void {
    for (const key of keys) this.#told.delete(key);
  }

  /** Whether a name is there, and for what it was there for before. */
  #stands(name: string): boolean {
    if (namespaceInode(name) === null) return false;
    if (name === this.#hub?.name) return this.#hub.standing() === "named";
    return !this.#around.anchors.isReplaced(name);
  }

  #soon(): void {
    if (this.#looking || this.#closed || !this.#dirty.isAny) return;
    this.#looking = true;
    void this.#around
      .inTurn(() => this.#look())
      .then(
        (done) => (done ? null : 0),
        () => {
          // What one looks at may vanish meanwhile: then nothing is certain, but soon it may be.
          this.#dirty.everything();
          return afterTroubleMs;
        },
      )
      .then((pauseMs) => {
        this.#looking = false;
        // By a timer and no promise: the program's other work gets its turn.
        if (pauseMs !== null) setTimeout(() => this.#soon(), pauseMs).unref();
      });
  }

  /** Whether there is nothing more to look at for now. */
  async #look(): Promise<boolean> {
    const hub = this.#hub;
    if (this.#closed || hub === null) return true;
    if (this.#dirty.hub) this.#lookAtHub(hub);
    // Until there is another hub: what else is dirty went with this one.
    if (hub.standing() === "replaced") return true;
    if (this.#dirty.rules) this.#lookAtRules(hub);
    this.#lookAtInstances(hub);
    if (this.#dirty.publications) await this.#lookAtPublications(hub);
    if (this.#dirty.host) await this.#lookAtHost(hub);
    return !this.#dirty.isAny; // more may have come in meanwhile
  }

  #lookAtHub(hub: Hub): void {
    this.#dirty.hub = false;
    const standing = hub.standing();
    const what = `the namespace ${hub.name} vanished`;
    if (standing === "nameless") this.#tell(hubKey, what, hub.nameless());
    else if (standing === "replaced") {
      this.#tell(hubKey, what, null);
      // With it went every veth and every rule.
      for (const { key } of hub.firewall.known.values()) this.#tell(key, what, null);
    } else {
      const isYoung = this.#mayBeLate(hubKey);
      const wrong = hub.wrong(isYoung);
      this.#noteLate(hubKey, wrong === null && isYoung);
      if (wrong === null) this.#told.delete(hubKey);
      else this.#tell(hubKey, wrong, null);
    }
  }

  #lookAtRules(hub: Hub): void {
    const changed = this.#dirty.takeRules();
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

  #lookAtInstances(hub: Hub): void {
    const start = performance.now();
    for (const [key, what] of this.#dirty.instances) {
      this.#dirty.instances.delete(key);
      const wanted = hub.firewall.known.get(key);
      if (wanted?.kind !== "instance") continue;
      const { owned, anchors } = this.#around;
      const view = viewHubAt(hub, wanted, this.#dirty.sorted);
      const soon = this.#mayBeLate(key);
      const { now, wrong, isLate } = lookAtInstance(view, owned, wanted, anchors, soon);
      this.#noteLate(key, isLate && soon);
      if (now !== null && sameInstance(now, wanted)) this.#told.delete(key);
      else this.#tell(key, wrong ?? what, now);
      if (performance.now() - start > sliceMs) return;
    }
  }

  async #lookAtPublications(hub: Hub): Promise<void> {
    this.#dirty.publications = false;
    const wanted = hub.firewall.resources.onHost;
    if (wanted.length === 0) return;
    const wrong = await this.#around.publisher.wrong(wanted, hub);
    for (const { key } of wanted) {
      const what = wrong.get(key);
      if (what === undefined) this.#told.delete(key);
      else this.#tell(key, what, null);
    }
  }

  async #lookAtHost(hub: Hub): Promise<void> {
    this.#dirty.host = false;
    this.#warn(await this.#around.warnings(hub));
  }

  #warn(warnings: readonly string[]): void {
    if (JSON.stringify(warnings) === JSON.stringify(this.#warned)) return;
    this.#warned = warnings;
    this.#onEvent({ _tag: "warned", key: null, warnings });
  }

  /** Looks at the host at once: what is published, or limited, has changed. Only for the caller whose turn it is. */
  async published(): Promise<void> {
    const hub = this.#hub;
    try {
      if (hub === null || this.#closed) this.#warn([]);
      else await this.#lookAtHost(hub);
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      this.#dirty.host = true; // it changes just now
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
    clearInterval(this.#looks);
    this.#names.close();
    this.#endPublisher();
    for (const listener of this.#listeners) listener.close();
    await this.#readiness.close();
  }
}

const sameInstance = (a: Instance, b: Instance): boolean =>
  a.key === instanceKey(b.automaton, b.index) &&
  a.link === b.link &&
  a.address.v4 === b.address.v4 &&
  a.address.v6 === b.address.v6 &&
  a.netns === b.netns;
