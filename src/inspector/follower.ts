/**
 * One system as it stands, for all pages: asked of its orchestrator, however often that comes and goes. While no page
 * is open nothing is asked, and never so often that answering takes more than a fifth of the orchestrator's time.
 */

import { isLeft } from "fp-ts/lib/Either.js";
import { KernelError, kernelErrorOf } from "../../runtime/kernel-error.ts";
import type { SystemState } from "../../runtime/process/state.ts";
import { runsPrograms } from "../bases.ts";
import type { Cancel, Clock } from "../core/clock.ts";
import type { Asked } from "../live/control/client.ts";
import type { LiveEvent, Refusal, Result, Verb } from "../live/control/messages.ts";
import { type Answering, reach, type Silent } from "../live/control/reach.ts";
import { type Link, noSnapshot, type Snapshot, snapshotOf, unanswered } from "./snapshot.ts";

/** How often it is looked at, at the most. In milliseconds. */
const lookMs = 500;
/** A look is followed by a pause of so many times what it took. */
const pauseShare = 4;
/** So many of the last events are kept for pages to come. */
const mostEvents = 2_000;

/** Whoever is told of what changes. */
export interface Watcher {
  readonly onSnapshot: () => void;
  readonly onEvent: (event: LiveEvent) => void;
  /** The events before are told again, from the first. */
  readonly onAnew: () => void;
}

/** What is asked cannot be answered: there is no orchestrator, or it hung up. */
const nobody = (system: string): Refusal => ({
  message: `nobody supervises ${system} now`,
  hint: "architect run FILE takes it over as it is",
});

/** Follows one system. */
export class Follower {
  readonly #state: SystemState;
  readonly #clock: Clock;
  readonly #watchers = new Set<Watcher>();
  #snapshot: Snapshot = noSnapshot;
  #events: LiveEvent[] = [];
  #reached: Answering | null = null;
  #isLooking = false;
  #isClosed = false;
  /** Called after each look, also where nothing has changed. */
  onSnapshot: () => void = () => {};
  #cancel: Cancel = () => {};

  constructor(state: SystemState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    this.#snapshot = unanswered(noSnapshot, state.system, "connecting", "");
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get events(): readonly LiveEvent[] {
    return this.#events;
  }

  /** Tells of what changes, until the result is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (!this.#isLooking) void this.#look();
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** Asks the orchestrator something else, and looks again at once, for it may have changed. */
  async ask<V extends Verb>(
    verb: V,
    asked: Asked<V>,
  ): Promise<
    { readonly _tag: "Left"; readonly left: Refusal } | { readonly _tag: "Right"; readonly right: Result<V> }
  > {
    const reached = this.#reached;
    if (reached === null) return { _tag: "Left", left: nobody(this.#state.system) };
    const answer = await reached.wait(reached.client.ask(verb, asked));
    if (isLeft(answer)) return { _tag: "Left", left: { message: this.#silence(answer.left) } };
    return answer.right;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#reached?.client.destroy();
  }

  /** Looks, and again after a while, as long as somebody watches. */
  async #look(): Promise<void> {
    this.#isLooking = true;
    const begin = this.#clock.now();
    try {
      if (this.#reached !== null || (await this.#reach())) await this.#askStatus();
    } catch (error) {
      // Pages are told, and it is looked again.
      this.#lose("absent", `cannot look at ${this.#state.system}: ${String(error)}`);
    }
    if (this.#isClosed) return;
    const took = this.#clock.now() - begin;
    this.#cancel = this.#clock.after(Math.max(lookMs, took * pauseShare), () => {
      if (this.#watchers.size > 0) void this.#look();
      else this.#isLooking = false;
    });
  }

  async #askStatus(): Promise<void> {
    const { client, wait } = this.#reached!;
    const answer = await wait(client.ask("status", {}));
    if (isLeft(answer)) return this.#lose("silent", this.#silence(answer.left));
    if (isLeft(answer.right)) return this.#lose("absent", answer.right.left.message);
    const status = answer.right.right;
    this.#set(snapshotOf(status, this.#snapshot, !runsPrograms(status.base)));
  }

  /** Whether an orchestrator answers. */
  async #reach(): Promise<boolean> {
    const { system } = this.#state;
    try {
      const reached = await reach(this.#state, this.#clock);
      if (this.#isClosed) {
        if (reached._tag === "Answering") reached.client.destroy();
        return false;
      }
      if (reached._tag === "Answering") return await this.#listen(reached);
      if (reached._tag === "Silent") this.#lose("silent", this.#silence(reached));
      else this.#lose("absent", `nobody supervises ${system}: architect run FILE does`);
    } catch (error) {
      const refused = kernelErrorOf(`reach ${system}`, error);
      if (!(refused instanceof KernelError)) throw error;
      this.#lose("absent", `cannot ${refused.operation}: ${refused.words}`);
    }
    return false;
  }

  async #listen(reached: Answering): Promise<boolean> {
    const { client, wait } = reached;
    this.#reached = reached;
    this.#events = [];
    for (const { onAnew } of this.#watchers) onAnew();
    void client.closed.then(() => {
      if (this.#reached === reached) this.#lose("absent", "the orchestrator has ended");
    });
    const listening = await wait(client.listen((event) => this.#note(event), 0));
    return !isLeft(listening) && !isLeft(listening.right);
  }

  #note(event: LiveEvent): void {
    this.#events.push(event);
    if (this.#events.length >= 2 * mostEvents) this.#events = this.#events.slice(-mostEvents);
    for (const { onEvent } of this.#watchers) onEvent(event);
  }

  #lose(link: Link, said: string): void {
    this.#reached?.client.destroy();
    this.#reached = null;
    this.#set(unanswered(this.#snapshot, this.#state.system, link, said));
  }

  #silence({ pid, isStopped }: Silent): string {
    const process = pid === null ? "" : ` (process ${pid})`;
    return `the orchestrator of ${this.#state.system}${process} ${isStopped ? "is stopped" : "does not answer"}`;
  }

  #set(snapshot: Snapshot): void {
    if (this.#isClosed) return;
    this.#snapshot = snapshot;
    for (const { onSnapshot } of this.#watchers) onSnapshot();
    this.onSnapshot();
  }
}
