/**
 * The base case on Linux network namespaces. It holds no state of its own but what it
 * last knew of the kernel, which is the only truth.
 */
import { closeSync } from "node:fs";
import type {
  Failure,
  Interpreter,
  Observation,
  Progress,
  RunningProcess,
  Subscription,
  WorldEvent,
} from "../../src/core/base.ts";
import { type Operation, subject } from "../../src/core/operation.ts";
import {
  hubKey,
  instanceKey,
  type Process,
  type Resource,
  type ResourceKey,
} from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import {
  deleteNamespace,
  namespaceNames,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../namespaces.ts";
import { type Owned, qualifiedName } from "../owner.ts";
import { tellsExits } from "../process/foreign-exit.ts";
import { Anchors } from "./anchors.ts";
import { Application, type Surroundings } from "./apply.ts";
import { failed, unmet } from "./failure.ts";
import { createHub, foreignNamespace, Hub } from "./hub.ts";
import { findLabel, takePlainLabel } from "./label.ts";
import { Watch, type Watched } from "./listen/watch.ts";
import { occupantOf } from "./marker.ts";
import { hubName, labelPrefix } from "./names.ts";
import { observeSystem } from "./observe.ts";
import type { ProcessControl } from "./process-control.ts";
import { isOnHost, type Publisher } from "./publisher.ts";

/** How long the making of a namespace may take, with its mark, in milliseconds. */
const makingMs = 500;
const pauseMs = 5;

/** What there may be warnings of. */
const isTold = (resource: Resource): boolean => isOnHost(resource) || resource.kind === "limits";

export class NetnsBase implements Interpreter, Surroundings, Watched {
  readonly name = "netns";
  readonly seesEnds = tellsExits();
  readonly owned: Owned;
  readonly manager: ProcessControl;
  readonly publisher: Publisher;
  readonly anchors = new Anchors();
  #label: string;
  /** Held while this is the system's orchestrator and has the plain label. */
  #plainLabel: number | null = null;
  #hub: Hub | null = null;
  /** Whether the kernel was read since the hub was opened. */
  #informed = false;
  readonly #watches = new Set<Watch>();
  /** What is under way: one thing at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(owned: Owned, manager: ProcessControl, publisher: Publisher) {
    // Plain, and so as it is now: threads are told of it.
    const { system, owner, root, inherits } = owned;
    this.owned = { system, owner, root, inherits };
    this.manager = manager;
    this.publisher = publisher;
    prepareNetnsDirectory();
    this.#label = findLabel(owned).label;
  }

  /** What the system is called in the names of its namespaces. */
  get label(): string {
    return this.#label;
  }

  /**
   * The label, made sure of: where nothing of the system is there yet, by its hub's
   * namespace. Of two systems of one name that come at once the second has another label.
   * Without anything to be made it is only looked for.
   */
  claim(making = true): string {
    if (!making) return this.#label;
    const patience = performance.now() + makingMs;
    this.#plainLabel ??= takePlainLabel(this.owned);
    for (;;) {
      const { label, isInUse } = findLabel(this.owned);
      this.#label = isInUse || this.#plainLabel !== null ? label : qualifiedName(this.owned);
      const hub = hubName(this.#label);
      const { _tag } = occupantOf(hub, this.owned);
      // One that is no system's is told of when the hub is made.
      if (_tag === "ours" || _tag === "foreign") return this.#label;
      // What somebody is just making has no mark yet; what somebody died over stays so.
      if (_tag === "remains" && performance.now() < patience) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
        continue;
      }
      try {
        createHub(hub, this.owned);
      } catch (error) {
        if (!refusedWith(error, "EEXIST")) throw error;
      }
    }
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
    const name = hubName(this.#label);
    if (occupantOf(name, this.owned)._tag === "ours") this.#hub = Hub.open(name, this.owned);
  }

  async warnings(hub: Hub | null): Promise<readonly string[]> {
    const foreign = hub === null ? [] : await this.publisher.warnings(hub);
    const { unkept } = this.manager;
    const logs = unkept === null ? [] : [`the logs of ${this.owned.system} cannot be kept: ${unkept}`];
    return [...foreign, ...this.manager.limits.warnings(), ...this.manager.unconfined(), ...logs];
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
    const seen = await observeSystem(this.owned, this.#label, this.#hub, this);
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
    return this.manager.known;
  }

  observe(): Promise<Observation> {
    return this.inTurn(() => this.#observe());
  }

  apply(
    operations: readonly Operation[],
    onProgress?: (progress: Progress) => void,
  ): Promise<readonly Failure[]> {
    // Their manager looks after order among processes. One that takes long to end holds up nothing else.
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
          if (operations.some((one) => isTold(subject(one)))) await watch.published();
        }
        this.#hold(operations.map(({ after }) => after));
      }
    });
  }

  refusal(process: Process): Failure | null {
    const error = this.manager.refusal(process);
    return error === null ? null : failed(process.key, `start ${process.key}`, error);
  }

  updateServices(operations: readonly Operation[]): readonly Failure[] {
    const words = "update the services";
    // What was never read must not be taken for all there is.
    if (!this.#informed) return operations.map(({ key }) => unmet(key, words, "the hub"));
    try {
      const application = new Application(this, operations);
      application.filter();
      return application.failures;
    } catch (error) {
      return operations.map(({ key }) => failed(key, words, error));
    }
  }

  async raiseHub(netns: string): Promise<void> {
    if (this.#hub === null && occupantOf(netns, this.owned)._tag === "foreign") throw foreignNamespace(netns);
    const isNew = this.#hub === null;
    this.#hub ??= Hub.create(netns, this.owned);
    try {
      this.#hub.repair();
    } catch (error) {
      if (isNew) await this.dropHub(netns);
      throw error;
    }
  }

  async dropHub(netns: string): Promise<void> {
    if (occupantOf(netns, this.owned)._tag === "foreign") throw foreignNamespace(netns);
    await this.#leave();
    deleteNamespace(netns);
  }

  listen(onEvent: (event: WorldEvent) => void): Promise<Subscription> {
    return this.inTurn(async () => {
      await this.#find();
      if (!this.#informed) await this.#observe();
      const endExits = this.manager.onExit((event) => onEvent({ _tag: "exit", ...event }));
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

  get unkept(): string | null {
    return this.manager.unkept;
  }

  destroy(): Promise<readonly Failure[]> {
    return this.inTurn(async () => {
      const failures = [...(await this.publisher.destroy())];
      const what = `stop the processes of ${this.owned.system}`;
      const unstopped = await this.manager.destroy().catch((error: unknown) => [error]);
      failures.push(...unstopped.map((error) => failed(hubKey, what, error)));
      await this.#leave();
      this.anchors.close();
      for (const name of namespaceNames(labelPrefix(this.#label))) {
        try {
          this.#remove(name);
        } catch (error) {
          failures.push(failed(keyOf(name, this.#label), `delete the namespace ${name}`, error));
        }
      }
      releaseNetnsDirectory();
      return failures;
    });
  }

  #remove(name: string): void {
    const { _tag } = occupantOf(name, this.owned);
    if (_tag === "ours" || _tag === "remains") deleteNamespace(name);
  }

  close(): Promise<void> {
    return this.inTurn(async () => {
      await this.#leave();
      this.anchors.close();
      if (this.#plainLabel !== null) closeSync(this.#plainLabel);
      this.#plainLabel = null;
      await Promise.all([this.manager.close(), this.publisher.close()]);
    });
  }
}

/** The resource that a namespace's name stands for, as near as the name tells. */
const keyOf = (name: string, label: string): ResourceKey => {
  if (name === hubName(label)) return hubKey;
  const [automaton = "", index = "0"] = name.slice(labelPrefix(label).length).split(/\.(?=\d+$)/);
  return instanceKey(automaton, Number(index));
};
