/**
 * Keeps a system as its program wants it. Whatever comes in (a text, an input, an event
 * of the world, a probe, a measurement, a timer) is a transaction of the program; the
 * automata it touches are steered; what then differs from the world is performed, and
 * the rest waits for its time.
 *
 *   input → transaction → steering → difference → flights → what was done, and why
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BaseCase, Failure, Subscription } from "../core/base.ts";
import { hasErrors } from "../core/diagnostic.ts";
import { type Operation, operation } from "../core/operation.ts";
import { hubKey, instanceKey } from "../core/resource.ts";
import type { Program } from "../program/program.ts";
import type { Update } from "../program/update.ts";
import { Reconciler } from "../reconcile.ts";
import { adoptionOf } from "./adoption.ts";
import { attend } from "./attend.ts";
import { Flights } from "./flights.ts";
import { Happenings } from "./happenings.ts";
import { Helm } from "./helm.ts";
import { type Cause, type Change, type Done, Journal } from "./journal.ts";
import { Landings } from "./landings.ts";
import { Outlook } from "./outlook.ts";
import type { Parts } from "./parts.ts";
import { Scaling } from "./scaling.ts";
import type { LoadCell, OnCheckup, Senses } from "./senses.ts";
import { automatonOf, type Setting, Steering } from "./steering.ts";
import { Transactions } from "./transactions.ts";
import { Troubles } from "./troubles.ts";
import { Turns } from "./turns.ts";
import { Wards } from "./wards.ts";

/** Between looks at a world that cannot be read, in milliseconds. */
const longestPauseMs = 5_000;

export interface Surroundings {
  readonly program: Program;
  readonly base: BaseCase;
  readonly senses: (onCheckup: OnCheckup) => Senses;
  readonly onProgress?: (done: number, total: number, operation: Operation) => void;
  /** Asked before anything is done: whether the system is still this orchestrator's. */
  readonly isKept?: () => boolean;
}

export interface Taken extends Update {
  /** Resolves when all that follows at once has been done. */
  readonly done: Promise<Done>;
}

export interface Begun extends Done {
  /** Whether nothing of the system was there before. */
  readonly fresh: boolean;
}

export class Orchestrator {
  readonly program: Program;
  readonly journal = new Journal();
  readonly wards = new Wards();
  readonly scaling = new Scaling();
  readonly reconciler: Reconciler;
  readonly outlook: Outlook;
  readonly senses: Senses;
  readonly #base: BaseCase;
  readonly #parts: Parts;
  readonly #turns: Turns;
  readonly #helm: Helm;
  readonly #flights: Flights;
  readonly #transactions: Transactions;
  readonly #happenings: Happenings;
  #subscription: Subscription | null = null;
  #hadHub = false;
  #isDoubting = false;

  constructor({ program, base, senses, onProgress, isKept }: Surroundings) {
    const { journal, wards, scaling } = this;
    this.program = program;
    this.#base = base;
    const reconciler = new Reconciler(base);
    const steering = new Steering(program, reconciler, wards, scaling);
    const troubles = new Troubles();
    this.reconciler = reconciler;
    this.senses = senses((...checkup) => this.#happenings.checkup(...checkup));
    this.#turns = new Turns({
      journal,
      reconciler,
      isKept: isKept ?? (() => true),
      work: (now) => this.#work(now),
      rest: (now) => this.#rest(now),
      wake: (now) => this.#helm.wake(now),
    });
    this.#helm = new Helm({
      steering,
      scaling,
      senses: this.senses,
      reconciler,
      begin: (cause) => this.#turns.begin(cause),
      own: (key, change) => this.#turns.own(key, change),
      set: (settings, change) => this.#transactions.set(settings, change),
    });
    this.outlook = new Outlook({
      reconciler,
      wards,
      troubles,
      steered: this.#helm.active,
      flying: () => this.#flights.count,
      isDue: () => this.#turns.isDue,
      journal,
    });
    const { outlook } = this;
    const [turns, helm] = [this.#turns, this.#helm];
    this.#parts = {
      program,
      reconciler,
      journal,
      turns,
      wards,
      scaling,
      senses: this.senses,
      steering,
      helm,
      troubles,
      outlook,
    };
    this.#transactions = new Transactions(this.#parts);
    this.#happenings = new Happenings(this.#parts);
    const landings = new Landings({
      parts: this.#parts,
      base,
      onProgress: onProgress ?? (() => {}),
      hubMade: () => this.#hubMade(),
      doubted: (why) => this.#doubt(why),
    });
    this.#flights = new Flights(reconciler, landings);
  }

  /** Takes over what is there and brings about what is missing. Resolves when the first round is done. */
  async start(): Promise<Begun> {
    this.#subscription = await this.#base.listen((event) => this.#happenings.inWorld(event));
    const observation = await this.reconciler.observe();
    this.program.adopt(observation.resources.values());
    const { counts, inService, fresh } = adoptionOf(observation);
    this.#hadHub = observation.resources.has(hubKey);
    const change = this.#turns.begin({
      event: "applied",
      automaton: null,
      headline: fresh ? `${this.program.system} starts` : `${this.program.system} is taken over`,
      causes: [],
    });
    this.#transactions.hold(counts);
    for (const resource of this.program.resources()) {
      this.reconciler.want([operation(null, resource)!]);
      if (resource.kind === "process") this.wards.desire(resource);
      if (resource.automaton !== null) this.#helm.touch(resource.automaton, change);
    }
    for (const [key, running] of observation.processes) {
      const ward = this.wards.get(key);
      if (ward === undefined) continue;
      const { automaton, index } = ward.process;
      const serves = automatonOf(this.program, automaton)!.member.automaton.provides.length > 0;
      this.wards.started(key, running, !serves || inService.has(instanceKey(automaton, index)));
      attend(this.#parts, ward.process);
    }
    for (const key of this.reconciler.diff.keys()) this.journal.own(key, change);
    this.#turns.now();
    return { ...(await this.#finished(change)), fresh };
  }

  /** Changes the program by one of its transactions: texts, an input, a cell. With an error nothing changes. */
  change(cause: Cause, transaction: () => Update): Taken {
    const update = transaction();
    const change = this.#turns.begin(cause);
    if (!hasErrors(update.diagnostics)) this.#transactions.take(update.operations, change);
    this.#helm.touchAll(change);
    this.#turns.soon();
    return { ...update, done: this.#finished(change) };
  }

  /** What is to be measured, by automaton. */
  get measured(): ReadonlyMap<string, ReadonlySet<LoadCell>> {
    return this.#helm.measured;
  }

  /** Takes what was measured: cells and their values. */
  observe(settings: readonly Setting[]): void {
    const [first] = settings;
    if (first === undefined || this.#turns.isClosed) return;
    const words = settings.map(([cell, value]) => `${cell.replace(/^observed /, "")} is ${value}`);
    const headline = words.length > 3 ? `${words[0]}, and ${words.length - 1} more` : words.join(", ");
    const change = this.#turns.begin({ event: "scaled", automaton: null, headline, causes: [] });
    this.#transactions.set(settings, change);
    for (const [cell] of settings) this.#helm.touch(/^observed (.*)\./.exec(cell)?.[1] ?? "", change);
    this.#turns.soon();
  }

  /**
   * Reads the whole world again: what was believed of it may be wrong. It may change so
   * that it cannot be read just then: then once more, a little later.
   */
  async lookAgain(why: string): Promise<void> {
    for (let pauseMs = 50; !(await this.#observed(why)); pauseMs = Math.min(2 * pauseMs, longestPauseMs))
      await sleep(pauseMs);
    if (this.#turns.isClosed) return;
    const change = this.#turns.begin({
      event: "repaired",
      automaton: null,
      headline: "the system is repaired",
      causes: [why],
    });
    for (const key of this.reconciler.diff.keys()) {
      if (this.journal.ownerOf(key) === undefined) this.journal.own(key, change);
    }
    for (const { key } of this.program.augmentation.tree) this.#helm.touch(key, change);
    this.#turns.soon();
  }

  /** Leaves the world as it is. */
  async stop(): Promise<void> {
    this.#turns.close();
    await this.#subscription?.close();
    await this.#flights.landed();
    await this.senses.close();
    this.outlook.close();
  }

  /** Removes everything, and returns what could not be removed. */
  async remove(): Promise<readonly Failure[]> {
    await this.stop();
    return this.#base.destroy();
  }

  /** False where it is to be tried again. */
  async #observed(why: string): Promise<boolean> {
    try {
      if (!this.#turns.isClosed) await this.reconciler.observe();
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.journal.tell("failed", null, `look at ${this.program.system}: ${message}`, [why]);
      return false;
    }
  }

  /** What became of a change, at the latest when nothing more can be done for it now. */
  async #finished(change: Change): Promise<Done> {
    await Promise.race([change.done, this.outlook.quiet()]);
    this.journal.abandon(change);
    return change.done;
  }

  /** A hub that was lost took everything along that was known of the system. */
  #hubMade(): void {
    this.senses.hubChanged();
    if (this.#hadHub) void this.lookAgain("the hub was lost");
    this.#hadHub = true;
  }

  /** Refusals come ever later, and so do these looks. */
  #doubt(why: string): void {
    if (this.#isDoubting) return;
    this.#isDoubting = true;
    void this.lookAgain(why).finally(() => {
      this.#isDoubting = false;
    });
  }

  #work(now: number): void {
    this.#helm.steer(now);
    this.#transactions.forgetDropped();
    this.#flights.dispatch();
  }

  #rest(now: number): void {
    this.#turns.sleepUntil(this.#wakeAt(now), now);
    this.outlook.look(now);
  }

  /** When what waits may go on; infinite: nothing waits. */
  #wakeAt(now: number): number {
    const { troubles, wards } = this.#parts;
    let wakeAt = Number.POSITIVE_INFINITY;
    const consider = (at: number | null | undefined): void => {
      if (at != null && at > now) wakeAt = Math.min(wakeAt, at);
    };
    for (const key of this.reconciler.diff.keys()) {
      consider(troubles.until(key));
      consider(wards.get(key)?.startAt);
    }
    consider(this.#helm.lookAt(now));
    return wakeAt;
  }
}
