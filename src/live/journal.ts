/**
 * What changes, and why. Each input that leads to operations opens a change; whoever
 * causes a resource to differ owns it until it is as it should be. A change that has
 * nothing left to do is told once, with the chain of its causes.
 */

import type { Failure } from "../core/base.ts";
import { called } from "../core/called.ts";
import type { Operation } from "../core/operation.ts";
import type { ResourceKey } from "../core/resource.ts";
import { doneLine } from "../core/tally.ts";
import type { LiveEvent } from "./control/messages.ts";

/** Why something is to be done. */
export interface Cause {
  /** The kind of event to tell when it is done: `applied`, `repaired`, `scaled`, … */
  readonly event: string;
  readonly automaton: string | null;
  /** What is being done, in words. */
  readonly headline: string;
  /** What it came from, the root first. */
  readonly causes: readonly string[];
}

export interface Done {
  readonly operations: readonly Operation[];
  readonly failures: readonly Failure[];
  readonly milliseconds: number;
}

export class Change {
  cause: Cause;
  readonly #startedAt = performance.now();
  readonly pending = new Set<ResourceKey>();
  readonly #operations: Operation[] = [];
  readonly #failures = new Map<ResourceKey, Failure>();
  readonly done: Promise<Done>;
  #finish: (done: Done) => void = () => {};
  #isOver = false;

  constructor(cause: Cause) {
    this.cause = cause;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What whoever follows from this change names as its causes. */
  get trail(): readonly string[] {
    return [...this.cause.causes, this.cause.headline];
  }

  performed(operation: Operation): void {
    this.#operations.push(operation);
    this.#failures.delete(operation.key);
    this.pending.delete(operation.key);
  }

  refused(failure: Failure): void {
    this.#failures.set(failure.key, failure);
    this.pending.delete(failure.key);
  }

  /** Null where it was over already. */
  finish(): Done | null {
    if (this.#isOver) return null;
    this.#isOver = true;
    const milliseconds = performance.now() - this.#startedAt;
    const done = { operations: this.#operations, failures: [...this.#failures.values()], milliseconds };
    this.#finish(done);
    return done;
  }
}

export class Journal {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #owners = new Map<ResourceKey, Change>();
  /** Changes that something was taken from; the same turn may give them more to do. */
  readonly #left = new Set<Change>();

  listen(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: string, automaton: string | null, text: string, causes: readonly string[] = []): void {
    const told: LiveEvent = { time: new Date().toISOString(), event, automaton, text, causes };
    for (const listener of this.#listeners) listener(told);
  }

  /** The change is why the resource differs. */
  own(key: ResourceKey, change: Change): void {
    const earlier = this.#owners.get(key);
    if (earlier === change) return;
    this.#owners.set(key, change);
    change.pending.add(key);
    if (earlier !== undefined) this.#leave(key, earlier);
  }

  /** The resource is as it should be, without anything having been done. */
  settled(key: ResourceKey): void {
    const owner = this.#owners.get(key);
    if (owner === undefined) return;
    this.#owners.delete(key);
    this.#leave(key, owner);
  }

  performed(operation: Operation): void {
    const owner = this.#owners.get(operation.key);
    if (owner === undefined) return;
    this.#owners.delete(operation.key);
    owner.performed(operation);
    this.close(owner);
  }

  refused(failure: Failure): void {
    const owner = this.#owners.get(failure.key);
    this.#owners.delete(failure.key);
    owner?.refused(failure);
    if (owner !== undefined) this.close(owner);
  }

  ownerOf(key: ResourceKey): Change | undefined {
    return this.#owners.get(key);
  }

  /** Ends a change although not all of it could be done; the rest waits for better times. */
  abandon(change: Change): void {
    for (const key of [...change.pending]) this.settled(key);
    this.close(change);
  }

  /** Ends a change that has nothing left to do, and tells of it if it did anything. */
  close(change: Change): void {
    if (change.pending.size > 0) return;
    const done = change.finish();
    if (done === null) return;
    const { event, automaton, headline, causes } = change.cause;
    for (const { key, doing, message } of done.failures) {
      this.tell("failed", automaton, `${called(key)}: ${doing}: ${message}`, change.trail);
    }
    if (done.operations.length > 0)
      this.tell(event, automaton, `${headline}: ${doneLine(done.operations, done.milliseconds)}`, causes);
  }

  /** Ends the changes that others have taken the last resource from. */
  sweep(): void {
    for (const change of this.#left) this.close(change);
    this.#left.clear();
  }

  #leave(key: ResourceKey, change: Change): void {
    change.pending.delete(key);
    this.#left.add(change);
  }
}
