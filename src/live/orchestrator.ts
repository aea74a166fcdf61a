/**
 * Keeps a system as its program wants it. Whatever comes in (a text, an input, an event
 * of the world, a probe, a measurement, a timer) is a transaction of the program; the
 * automata it touches are steered; what then differs from the world is performed, and
 * the rest waits for its time.
 *
 *   input → transaction → steering → difference → flights → what was done, and why
 */
import type { BaseCase, Failure, Progress, Subscription, WorldEvent } from "../core/base.ts";
import { called } from "../core/called.ts";
import { hasErrors } from "../core/diagnostic.ts";
import { type Operation, operation, subject } from "../core/operation.ts";
import { hubKey, instanceKey, type Process, processKey, type ResourceKey } from "../core/resource.ts";
import type { Program, Update } from "../program/program.ts";
import { Reconciler } from "../reconcile.ts";
import { adoptionOf } from "./adoption.ts";
import { Flights } from "./flights.ts";
import { Helm } from "./helm.ts";
import { type Cause, Change, type Done, Journal } from "./journal.ts";
import { Outlook } from "./outlook.ts";
import { Scaling } from "./scaling.ts";
import type { LoadCell, OnCheckup, Senses } from "./senses.ts";
import { automatonOf, type Setting, Steering } from "./steering.ts";
import { Troubles } from "./troubles.ts";
import { endedWords, Wards } from "./wards.ts";

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

const nameOf = ({ automaton, index }: { readonly automaton: string; readonly index: number }): string =>
  `${automaton}.${index}`;

export class Orchestrator {
  readonly program: Program;
  readonly journal = new Journal();
  readonly wards = new Wards();
  readonly scaling = new Scaling();
  readonly reconciler: Reconciler;
  readonly outlook: Outlook;
  readonly senses: Senses;
  readonly #base: BaseCase;
  readonly #steering: Steering;
  readonly #helm: Helm;
  readonly #troubles = new Troubles();
  readonly #flights: Flights;
  readonly #isKept: () => boolean;
  readonly #onProgress: (done: number, total: number, operation: Operation) => void;
  #performed = 0;
  /** Begun in this turn. */
  #fresh: Change[] = [];
  /** What drifted in this turn, as one change. */
  #repair: Change | null = null;
  /** Processes that a transaction did away with: the next one of the same turn may want them again. */
  readonly #dropped = new Set<ResourceKey>();
  #subscription: Subscription | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #hadHub = false;
  #isClosed = false;

  constructor({ program, base, senses, onProgress, isKept }: Surroundings) {
    this.program = program;
    this.#base = base;
    this.#isKept = isKept ?? (() => true);
    this.#onProgress = onProgress ?? (() => {});
    this.reconciler = new Reconciler(base);
    this.#steering = new Steering(program, this.reconciler, this.wards, this.scaling);
    this.senses = senses((key, health, problem) => this.#checkup(key, health, problem));
    this.#helm = new Helm({
      steering: this.#steering,
      scaling: this.scaling,
      senses: this.senses,
      reconciler: this.reconciler,
      begin: (cause) => this.#begin(cause),
      own: (key, change) => this.#own(key, change),
      set: (settings, change) => this.#observe(settings, change),
    });
    this.#flights = new Flights(this.reconciler, {
      may: (one) => this.#may(one),
      starting: (one) => this.#starting(one),
      landed: (operations, failures) => this.#landed(operations, failures),
      progress: (progress) => this.#progress(progress),
    });
    this.outlook = new Outlook({
      reconciler: this.reconciler,
      wards: this.wards,
      troubles: this.#troubles,
      steered: this.#helm.active,
      flying: () => this.#flights.count,
      isDue: () => this.#isDue,
      journal: this.journal,
    });
  }

  /** Takes over what is there and brings about what is missing. Resolves when the first round is done. */
  async start(): Promise<Begun> {
    this.#subscription = await this.#base.listen((event) => this.#happened(event));
    const observation = await this.reconciler.observe();
    const { counts, inService, fresh } = adoptionOf(observation);
    this.#hadHub = observation.resources.has(hubKey);
    const change = this.#begin({
      event: "applied",
      automaton: null,
      headline: fresh ? `${this.program.system} starts` : `${this.program.system} is taken over`,
      causes: [],
    });
    this.#hold(counts);
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
      this.#watch(ward.process);
    }
    for (const key of this.reconciler.diff.keys()) this.journal.own(key, change);
    this.#turn();
    return { ...(await this.#finished(change)), fresh };
  }

  /** Changes the program by one of its transactions: texts, an input, a cell. With an error nothing changes. */
  change(cause: Cause, transaction: () => Update): Taken {
    const update = transaction();
    const change = this.#begin(cause);
    if (!hasErrors(update.diagnostics)) this.#take(update.operations, change);
    this.#helm.touchAll(change);
    this.#soon();
    return { ...update, done: this.#finished(change) };
  }

  /** What is to be measured, by automaton. */
  get measured(): ReadonlyMap<string, ReadonlySet<LoadCell>> {
    return this.#helm.measured;
  }

  /** Takes what was measured: cells and their values. */
  observe(settings: readonly Setting[]): void {
    const [first] = settings;
    if (first === undefined || this.#isClosed) return;
    const words = settings.map(([cell, value]) => `${cell.replace(/^observed /, "")} is ${value}`);
    const headline = words.length > 3 ? `${words[0]}, and ${words.length - 1} more` : words.join(", ");
    const change = this.#begin({ event: "scaled", automaton: null, headline, causes: [] });
    this.#observe(settings, change);
    for (const [cell] of settings) this.#helm.touch(/^observed (.*)\./.exec(cell)?.[1] ?? "", change);
    this.#soon();
  }

  /** Reads the whole world again: what was believed of it may be wrong. */
  async lookAgain(why: string): Promise<void> {
    await this.reconciler.observe();
    const change = this.#begin({
      event: "repaired",
      automaton: null,
      headline: "the system is repaired",
      causes: [why],
    });
    for (const key of this.reconciler.diff.keys()) {
      if (this.journal.ownerOf(key) === undefined) this.journal.own(key, change);
    }
    for (const { key } of this.program.augmentation.tree) this.#helm.touch(key, change);
    this.#soon();
  }

  /** Leaves the world as it is. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
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

  // Inputs

  #happened(event: WorldEvent): void {
    if (this.#isClosed) return;
    switch (event._tag) {
      case "drift": {
        const { key, what, now } = event;
        if (now === null && this.reconciler.actual(key) === undefined && !this.reconciler.isBusy(key)) return;
        this.#troubles.drifted(key, what, performance.now());
        const automaton = this.#automatonAt(key);
        this.journal.tell("drift", automaton, what);
        if (this.#repair === null) {
          this.#repair = this.#begin({
            event: "repaired",
            automaton,
            headline: `${called(key)} is repaired`,
            causes: [what],
          });
        } else {
          const { causes } = this.#repair.cause;
          this.#repair.cause = {
            ...this.#repair.cause,
            headline: `${causes.length + 1} resources are repaired`,
            causes: [...causes, what],
          };
        }
        this.reconciler.saw(key, now);
        this.#own(key, this.#repair);
        const resource = this.reconciler.desired(key);
        if (resource?.kind === "process" && now === null) this.wards.gone(key);
        if (resource?.kind === "instance")
          this.#own(processKey(resource.automaton, resource.index), this.#repair);
        if (automaton !== null) this.#helm.touch(automaton, this.#repair);
        break;
      }
      case "exit":
        this.#exited(event);
    }
    this.#soon();
  }

  #exited({ key, pid, code, signal }: WorldEvent & { readonly _tag: "exit" }): void {
    const ward = this.wards.get(key);
    if (ward === undefined) return;
    if (ward.running !== null && ward.running.pid !== pid) return;
    const { automaton } = ward.process;
    this.wards.ended(key, { code, signal }, performance.now());
    this.senses.forget(key);
    this.reconciler.saw(key, null);
    const what = `${nameOf(ward.process)} ${endedWords({ code, signal })}`;
    this.journal.tell("exit", automaton, what);
    const change = this.#begin({
      event: "restarted",
      automaton,
      headline: `${nameOf(ward.process)} is restarted`,
      causes: [what],
    });
    this.#own(key, change);
    this.#helm.touch(automaton, change);
  }

  #checkup(...[key, health, problem]: Parameters<OnCheckup>): void {
    if (this.#isClosed || !this.wards.checked(key, health, problem)) return;
    const ward = this.wards.get(key)!;
    const { process, phase } = ward;
    const name = nameOf(process);
    const causes = [...(problem === null ? [] : [`${name}: ${problem}`])];
    this.journal.tell(phase, process.automaton, `${name} is ${phase}`, causes);
    const change = this.#begin({
      event: "services",
      automaton: process.automaton,
      headline: phase === "ready" ? `${name} takes connections` : `${name} takes no new connections`,
      causes,
    });
    if (phase === "unhealthy" && this.wards.failing(key, performance.now())) {
      this.reconciler.spoil(key);
      this.#own(key, change);
    }
    this.#helm.touch(process.automaton, change);
    this.#soon();
  }

  /** What became of a change, at the latest when nothing more can be done for it now. */
  async #finished(change: Change): Promise<Done> {
    await Promise.race([change.done, this.outlook.quiet()]);
    this.journal.abandon(change);
    return change.done;
  }

  // The turn

  #begin(cause: Cause): Change {
    const change = new Change(cause);
    this.#fresh.push(change);
    return change;
  }

  #own(key: ResourceKey, change: Change): void {
    if (this.reconciler.diff.has(key)) this.journal.own(key, change);
    else this.journal.settled(key);
  }

  #automatonAt(key: ResourceKey): string | null {
    return (this.reconciler.desired(key) ?? this.reconciler.actual(key))?.automaton ?? null;
  }

  /** Takes over what a transaction changed in the desired resources. */
  #take(operations: readonly Operation[], change: Change): void {
    this.reconciler.want(operations);
    for (const one of operations) {
      const { kind, automaton } = subject(one);
      this.#troubles.forget(one.key);
      if (kind === "process")
        this.#desire(one.key, one.before as Process | null, one.after as Process | null);
      if (automaton !== null) this.#helm.touch(automaton, change);
      this.#own(one.key, change);
    }
  }

  #desire(key: ResourceKey, before: Process | null, after: Process | null): void {
    if (after === null) {
      this.#dropped.add(key);
      return;
    }
    this.wards.desire(after);
    if (before !== null && before.spec === after.spec) this.#watch(after);
  }

  /** All that comes in at once is one turn. */
  #soon(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    queueMicrotask(() => {
      if (this.#isDue && !this.#isClosed && this.#isKept()) this.#turn();
    });
  }

  #turn(): void {
    this.#isDue = false;
    this.#repair = null;
    const now = performance.now();
    this.#helm.steer(now);
    this.#forgetDropped();
    this.#flights.dispatch();
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const change of fresh) this.journal.close(change);
    this.journal.sweep();
    this.#sleep(now);
    this.outlook.look(now);
  }

  #forgetDropped(): void {
    for (const key of this.#dropped) {
      if (this.reconciler.desired(key) !== undefined) continue;
      this.wards.forget(key);
      this.senses.forget(key);
    }
    this.#dropped.clear();
  }

  /** Sets cells. One that the program cannot take leaves the others. */
  #observe(settings: readonly Setting[], change: Change): void {
    if (settings.every(([cell, value]) => this.program.workspace.cells.get(cell) === value)) return;
    const { diagnostics, operations } = this.program.observe(settings);
    if (!hasErrors(diagnostics)) {
      this.#take(operations, change);
      this.outlook.understood(settings);
    } else if (settings.length > 1) {
      for (const setting of settings) this.#observe([setting], change);
    } else {
      this.outlook.misunderstood(settings[0]!, diagnostics);
    }
  }

  #may(one: Operation): boolean {
    const now = performance.now();
    if (this.#troubles.until(one.key) > now) return false;
    const resource = subject(one);
    if (resource.kind !== "process") return true;
    if (one.op === "create") return this.wards.mayStart(one.key, now);
    if (one.op === "update") return this.#helm.mayReplace(resource);
    return true;
  }

  #starting({ after }: Operation): void {
    if (after?.kind !== "process") return;
    this.senses.forget(after.key);
    this.wards.starting(after.key, performance.now());
  }

  #progress({ operation: one }: Progress): void {
    this.#performed++;
    this.#onProgress(this.#performed, this.#performed + this.reconciler.diff.size, one);
  }

  #landed(operations: readonly Operation[], failures: readonly Failure[]): void {
    const now = performance.now();
    const refused = new Map(failures.map((failure) => [failure.key, failure]));
    let follows: Change | undefined;
    for (const one of operations) {
      const { automaton, kind } = subject(one);
      const failure = refused.get(one.key);
      if (failure !== undefined) {
        this.#troubles.refused(failure, now);
        if (one.after?.kind === "process")
          this.wards.refused(one.key, `${failure.doing}: ${failure.message}`);
        this.journal.refused(failure);
      } else {
        const earlier = this.#troubles.performed(one.key);
        if (earlier !== null)
          this.journal.tell("recovered", automaton, `${one.key}: ${earlier.doing}: it went well now`);
        if (kind === "process") this.#processLanded(one);
        if (one.key === hubKey && one.op === "create") this.#hubMade();
        this.journal.performed(one);
      }
      if (automaton !== null && (kind === "process" || kind === "instance" || failure !== undefined)) {
        follows ??= this.#begin({
          event: "applied",
          automaton,
          headline: `${automaton} follows`,
          causes: [],
        });
        this.#helm.touch(automaton, this.#helm.rollOf(automaton) ?? follows);
      }
    }
    this.#helm.count();
    this.#soon();
  }

  /** A hub that was lost took everything along that was known of the system. */
  #hubMade(): void {
    this.senses.hubChanged();
    if (this.#hadHub) void this.lookAgain("the hub was lost");
    this.#hadHub = true;
  }

  #processLanded({ key, after }: Operation): void {
    if (after?.kind !== "process") {
      this.wards.gone(key);
      return;
    }
    const running = this.#base.running().get(key);
    // It may have ended already: then the event of its end has been here.
    if (running === undefined || this.reconciler.actual(key) === undefined) return;
    this.scaling.replaced(after.automaton, after.index);
    this.wards.started(key, running, false);
    this.#watch(after);
  }

  #watch(process: Process): void {
    const ward = this.wards.get(process.key);
    const instance = this.#steering.instance(process.automaton, process.index);
    if (ward === undefined || ward.running === null || instance === null) return;
    const provided = automatonOf(this.program, process.automaton)?.member.automaton.provides ?? [];
    const ports = provided.map(({ transport, number }) => ({ transport, number }));
    if (process.care.probe === null && (ward.phase === "ready" || ports.length === 0)) {
      this.senses.forget(process.key);
      this.wards.started(process.key, ward.running, true);
      return;
    }
    this.senses.watch({ process, running: ward.running, instance, ports });
  }

  // Time

  /** So many instances run already: they are held until it is decided what becomes of each. */
  #hold(counts: ReadonlyMap<string, number>): void {
    const settings: Setting[] = [];
    for (const [name, count] of counts) {
      const found = automatonOf(this.program, name);
      if (found === null) continue;
      this.scaling.adopt(name, count);
      if (count <= found.instances.count) continue;
      const held: Setting = [`held ${name}`, count];
      this.#steering.adopt(name, [held]);
      settings.push(held);
    }
    if (settings.length > 0) this.program.observe(settings);
  }

  #sleep(now: number): void {
    clearTimeout(this.#timer);
    let wakeAt = Number.POSITIVE_INFINITY;
    const consider = (at: number | null | undefined): void => {
      if (at != null && at > now) wakeAt = Math.min(wakeAt, at);
    };
    for (const key of this.reconciler.diff.keys()) {
      consider(this.#troubles.until(key));
      consider(this.wards.get(key)?.startAt);
    }
    consider(this.#helm.lookAt(now));
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, Math.ceil(wakeAt - now)));
  }

  #wake(): void {
    this.#helm.wake(performance.now());
    this.#soon();
  }
}
