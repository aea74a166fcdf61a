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
import type { Anchors } from "../anchors.ts";
import { viewHubAt } from "../cable.ts";
import type { Filtered } from "../element.ts";
import type { Hub } from "../hub.ts";
import { lookAtInstance } from "../instance.ts";
import type { Publisher } from "../publisher.ts";
import { Ear, type Hint } from "./ear.ts";
import { Readiness } from "./readiness.ts";
import { Suspicion } from "./suspicion.ts";

/** What the watch needs of the base case. */
export interface Watched {
  readonly system: string;
  readonly publisher: Publisher;
  readonly anchors: Anchors;
  hub(): Hub | null;
  /** Does work when nothing else is under way. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** How long a look may take before other work of the program gets its turn, in milliseconds. */
const sliceMs = 5;
/** Between a look that failed and the next, in milliseconds. */
const afterTroubleMs = 50;

export class Watch {
  readonly #around: Watched;
  readonly #onEvent: (event: WorldEvent) => void;
  readonly #readiness = new Readiness();
  readonly #directory: FSWatcher;
  readonly #endPublisher: () => void;
  readonly #suspicion: Suspicion;
  /** What was told and is still so. */
  readonly #told = new Map<ResourceKey, string>();
  #ears: readonly Ear[] = [];
  #hub: Hub | null = null;
  #looking = false;
  #closed = false;

  constructor(around: Watched, onEvent: (event: WorldEvent) => void) {
    this.#around = around;
    this.#onEvent = onEvent;
    this.#suspicion = new Suspicion(around.system);
    this.#directory = watch(netnsDirectory, { persistent: false }, (_, name) => {
      if (name === null || this.#stands(name)) return;
      this.#suspicion.named(name);
      this.#soon();
    });
    this.#endPublisher = around.publisher.listen(this.#readiness, () => {
      this.#suspicion.publications = true;
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
    const hear = (hints: readonly Hint[]): void => {
      this.#suspicion.hear(hints);
      this.#soon();
    };
    if (hub !== null) {
      this.#ears = withNamespace(hub.fd, () => [
        new Ear("routing", true, this.#readiness, hear),
        new Ear("rules", false, this.#readiness, hear, hub.filterPort),
      ]);
    }
    this.#suspicion.attach(hub);
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
    if (this.#looking || this.#closed || !this.#suspicion.isAny) return;
    this.#looking = true;
    void this.#around
      .inTurn(() => this.#look())
      .then(
        (done) => (done ? null : 0),
        () => {
          // What one looks at may vanish meanwhile: then nothing is certain, but soon it may be.
          this.#suspicion.everything();
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
    if (this.#suspicion.hub) this.#lookAtHub(hub);
    // Until there is another hub: what else is suspected went with this one.
    if (hub.standing() === "replaced") return true;
    if (this.#suspicion.rules) this.#lookAtRules(hub);
    this.#lookAtInstances(hub);
    if (this.#suspicion.publications) await this.#lookAtPublications(hub);
    return !this.#suspicion.isAny; // more may have been heard meanwhile
  }

  #lookAtHub(hub: Hub): void {
    this.#suspicion.hub = false;
    const standing = hub.standing();
    const what = `the namespace ${hub.name} vanished`;
    if (standing === "nameless") this.#tell(hubKey, what, hub.nameless());
    else if (standing === "replaced") {
      this.#tell(hubKey, what, null);
      // With it went every cable and every rule.
      for (const { key } of hub.firewall.known.values()) this.#tell(key, what, null);
    } else if (!hub.isSound()) this.#tell(hubKey, "an address or a route of the hub vanished", null);
    else this.#told.delete(hubKey);
  }

  #lookAtRules(hub: Hub): void {
    const changed = this.#suspicion.takeRules();
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
    for (const [key, what] of this.#suspicion.instances) {
      this.#suspicion.instances.delete(key);
      const wanted = hub.firewall.known.get(key);
      if (wanted?.kind !== "instance") continue;
      const seen = lookAtInstance(viewHubAt(hub, wanted), this.#around.system, wanted, this.#around.anchors);
      if (seen !== null && sameInstance(seen, wanted)) this.#told.delete(key);
      else this.#tell(key, what, seen);
      if (performance.now() - start > sliceMs) return;
    }
  }

  async #lookAtPublications(hub: Hub): Promise<void> {
    this.#suspicion.publications = false;
    const wanted = [...hub.firewall.known.values()].filter(isPublication);
    if (wanted.length === 0) return;
    const published = await this.#around.publisher.published(wanted, hub);
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
