/**
 * One application of operations. They come in an order in which the world can take
 * them; here they are taken in phases, so that all that concerns the hub's table is
 * one transaction. What a process needs is there before it starts, and what leaves a
 * service is out of its map before anything of it ends.
 */
import { setImmediate } from "node:timers/promises";
import type { Failure, Progress } from "../../src/core/base.ts";
import { type Operation, subject } from "../../src/core/operation.ts";
import type { Resource, ResourceKey } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { namespaceInode } from "../namespaces.ts";
import type { Owned } from "../owner.ts";
import type { Anchors } from "./anchors.ts";
import { endConnectionsOf, endDatagramsTo } from "./connections.ts";
import type { FilterChange } from "./count.ts";
import type { Filtered } from "./element.ts";
import { failed, refused, unmet } from "./failure.ts";
import type { Hub } from "./hub.ts";
import { createInstance, deleteInstance } from "./instance.ts";
import { ParallelCreate } from "./parallel-create.ts";
import type { ProcessControl } from "./process-control.ts";
import { isOnHost, type Publisher } from "./publisher.ts";

/** How long other work of the program may wait, in milliseconds. */
const breathEvery = 20;
/** Processes that are started or stopped at one time. */
const atOnce = 32;

type Of<Kind extends Resource["kind"]> = Extract<Resource, { kind: Kind }>;

/** An operation on a resource of one kind: what it is about, and how that was before. */
interface Step<Kind extends Resource["kind"]> {
  readonly operation: Operation;
  readonly resource: Of<Kind>;
  readonly before: Of<Kind> | null;
}

export interface Surroundings {
  readonly owned: Owned;
  readonly manager: ProcessControl;
  readonly publisher: Publisher;
  readonly anchors: Anchors;
  hub(): Hub | null;
  /** Makes or mends the hub of that name. */
  raiseHub(netns: string): Promise<void>;
  dropHub(netns: string): Promise<void>;
}

const isFiltered = (resource: Resource | null): resource is Filtered =>
  resource?.kind === "service" || resource?.kind === "wire" || (resource !== null && isOnHost(resource));

const words = ({ op, key }: Operation): string => `${op} ${key}`;

export class Application {
  readonly #around: Surroundings;
  readonly #operations: readonly Operation[];
  readonly #onProgress: (progress: Progress) => void;
  readonly #failures = new Map<ResourceKey, Failure>();
  #done = 0;
  #breath = performance.now();

  constructor(
    around: Surroundings,
    operations: readonly Operation[],
    onProgress: (progress: Progress) => void = () => {},
  ) {
    this.#around = around;
    this.#operations = operations;
    this.#onProgress = onProgress;
  }

  async run(): Promise<readonly Failure[]> {
    const { manager, publisher } = this.#around;
    if (this.#made("process").length > 0) manager.warm();
    await this.#each(this.#made("hub"), ({ resource }) => this.#around.raiseHub(resource.netns));
    const born = await this.#bear(this.#made("instance"));
    for (const kind of ["publication", "egress"] as const)
      await this.#each(this.#gone(kind), ({ resource }) => publisher.unpublish(resource, this.#around.hub()));
    this.filter(born);
    await this.#each(this.#made("egress"), (step) => this.#publish(step));
    await this.#each(this.#made("publication"), (step) => this.#publish(step));
    await this.#each(this.#made("hosts"), async ({ resource }) => manager.writeHosts(resource));
    await this.#each(this.#made("limits"), ({ resource }) => manager.limits.set(resource));
    await this.#together(this.#made("process"), (step) => this.#start(step));
    await this.#together(this.#made("files"), ({ resource }) => manager.reloadFiles(resource));
    // What a process has goes with it.
    await this.#each(this.#gone("files"), () => {});
    await this.#together(this.#gone("process"), ({ resource }) => manager.stop(resource));
    await this.#each(this.#gone("limits"), ({ resource }) => manager.limits.clear(resource));
    await this.#each(this.#gone("hosts"), async ({ resource }) => manager.clearHosts(resource.automaton));
    await this.#removeInstances();
    await this.#each(this.#gone("hub"), ({ resource }) => this.#around.dropHub(resource.netns));
    return this.failures;
  }

  get failures(): readonly Failure[] {
    return [...this.#failures.values()];
  }

  /** Makes or mends instances, many new ones on two threads. */
  async #bear(steps: readonly Step<"instance">[]): Promise<readonly Step<"instance">[]> {
    const { owned, anchors } = this.#around;
    const hub = this.#around.hub();
    const isNew = ({ resource: { netns } }: Step<"instance">): boolean =>
      namespaceInode(netns) === null && !anchors.isNameless(netns);
    const wanted = hub === null ? [] : steps.filter(isNew).map(({ resource }) => resource);
    const parallel =
      hub === null
        ? null
        : ParallelCreate.begin(owned, hub.name, wanted, (count) => hub.reserveIndexes(count));
    if (parallel === null) {
      return this.#each(steps, ({ resource }) => createInstance(this.#hub, owned, resource, anchors));
    }
    const places = new Map(wanted.map((instance, place) => [instance.key, place] as const));
    const done = await this.#each(steps, ({ resource }) => {
      const place = places.get(resource.key);
      if (place === undefined) createInstance(this.#hub, owned, resource, anchors);
      else parallel.create(this.#hub, place);
    });
    for (const [{ key }, error] of await parallel.refusals()) this.#fail(failed(key, `create ${key}`, error));
    return done.filter(({ operation }) => !this.#failures.has(operation.key));
  }

  #steps<Kind extends Resource["kind"]>(kind: Kind, deleted: boolean): readonly Step<Kind>[] {
    return this.#operations
      .filter((operation) => subject(operation).kind === kind && (operation.op === "delete") === deleted)
      .map((operation) => ({
        operation,
        resource: subject(operation) as Of<Kind>,
        before: operation.before as Of<Kind> | null,
      }));
  }

  #made<Kind extends Resource["kind"]>(kind: Kind): readonly Step<Kind>[] {
    return this.#steps(kind, false);
  }

  #gone<Kind extends Resource["kind"]>(kind: Kind): readonly Step<Kind>[] {
    return this.#steps(kind, true);
  }

  get #hub(): Hub {
    const hub = this.#around.hub();
    if (hub === null) throw new KernelError("connect to the hub", "unmet", "the hub is missing");
    return hub;
  }

  #fail(failure: Failure): void {
    this.#failures.set(failure.key, failure);
  }

  #finish(operation: Operation): void {
    this.#done += 1;
    this.#onProgress({ done: this.#done, total: this.#operations.length, operation });
  }

  /** Does one step after the other, and returns those that succeeded. */
  async #each<Kind extends Resource["kind"]>(
    steps: readonly Step<Kind>[],
    work: (step: Step<Kind>) => void | Promise<void>,
  ): Promise<readonly Step<Kind>[]> {
    const succeeded: Step<Kind>[] = [];
    for (const step of steps) {
      if (await this.#try(step, work)) succeeded.push(step);
      if (performance.now() - this.#breath < breathEvery) continue;
      await setImmediate();
      this.#breath = performance.now();
    }
    return succeeded;
  }

  /** Does steps that do not wait for each other. */
  async #together<Kind extends Resource["kind"]>(
    steps: readonly Step<Kind>[],
    work: (step: Step<Kind>) => Promise<void>,
  ): Promise<void> {
    const waiting = steps.values();
    const take = async (): Promise<void> => {
      for (const step of waiting) await this.#try(step, work);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, steps.length) }, take));
  }

  async #try<Kind extends Resource["kind"]>(
    step: Step<Kind>,
    work: (step: Step<Kind>) => void | Promise<void>,
  ): Promise<boolean> {
    const { operation } = step;
    // Its part in the table was refused: then the rest of it is not done either.
    if (this.#failures.has(operation.key)) return false;
    try {
      await work(step);
      // What has a part in the table is done when that is.
      if (!hasLaterPart(operation)) this.#finish(operation);
      return true;
    } catch (error) {
      this.#fail(failed(operation.key, words(operation), error));
      return false;
    }
  }

  /** Everything that concerns the table, but for instances that go. */
  filter(born: readonly Step<"instance">[] = []): void {
    const operations = [
      ...born.map(({ operation }) => operation),
      ...this.#operations.filter((operation) => isFiltered(subject(operation))),
    ].filter(({ key }) => !this.#failures.has(key));
    if (operations.length === 0) return;
    const hub = this.#around.hub();
    if (hub === null) {
      for (const operation of operations) this.#fail(unmet(operation.key, words(operation), "the hub"));
      return;
    }
    this.#commit(hub, operations);
    for (const { operation, resource } of born) {
      if (this.#failures.has(operation.key) && operation.op === "create") {
        deleteInstance(hub, this.#around.owned, resource, this.#around.anchors);
      }
    }
  }

  #commit(hub: Hub, operations: readonly Operation[]): void {
    const answers = hub.firewall.apply(operations.map((operation) => changeOf(hub, operation)));
    for (const operation of operations) {
      const answer = answers.get(operation.key);
      if (answer !== undefined) this.#fail(refused(operation.key, answer));
      else {
        endConnections(hub, operation);
        if (operation.after === null || !isOnHost(operation.after)) this.#finish(operation);
      }
    }
  }

  /** A publication that cannot be had at the host gives up its part in the table as well. */
  async #publish({ operation, resource, before }: Step<"publication"> | Step<"egress">): Promise<void> {
    const { publisher } = this.#around;
    try {
      // Of a way out the places change while connections go on; a port leads elsewhere at once.
      if (before?.kind === "publication") await publisher.unpublish(before, this.#hub);
      await publisher.publish(resource, this.#hub);
    } catch (error) {
      this.#hub.firewall.apply([{ key: operation.key, before: resource, after: null }]);
      throw error;
    }
  }

  async #start({ resource, before }: Step<"process">): Promise<void> {
    // How a process is looked after may change without it.
    if (before !== null && before.spec === resource.spec && before.netns === resource.netns) return;
    if (before !== null) {
      // What runs is not ended for what cannot be started.
      const refusal = this.#around.manager.refusal(resource);
      if (refusal !== null) throw refusal;
      await this.#around.manager.stop(before);
    }
    await this.#around.manager.start(resource);
  }

  async #removeInstances(): Promise<void> {
    const { owned, anchors, manager } = this.#around;
    // Nothing ran in a bare one; but somebody may be its guest.
    await this.#together(this.#gone("instance"), ({ resource }) => manager.stop(resource));
    const removed = await this.#each(this.#gone("instance"), ({ resource }) => {
      deleteInstance(this.#around.hub(), owned, resource, anchors);
    });
    const hub = this.#around.hub();
    if (hub === null) for (const { operation } of removed) this.#finish(operation);
    else if (removed.length > 0) {
      this.#commit(
        hub,
        removed.map(({ operation }) => operation),
      );
    }
  }
}

const hasLaterPart = ({ op, before, after }: Operation): boolean =>
  before?.kind === "instance" || after?.kind === "instance" || (op === "delete" && isOnHost(before));

/** What the table is to forget is what it knows, whatever the caller believes. */
const changeOf = (hub: Hub, { key, after }: Operation): FilterChange => ({
  key,
  before: hub.firewall.known.get(key) ?? null,
  after: after?.kind === "instance" || isFiltered(after) ? after : null,
});

/** Ends the connections that a change leaves as they must not be. */
const endConnections = (hub: Hub, { before, after }: Operation): void => {
  if (before?.kind === "wire" && after?.kind === "wire" && after.oneWay && !before.oneWay) {
    endConnectionsOf(hub, before);
  }
  if (before?.kind === "service" && after?.kind === "service") {
    const staying = new Set(after.endpoints.map(({ instance }) => instance));
    const removed = before.endpoints.filter(({ instance }) => !staying.has(instance));
    endDatagramsTo(hub, before, removed);
  }
};
