/**
 * A whole running system, simulated from a seed: edits, inputs, crashes, programs that listen late,
 * never or not any more, load, drift, refused operations, a world that cannot be read, orchestrators
 * that die and others that take over. The invariants are checked after every step.
 */
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { sleep } from "../../src/core/clock.ts";
import { sameJson } from "../../src/core/json.ts";
import { hubKey } from "../../src/core/resource.ts";
import { NotedInputs, scheduleName } from "../../src/live/ledger/inputs.ts";
import { describeStep } from "../../src/live/loop/describe.ts";
import type { Effect } from "../../src/live/loop/effect.ts";
import type { Input } from "../../src/live/loop/input.ts";
import type { State } from "../../src/live/loop/state.ts";
import type { Machine } from "../../src/live/loop/step.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { Program } from "../../src/program/program.ts";
import { settingOf } from "../../src/program/setting.ts";
import { Random } from "../random.ts";
import { ProcessClock, VirtualClock } from "./clock.ts";
import * as invariants from "./invariants.ts";
import { MemoryLedger } from "./ledger.ts";
import { broken, edited, firstBackup, firstShape, mended, type Shape, textOf } from "./program.ts";
import { DealsWithTimes, isGoing } from "./schedule.ts";
import { SimulatedBase, SimulatedMonitor, system, World } from "./world.ts";

const file = "shop.arch";
/** How much goes wrong, and for how long at most a system that is left alone takes to be as desired; in milliseconds. */
const longestTroubleMs = 60_000;
const calmMs = 600_000;
/** How often it is looked at meanwhile, in milliseconds. */
const lookMs = 5_000;

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  readonly steps: number;
  readonly operations: number;
  readonly takeovers: number;
  /** Of the job that runs by the clock: its runs, and the times that were left out. */
  readonly runs: number;
  readonly skips: number;
  /** Of all inputs and effects, in their order. */
  readonly digest: string;
}

const never = new Promise<never>(() => {});

/** One orchestrator of the system, until it dies. */
interface Life {
  readonly clock: ProcessClock;
  readonly program: Program;
  readonly orchestrator: Orchestrator;
  readonly inputs: NotedInputs;
}

/** A timer, or a measurement of the same load, that leads to nothing. */
const changesNothing = ({ _tag }: Input, effects: readonly Effect[]): boolean =>
  (_tag === "TimerDue" || _tag === "LoadSampled" || _tag === "TurnDue") &&
  effects.every((one) => idle.has(one._tag));

const idle: ReadonlySet<Effect["_tag"]> = new Set(["WakeAt", "MeasureLoad", "TurnSoon", "Quiet"]);

/** What keeps a system from having converged. */
const onTheWay = ({ unsettled, active, sides, flying }: State): readonly string[] => [
  ...[...unsettled].map(([key, { process }]) => `${key} is ${process?.phase}`),
  ...[...active].map((name) => `${name} is on its way`),
  ...[...sides.diff.keys()].map((key) => `${key} differs`),
  `${flying.processes} processes and ${flying.network ? 1 : 0} batches are under way`,
];

export class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #clock = new VirtualClock();
  readonly #world: World;
  #ends: invariants.EndsOutOfService;
  #starts: invariants.StartsInOrder | null = null;
  readonly #times: DealsWithTimes;
  readonly #flapping = new invariants.NoFlapping();
  readonly #digest = createHash("sha256");
  /** What happened last, for whoever must find out why something broke. */
  readonly #lately: string[] = [];
  #shape: Shape = firstShape;
  /** What outlives orchestrators. */
  readonly #ledger = new MemoryLedger();
  #life: Life | null = null;
  #steps = 0;
  /** How many lines of what happened last are kept. */
  readonly #kept = Number(process.env.SIMULATION_LINES ?? 120);
  #operations = 0;
  #takeovers = 0;
  #stepsThisMinute = 0;
  #before: invariants.Before = { serving: new Map() };
  #broken: Error | null = null;

  /** `isScheduled`: whether a job runs by the clock in it. */
  constructor(seed: number, isScheduled: boolean) {
    this.#seed = seed;
    if (isScheduled) this.#shape = { ...firstShape, backup: firstBackup };
    this.#random = new Random(seed);
    this.#world = new World(this.#clock, this.#random);
    this.#ends = new invariants.EndsOutOfService(this.#world);
    this.#times = new DealsWithTimes(this.#world);
  }

  /** Simulates so many minutes. Throws with the seed, the time and what happened last where an invariant breaks. */
  async run(minutes: number): Promise<Report> {
    try {
      await this.#takeOver();
      while (this.#clock.now() < minutes * 60_000) {
        await this.#trouble();
        await this.#calm();
      }
    } catch (error) {
      const at = `seed ${this.#seed}, after ${(this.#clock.now() / 1000).toFixed(3)} s`;
      throw new Error(`${(error as Error).message}\n${at}\n${this.#lately.join("\n")}`, { cause: error });
    }
    return {
      seed: this.#seed,
      minutes: this.#clock.now() / 60_000,
      steps: this.#steps,
      operations: this.#operations,
      takeovers: this.#takeovers,
      runs: this.#times.runs,
      skips: this.#times.skips,
      digest: this.#digest.digest("hex"),
    };
  }

  /** For a while, things happen. */
  async #trouble(): Promise<void> {
    const end = this.#clock.now() + this.#random.below(longestTroubleMs);
    this.#world.slowest = this.#random.pick([5, 50, 500]);
    while (this.#clock.now() < end) {
      await this.#pass(this.#random.below(this.#random.pick([50, 2_000, 10_000])));
      if (this.#random.once(4)) this.#world.mail = 1 + this.#random.below(3);
      await this.#happen();
    }
  }

  /** Nothing happens any more: within a while all must be as desired, and then a takeover changes nothing. */
  async #calm(): Promise<void> {
    this.#world.refusals = 0;
    this.#world.unreadable = 0;
    this.#world.slowest = 50;
    if (this.#life === null) await this.#takeOver();
    this.#edit(mended(this.#shape));
    const { orchestrator, program } = this.#life!;
    const end = this.#clock.now() + calmMs;
    const isDone = (): boolean =>
      orchestrator.state.convergence === "converged" &&
      invariants.isAsDesired(this.#world, program).length === 0 &&
      invariants.isNameFollowed(this.#world, orchestrator.state);
    // What is as desired may still be about to follow its load.
    let operations: number;
    do {
      operations = this.#operations;
      await this.#pass(lookMs);
    } while (this.#clock.now() < end && !(isDone() && operations === this.#operations));
    const { convergence, problems } = orchestrator.state;
    const wrong = invariants.isAsDesired(this.#world, program);
    if (wrong.length > 0) throw new Error(`after ${calmMs / 1000} s of calm: ${wrong.join("; ")}`);
    if (!invariants.isNameFollowed(this.#world, orchestrator.state))
      throw new Error("the address of a host is not followed");
    if (convergence !== "converged")
      throw new Error(
        `all is as desired, and the system is ${convergence}: ${[...problems, ...onTheWay(orchestrator.state)].join("; ")}`,
      );
    if (this.#random.once(2)) await this.#exchange();
  }

  /** The next orchestrator knows what the last one knew, and does nothing. */
  async #exchange(): Promise<void> {
    if (this.#shape.backup !== null) await this.#betweenRuns();
    const before = invariants.knowledgeOf(this.#life!.orchestrator.state);
    const operations = this.#operations;
    this.#die();
    await this.#takeOver();
    await this.#pass(5_000);
    const after = invariants.knowledgeOf(this.#life!.orchestrator.state);
    if (this.#operations !== operations)
      throw new Error("a takeover of what is as desired touched something");
    if (!sameJson(before, after))
      throw new Error(
        `a takeover knows something else:\n${JSON.stringify(before)}\n${JSON.stringify(after)}`,
      );
  }

  /** No run goes, and none begins soon. */
  async #betweenRuns(): Promise<void> {
    const isClose = (): boolean => {
      const second = (this.#clock.wallTime() % 60_000) / 1_000;
      return second < 5 || second > 45;
    };
    while (isGoing(this.#world) || isClose()) await this.#pass(1_000);
  }

  async #happen(): Promise<void> {
    const { memory, model } = this.#world;
    const random = this.#random;
    const pids = [...model.processes.values()].map(({ pid }) => pid);
    switch (random.below(14)) {
      case 0:
      case 1:
        return this.#edit(edited(this.#shape, random));
      case 2:
        return this.#editBroken();
      case 3:
        return this.#setWorkers(String(random.below(5)));
      case 4:
      case 5: {
        const keys = [...model.processes.keys()];
        if (keys.length > 0) this.#world.remove(random.pick(keys));
        return;
      }
      case 6: {
        const keys = [...model.resources.keys()].filter((key) => key !== hubKey);
        if (keys.length > 0) memory.remove(system, random.pick(keys));
        return;
      }
      case 7:
        if (random.once(8)) this.#loseHub();
        return;
      case 8:
      case 9:
        this.#world.load.set("front", random.below(400));
        return;
      case 10:
        this.#world.refusals = random.pick([0, 5, 50, 100]);
        return;
      case 11:
        this.#world.unreadable = random.below(4);
        return;
      case 12:
        if (pids.length > 0) this.#world.falterFor(random.pick(pids), random.below(20_000));
        return;
      default:
        if (this.#life === null) return this.#takeOver();
        if (random.once(3)) this.#die();
        return;
    }
  }

  /** A hub that goes takes everything along that is wired to it; processes go on without a network. */
  #loseHub(): void {
    const { memory, model } = this.#world;
    const keys = [...model.resources.keys()].filter((key) => key !== hubKey && !key.startsWith("hosts/"));
    if (!model.resources.has(hubKey)) return;
    memory.remove(system, hubKey);
    for (const key of keys) {
      const there = model.resources.get(key);
      if (there !== undefined) memory.release(there);
      model.resources.delete(key);
    }
  }

  #edit(shape: Shape): void {
    this.#shape = shape;
    this.#save(textOf(shape));
  }

  #editBroken(): void {
    const life = this.#life;
    if (life === null) return;
    const before = [...life.program.resources()];
    const { diagnostics } = this.#save(broken(this.#shape, this.#random))!;
    if (diagnostics.length === 0) throw new Error("a broken text was taken");
    if (!sameJson(before, [...life.program.resources()])) throw new Error("a broken text changed something");
    this.#save(textOf(this.#shape));
  }

  #save(text: string) {
    this.#flapping.forgive();
    const cause = { event: "applied", automaton: null, headline: file, causes: [`${file} was saved`] };
    return this.#life?.orchestrator.edit({ _tag: "Texts", texts: new Map([[file, text]]) }, cause);
  }

  #setWorkers(text: string): void {
    this.#flapping.forgive();
    if (this.#life === null) return;
    const { program, orchestrator } = this.#life;
    const setting = settingOf(program, "workers", text);
    if (setting._tag !== "Input") throw new Error("workers is no input");
    const cause = { event: "set", automaton: null, headline: `workers = ${text}`, causes: [] };
    void this.#life.inputs.note("workers", text);
    orchestrator.edit({ _tag: "Input", name: "workers", value: setting.value }, cause);
  }

  #die(): void {
    this.#life?.clock.die();
    this.#life = null;
  }

  async #takeOver(): Promise<void> {
    this.#takeovers++;
    this.#flapping.forgive();
    this.#times.forgive();
    const program = new Program({ file, text: textOf(this.#shape), directory: tmpdir(), keepSystem: true });
    const { diagnostics } = program.start();
    if (diagnostics.length > 0) throw new Error(diagnostics[0]!.message);
    const inputs = new NotedInputs(this.#ledger);
    await inputs.restore(program);
    const clock = new ProcessClock(this.#clock);
    const base = new SimulatedBase(this.#world, clock);
    const orchestrator: Orchestrator = new Orchestrator({
      program,
      base,
      clock,
      noteSchedule: async (automaton, scheduled) => {
        await sleep(this.#clock, this.#random.below(this.#world.slowest + 1));
        if (clock.isDead) return never;
        await inputs.note(scheduleName(automaton), scheduled === null ? "" : JSON.stringify(scheduled));
        this.#try(() => this.#times.noted(scheduled?.time ?? null));
        return clock.isDead ? never : null;
      },
      monitor: (onHealth) => new SimulatedMonitor(this.#world, clock, onHealth),
      onStep: (input, effects) => this.#check(orchestrator, input, effects),
    });
    this.#life = { clock, program, orchestrator, inputs };
    this.#before = invariants.before(orchestrator.state);
    this.#ends = new invariants.EndsOutOfService(this.#world);
    this.#starts = new invariants.StartsInOrder(this.#world);
    // It may fail to read the world, and then it has not begun.
    void orchestrator.start().catch(() => {
      if (this.#life?.orchestrator === orchestrator) this.#die();
    });
    await this.#pass(100);
    if (this.#life === null) return this.#takeOver();
  }

  #check({ program, state }: Orchestrator, input: Input, effects: readonly Effect[]): void {
    this.#steps++;
    this.#stepsThisMinute++;
    for (const line of describeStep(input, effects, state))
      this.#note(`${this.#clock.now().toFixed(0)} ${line}`);
    this.#try(() => {
      if (!changesNothing(input, effects)) this.#demand({ program, state }, effects);
    });
    this.#before = invariants.before(state);
  }

  #try(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#broken ??= error as Error;
    }
  }

  #demand({ program, state }: Machine, effects: readonly Effect[]): void {
    invariants.consistent(state);
    invariants.rollsWithCare(this.#before, program, state, effects);
    this.#flapping.check(program, effects, this.#clock.now());
    this.#ends.check(program, state, effects, this.#clock.now());
    this.#starts!.check(program, state, effects);
    this.#times.check(state, effects, this.#clock.wallTime());
    for (const effect of effects) {
      if (effect._tag !== "Perform") continue;
      this.#operations += effect.operations.length;
      invariants.touchesOnlyWhatDiffers(program, state, effect.operations);
    }
  }

  #note(line: string): void {
    this.#digest.update(line);
    this.#lately.push(line);
    if (this.#lately.length > this.#kept) this.#lately.shift();
  }

  /** Lets time pass, and demands that the loop does not run hot. */
  async #pass(milliseconds: number): Promise<void> {
    const end = this.#clock.now() + milliseconds;
    while (this.#clock.now() < end) {
      this.#stepsThisMinute = 0;
      const minute = Math.min(end, this.#clock.now() + 60_000);
      await this.#clock.runUntil(minute);
      if (this.#broken !== null) throw this.#broken;
      if (this.#stepsThisMinute > 60_000) throw new Error(`${this.#stepsThisMinute} steps in a minute`);
    }
  }
}

/** `isScheduled`: whether a job runs by the clock in it. */
export const simulate = (seed: number, minutes: number, isScheduled = false): Promise<Report> =>
  new Simulation(seed, isScheduled).run(minutes);
