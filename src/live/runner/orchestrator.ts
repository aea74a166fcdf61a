/**
 * Runs the control loop: it feeds inputs to `step`, performs the effects that come out, and feeds
 * back what they come to. It decides nothing.
 *
 *   inputs → step → effects → world, timers, journal → inputs
 */
import { systemClock } from "../../../runtime/clock.ts";
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { BaseCase, Failure, RunningProcess, Subscription, WorldEvent } from "../../core/base.ts";
import type { Clock } from "../../core/clock.ts";
import type { Load, Monitor } from "../../core/monitor.ts";
import type { Operation } from "../../core/operation.ts";
import type { ResourceKey } from "../../core/resource.ts";
import type { Program } from "../../program/program.ts";
import type { Update } from "../../program/update.ts";
import { Journal } from "../journal/journal.ts";
import type { Cause, ChangeId, Done } from "../loop/changes.ts";
import { isQuiet } from "../loop/convergence.ts";
import type { Effect } from "../loop/effect.ts";
import type { Edit, Input } from "../loop/input.ts";
import { Scheduler } from "../loop/scheduler.ts";
import { initialState, type State } from "../loop/state.ts";
import { type Machine, step } from "../loop/step.ts";
import type { Sampled, Setting } from "../policy/load.ts";
import { type Awaited, awaited } from "./awaited.ts";
import type { OrchestratorOptions } from "./options.ts";
import { Recorder } from "./recorder.ts";

export interface Taken extends Update {
  /** Resolves when all that follows at once has been done. */
  readonly done: Promise<Done>;
}

export interface Begun extends Done {
  /** Whether nothing of the system was there before. */
  readonly fresh: boolean;
}

type Perform = Effect & { readonly _tag: "Perform" };

export class Orchestrator {
  readonly program: Program;
  readonly state: State = initialState();
  readonly journal: Journal;
  readonly monitor: Monitor;
  readonly #options: OrchestratorOptions;
  readonly #base: BaseCase;
  readonly #clock: Clock;
  readonly #machine: Machine;
  readonly #scheduler: Scheduler;
  /** Operations under way. */
  readonly #performing = new Set<Promise<void>>();
  readonly #recorder: Recorder;
  /** Changes that someone waits for. */
  readonly #awaited = new Map<ChangeId, Awaited<Done>>();
  #untilQuiet: (() => void)[] = [];
  #untilLooked: (() => void)[] = [];
  #subscription: Subscription | null = null;
  #performed = 0;

  constructor(options: OrchestratorOptions) {
    const { program, base, clock = systemClock } = options;
    const monitor = options.monitor ?? ((onHealth, itsClock) => base.monitor(onHealth, itsClock));
    this.program = program;
    this.journal = new Journal(clock);
    this.monitor = monitor(
      (key, health, problem) => this.take({ _tag: "ProbeAnswered", key, health, problem }),
      clock,
    );
    this.#recorder = new Recorder(this.journal, this.monitor);
    this.#options = options;
    this.#base = base;
    this.#clock = clock;
    this.#machine = { program, state: this.state };
    this.#scheduler = new Scheduler(
      clock,
      () => this.#turn(),
      () => this.take({ _tag: "TimerDue" }),
    );
  }

  /** Takes over what is there and brings about what is missing. Resolves when the first round is done. */
  async start(): Promise<Begun> {
    this.#subscription = await this.#base.listen((event) => this.#happened(event));
    const observation = await this.#base.observe();
    const ages = new Map(
      [...observation.processes].map(([key, one]) => [key, this.monitor.age(one)] as const),
    );
    const { zone = "UTC", byClock = true } = this.#options;
    const { done } = this.#accepted({ _tag: "Started", observation, ages, zone, byClock });
    return { ...(await done), fresh: observation.resources.size === 0 };
  }

  /** Changes the program. With an error nothing changes. */
  edit(edit: Edit, cause: Cause): Taken {
    const { update, done } = this.#accepted({ _tag: "Edited", edit, cause });
    return { ...update!, done };
  }

  /** Takes what was measured: cells and their values. */
  observe(settings: readonly Setting[]): void {
    this.take({ _tag: "LoadObserved", settings });
  }

  /** Reads the whole world again: what was believed of it may be wrong. Resolves when that has been done. */
  lookAgain(why: string): Promise<void> {
    this.take({ _tag: "WorldDoubted", why });
    return this.#looked();
  }

  /** Resolves when nothing more will happen by itself soon: what is started is ready or given up. */
  quiet(): Promise<void> {
    if (isQuiet(this.#machine)) return Promise.resolve();
    return new Promise((resolve) => this.#untilQuiet.push(resolve));
  }

  /** Leaves the world as it is. */
  async stop(): Promise<void> {
    this.take({ _tag: "Closed" });
    this.#scheduler.close();
    await this.#subscription?.close();
    while (this.#performing.size > 0) await Promise.all(this.#performing);
    await this.#recorder.written();
    await this.monitor.close();
  }

  /** Removes everything, and returns what could not be removed. */
  async remove(): Promise<readonly Failure[]> {
    await this.stop();
    return this.#base.destroy();
  }

  /** Takes an input, and performs what follows from it. */
  take(input: Input): readonly Effect[] {
    const effects = step(this.#machine, input, this.#clock.now(), this.#clock.wallTime());
    this.#options.onStep?.(input, effects);
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  #turn(): void {
    if (this.#options.isKept?.() !== false) this.take({ _tag: "TurnDue" });
  }

  #accepted(input: Input): { readonly update: Update | null; readonly done: Promise<Done> } {
    let accepted: (Effect & { readonly _tag: "Accepted" }) | undefined;
    for (const effect of this.take(input)) if (effect._tag === "Accepted") accepted = effect;
    if (accepted === undefined) throw new Error(`${input._tag} was not accepted`);
    const { change, update } = accepted;
    const done = this.#awaited.get(change)!.promise;
    void done.then(() => this.#awaited.delete(change));
    return { update, done };
  }

  #happened(event: WorldEvent): void {
    switch (event._tag) {
      case "drift":
        this.take({ _tag: "ResourceDrifted", event });
        return;
      case "exit":
        this.take({ _tag: "ProcessExited", event });
        return;
      case "warned":
        this.take({ _tag: "WorldWarned", warnings: event.warnings });
        return;
    }
  }

  #perform(effect: Effect): void {
    switch (effect._tag) {
      case "Perform": {
        for (const { after } of effect.operations)
          if (after?.kind === "process") this.monitor.starting(after);
        const performing = this.#performOperations(effect).finally(() => this.#performing.delete(performing));
        this.#performing.add(performing);
        return;
      }
      case "CheckStart":
        this.take({
          _tag: "StartChecked",
          checked: effect.processes.map((process) => ({
            process,
            failure: this.#base.refusal?.(process) ?? null,
          })),
        });
        return;
      case "Withdraw":
        this.#withdraw(effect);
        return;
      case "Observe":
        void this.#observe();
        return;
      case "TurnSoon":
        this.#scheduler.soon();
        return;
      case "WakeAt":
        this.#scheduler.wakeAt(effect.at);
        return;
      case "Monitor":
        this.monitor.watch(effect.target);
        return;
      case "Unmonitor":
        this.monitor.forget(effect.key);
        return;
      case "HubReplaced":
        this.monitor.hubChanged();
        return;
      case "CountConnections": {
        const open = this.monitor.openConnections(effect.instances);
        const counts = effect.instances.map((instance, i) => ({ instance, open: open[i]! }));
        this.take({ _tag: "ConnectionsCounted", counts });
        return;
      }
      case "MeasureLoad":
        this.take({
          _tag: "LoadSampled",
          asked: effect.asked,
          loads: this.#measure(effect.asked),
        });
        return;
      case "NoteSchedule": {
        const noting = this.#noteSchedule(effect).finally(() => this.#performing.delete(noting));
        this.#performing.add(noting);
        return;
      }
      case "Resolve":
        void this.#base
          .lookUp(effect.host)
          .then((lookup) => this.take({ ...effect, _tag: "HostResolved", lookup }));
        return;
      case "Record":
        this.#recorder.record(effect);
        return;
      case "Accepted":
        this.#awaited.set(effect.change, awaited());
        return;
      case "ChangeDone":
        this.#awaited.get(effect.change)?.resolve(effect.done);
        return;
      case "Planned":
        return;
      case "Looked":
        this.#release(this.#untilLooked.splice(0));
        return;
      case "Quiet":
        this.#release(this.#untilQuiet.splice(0));
        return;
    }
  }

  #withdraw({ operations }: Effect & { readonly _tag: "Withdraw" }): void {
    const [failure] = this.#base.updateServices(operations);
    if (failure !== undefined)
      this.take({ _tag: "WorldDoubted", why: `${failure.doing}: ${failure.message}` });
  }

  async #performOperations({ operations }: Perform): Promise<void> {
    let failures: readonly Failure[];
    try {
      failures = await this.#base.apply(operations, ({ operation }) => this.#progress(operation));
    } catch (error) {
      // Nobody knows how far it came: all of it is to be tried again.
      const message = messageOf(error);
      failures = operations.map(({ key }) => ({ key, doing: "apply the change", code: "internal", message }));
    }
    const running = new Map<ResourceKey, RunningProcess>();
    for (const { key } of operations) {
      const runs = this.#base.running().get(key);
      if (runs !== undefined) running.set(key, runs);
    }
    this.take({ _tag: "OperationsFinished", operations, failures, running });
  }

  async #noteSchedule({
    automaton,
    scheduled,
    runs,
  }: Effect & { readonly _tag: "NoteSchedule" }): Promise<void> {
    const problem = (await this.#options.noteSchedule?.(automaton, scheduled)) ?? null;
    if (runs && scheduled !== null) this.take({ _tag: "ScheduleNoted", automaton, scheduled, problem });
  }

  #progress(operation: Operation): void {
    this.#performed++;
    this.#options.onProgress?.(this.#performed, this.#performed + this.state.sides.diff.size, operation);
  }

  async #observe(): Promise<void> {
    try {
      this.take({ _tag: "WorldObserved", observation: await this.#base.observe() });
    } catch (error) {
      this.take({ _tag: "WorldUnreadable", message: messageOf(error) });
    }
  }

  /** Null where the hub went while it was asked: it will be there again for the next look. */
  #measure(asked: readonly Sampled[]): readonly Load[] | null {
    try {
      return this.monitor.measure(asked.flatMap(({ instances }) => instances));
    } catch (error) {
      if (error instanceof KernelError) return null;
      throw error;
    }
  }

  #looked(): Promise<void> {
    if (this.state.phase === "closed") return Promise.resolve();
    return new Promise((resolve) => this.#untilLooked.push(resolve));
  }

  #release(waiting: readonly (() => void)[]): void {
    for (const resolve of waiting) resolve();
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
