/**
 * The base case on Linux network namespaces. It holds no state of its own but what it
 * last knew of the kernel, which is the only truth.
 */
import type {
  BaseCase,
  Failure,
  Observation,
  Progress,
  RunningProcess,
  Subscription,
  WorldEvent,
} from "../../src/core/base.ts";
import { type Operation, subject } from "../../src/core/operation.ts";
import { hubKey, instanceKey, type Resource, type ResourceKey } from "../../src/core/resource.ts";
import {
  deleteNamespace,
  namespaceNames,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../namespaces.ts";
import { Anchors } from "./anchors.ts";
import { Application, type Surroundings } from "./apply.ts";
import { failed } from "./failure.ts";
import { foreignNamespace, Hub } from "./hub.ts";
import type { Keeper } from "./keeper.ts";
import { Watch, type Watched } from "./listen/watch.ts";
import { ownerOf } from "./marker.ts";
import { hubName, systemPrefix } from "./names.ts";
import { observeSystem } from "./observe.ts";
import type { Publisher } from "./publisher.ts";

export class NetnsBase implements BaseCase, Surroundings, Watched {
  readonly name = "netns";
  readonly system: string;
  readonly keeper: Keeper;
  readonly publisher: Publisher;
  readonly anchors = new Anchors();
  #hub: Hub | null = null;
  /** Whether the kernel was read since the hub was opened. */
  #informed = false;
  readonly #watches = new Set<Watch>();
  /** What is under way: one thing at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(system: string, keeper: Keeper, publisher: Publisher) {
    this.system = system;
    this.keeper = keeper;
    this.publisher = publisher;
    prepareNetnsDirectory();
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  hub(): Hub | null {
    return this.#hub;
  }

  /** Turns to the hub that the name stands for now. One that is not ours is as good as none. */
  async #find(): Promise<void> {
    if (this.#hub !== null && this.#hub.standing() !== "replaced") return;
    if (this.#hub !== null) for (const watch of this.#watches) watch.lost();
    await this.#leave();
    if (ownerOf(hubName(this.system), this.system)._tag === "ours") {
      this.#hub = Hub.open(hubName(this.system), this.system);
    }
  }

  async #leave(): Promise<void> {
    const hub = this.#hub;
    this.#hub = null;
    this.#informed = false;
    for (const watch of this.#watches) watch.attach();
    await hub?.close();
  }

  async #observe(): Promise<Observation> {
    await this.#find();
    for (const watch of this.#watches) watch.attach();
    const seen = await observeSystem(this.system, this.#hub, this.keeper, this.publisher);
    this.#informed = true;
    this.#hold(seen.resources.values());
    return seen;
  }

  /** Whoever listens keeps alive what it would miss. */
  #hold(resources: Iterable<Resource | null>): void {
    if (this.#watches.size === 0) return;
    for (const resource of resources) if (resource?.kind === "instance") this.anchors.hold(resource.netns);
  }

  running(): ReadonlyMap<ResourceKey, RunningProcess> {
    return this.keeper.known;
  }

  observe(): Promise<Observation> {
    return this.inTurn(() => this.#observe());
  }

  apply(
    operations: readonly Operation[],
    onProgress?: (progress: Progress) => void,
  ): Promise<readonly Failure[]> {
    // Their keeper looks after order among processes. One that takes long to end holds up nothing else.
    if (operations.every((operation) => subject(operation).kind === "process")) {
      return new Application(this, operations, onProgress).run();
    }
    return this.inTurn(async () => {
      await this.#find();
      if (!this.#informed) await this.#observe();
      try {
        return await new Application(this, operations, onProgress).run();
      } finally {
        for (const watch of this.#watches) {
          watch.attach();
          watch.forget(operations.map(({ key }) => key));
        }
        this.#hold(operations.map(({ after }) => after));
      }
    });
  }

  async raiseHub(netns: string): Promise<void> {
    if (this.#hub === null && ownerOf(netns, this.system)._tag === "foreign") throw foreignNamespace(netns);
    const isNew = this.#hub === null;
    this.#hub ??= Hub.create(netns, this.system);
    try {
      this.#hub.repair();
    } catch (error) {
      if (isNew) await this.dropHub(netns);
      throw error;
    }
  }

  async dropHub(netns: string): Promise<void> {
    const owner = ownerOf(netns, this.system);
    if (owner._tag === "foreign") throw foreignNamespace(netns);
    await this.#leave();
    deleteNamespace(netns);
  }

  listen(onEvent: (event: WorldEvent) => void): Promise<Subscription> {
    return this.inTurn(async () => {
      await this.#find();
      if (!this.#informed) await this.#observe();
      const endExits = this.keeper.onExit((event) => onEvent({ _tag: "exit", ...event }));
      const watch = new Watch(this, onEvent);
      this.#watches.add(watch);
      this.#hold(this.#hub?.firewall.known.values() ?? []);
      return {
        close: async () => {
          endExits();
          this.#watches.delete(watch);
          await watch.close();
          if (this.#watches.size === 0) this.anchors.close();
        },
      };
    });
  }

  destroy(): Promise<readonly Failure[]> {
    return this.inTurn(async () => {
      const failures = [...(await this.publisher.destroy())];
      const what = `stop the processes of ${this.system}`;
      const unstopped = await this.keeper.destroy().catch((error: unknown) => [error]);
      failures.push(...unstopped.map((error) => failed(hubKey, what, error)));
      await this.#leave();
      this.anchors.close();
      for (const name of namespaceNames(systemPrefix(this.system))) {
        try {
          this.#remove(name);
        } catch (error) {
          failures.push(failed(keyOf(name, this.system), `delete the namespace ${name}`, error));
        }
      }
      releaseNetnsDirectory();
      return failures;
    });
  }

  #remove(name: string): void {
    const owner = ownerOf(name, this.system);
    if (owner._tag === "ours" || owner._tag === "remains") deleteNamespace(name);
  }

  close(): Promise<void> {
    return this.inTurn(async () => {
      await this.#leave();
      this.anchors.close();
      await Promise.all([this.keeper.close(), this.publisher.close()]);
    });
  }
}

/** The resource that a namespace's name stands for, as near as the name tells. */
const keyOf = (name: string, system: string): ResourceKey => {
  if (name === hubName(system)) return hubKey;
  const [automaton = "", index = "0"] = name.slice(systemPrefix(system).length).split(/\.(?=\d+$)/);
  return instanceKey(automaton, Number(index));
};
