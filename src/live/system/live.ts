/**
 * A running system: its orchestrator, and what comes and goes with it (the lease, the control
 * socket, the files of the system). What people change of it is in `edits.ts`.
 */
import type { Either } from "fp-ts/lib/Either.js";
import { systemClock, systemZone } from "../../../runtime/clock.ts";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { ownDirectory } from "../../../runtime/process/state.ts";
import { baseKind } from "../../bases.ts";
import type { Failure } from "../../core/base.ts";
import { resolvedCell, type Scheduled } from "../../core/cell-key.ts";
import type { Clock } from "../../core/clock.ts";
import type { Diagnostic } from "../../core/diagnostic.ts";
import type { Operation } from "../../core/operation.ts";
import type { Program } from "../../program/program.ts";
import type { Assignment } from "../../program/setting.ts";
import { SystemFiles } from "../control/files.ts";
import { type Asked, handlersOf, type InputSet, type ResolvedPreview } from "../control/handlers.ts";
import type { LiveEvent } from "../control/messages.ts";
import { ControlServer } from "../control/server.ts";
import type { Status } from "../control/status.ts";
import { NotedInputs, scheduleName } from "../ledger/inputs.ts";
import type { Lease } from "../ledger/lease.ts";
import { noteUnfinished, unfinishedIn } from "../ledger/unfinished.ts";
import { noteUnstarted } from "../ledger/unstarted.ts";
import { describeStep } from "../loop/describe.ts";
import type { Effect } from "../loop/effect.ts";
import type { Input } from "../loop/input.ts";
import { type Begun, Orchestrator, type Taken } from "../runner/orchestrator.ts";
import { lookedUp, startRefusalOf, unenforceableOf, unknownTo, unresolvedHost } from "../status/planning.ts";
import { statusOf } from "../status/report.ts";
import { removalWarnings } from "../status/unkept.ts";
import { Edits } from "./edits.ts";
import { type Counted, OperationCounter } from "./operation-count.ts";
import { RestoredFiles } from "./restored-files.ts";
import type { Versions } from "./secrets.ts";
import { settledWithin } from "./settled-within.ts";
import type { World } from "./world.ts";

export interface LiveOptions {
  /** Opened and started, without errors, with a system, and with `keepSystem`. */
  readonly program: Program;
  /** The name of a base case that is registered. */
  readonly base: string;
  /** Directory of all systems; by default the user's. */
  readonly stateRoot?: string;
  /** Whether what cannot be enforced of limits is told instead of being refused. */
  readonly allowUnenforced?: boolean;
  /** Whether jobs run by the clock; by default they do. */
  readonly byClock?: boolean;
  /** By default the machine's. */
  readonly clock?: Clock;
  readonly onEvent?: (event: LiveEvent) => void;
  readonly onProgress?: (done: number, total: number, operation: Operation) => void;
  /** Gets every input of the control loop and every decision with its cause, a line each. */
  readonly onDecision?: (line: string) => void;
  /** What is wrong with a text that was saved, and therefore not applied. */
  readonly onDiagnostics?: (diagnostics: readonly Diagnostic[]) => void;
}

const wantsAnything = (program: Program): boolean => {
  for (const _ of program.resources()) return true;
  return false;
};

export class Live implements Asked {
  readonly system: string;
  readonly orchestrator: Orchestrator;
  readonly #options: LiveOptions;
  readonly #clock: Clock;
  readonly #world: World;
  readonly #lease: Lease;
  readonly #server: ControlServer;
  readonly #files: SystemFiles;
  #isLeaving = false;
  readonly #restored: RestoredFiles;
  readonly #performed: OperationCounter;
  readonly #inputs: NotedInputs;
  readonly #edits: Edits;
  #removed: Promise<readonly Failure[]> | null = null;
  #isStopping = false;
  #tellLost: () => void = () => {};
  #tellRemoved: () => void = () => {};
  #tellClosed: () => void = () => {};
  /** Resolves when the system was taken away because somebody asked for it over the socket. */
  readonly removed: Promise<void>;
  /** Resolves when the system is somebody else's, and this one has let go of it. */
  readonly lost: Promise<void>;
  /** Resolves when it holds nothing any more: no socket, no lock, and of a system taken away no file. */
  readonly closed: Promise<void>;

  constructor(options: LiveOptions, system: string, world: World, lease: Lease) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.system = system;
    this.#world = world;
    this.#performed = new OperationCounter(this.#clock);
    this.#inputs = new NotedInputs(world.ledger);
    this.#lease = lease;
    const { program, onProgress, onDecision, onDiagnostics = () => {} } = options;
    if (options.allowUnenforced === true) this.allowUnenforced();
    this.orchestrator = new Orchestrator({
      program,
      base: world.base,
      clock: this.#clock,
      zone: systemZone(),
      ...(options.byClock === undefined ? {} : { byClock: options.byClock }),
      noteSchedule: (automaton, scheduled) => this.#noteSchedule(automaton, scheduled),
      isKept: () => this.#lease.isHeld(),
      onProgress: (done, total, operation) => {
        this.#performed.note(operation);
        onProgress?.(done, total, operation);
      },
      ...(onDecision === undefined
        ? {}
        : { onStep: (input, effects) => this.#explain(input, effects, onDecision) }),
    });
    this.#edits = new Edits(this.orchestrator, this.#inputs, world.secrets, this.#clock, onDiagnostics);
    this.#server = new ControlServer(handlersOf(this), this.#clock);
    this.#files = new SystemFiles(world.state, this.#server, this.#clock);
    this.#restored = new RestoredFiles(world.state, this.#server, this.#inputs, this.orchestrator);
    this.removed = new Promise((tell) => {
      this.#tellRemoved = tell;
    });
    this.lost = new Promise((tell) => {
      this.#tellLost = tell;
    });
    this.closed = new Promise((tell) => {
      this.#tellClosed = tell;
    });
    this.orchestrator.journal.listen((event) => {
      this.#server.publish(event);
      options.onEvent?.(event);
    });
  }

  get program(): Program {
    return this.#options.program;
  }

  /** Takes over what is there, brings about what is missing, and answers on the socket from then on. */
  async start(): Promise<Begun> {
    this.#edits.restoreSecrets();
    await this.#inputs.restore(this.program);
    const { root, directory } = this.#world.state;
    try {
      ownDirectory(root);
      await this.#server.listen(ownDirectory(directory));
      this.program.call(this.#world.base.claim(wantsAnything(this.program)));
    } catch (error) {
      await this.stop(); // with nothing begun
      throw error;
    }
    const why = `the files of ${this.system} were taken away`;
    this.#lease.keep({ onRegained: () => void this.#restored.makeAnew(why), onLost: () => this.#lose() });
    this.#edits.followInputs();
    this.#files.follow(() => void this.#lookAfterFiles());
    return this.orchestrator.start();
  }

  /** Resolves when nothing more will happen by itself: what can be ready is. */
  settled(): Promise<void> {
    return this.orchestrator.quiet();
  }

  /** The same, for so long at the most: false where something still goes on then. `started`: programs were. */
  settledWithin(milliseconds: number, started: boolean): Promise<boolean> {
    return settledWithin(this, this.#clock, milliseconds, started);
  }

  status(): Status {
    const status = statusOf(this.orchestrator, this.system, this.#options.base);
    const warnings = [...status.warnings, ...this.#edits.warnings];
    return { ...status, warnings, rejected: this.#edits.rejected };
  }

  /** What happened from a moment on, in milliseconds since 1970; the oldest is forgotten in time. */
  history(since: number): readonly LiveEvent[] {
    return this.orchestrator.journal.since(since);
  }

  /** Gives files of the program other texts, as one change. */
  update(texts: ReadonlyMap<string, string>): Taken {
    return this.#edits.update(texts);
  }

  /** Gives the program's own file another text, with what the files that it reads hold now. */
  apply(text: string): Taken {
    return this.#edits.apply(text);
  }

  /** Reads all its files again. */
  reload(): Taken {
    return this.#edits.reload();
  }

  /** What another text of the program, with inputs and secrets set, would change in the world as it is. Nothing is done. */
  async plan(text: string, inputs: readonly Assignment[], secrets: Versions): Promise<ResolvedPreview> {
    const first = this.#edits.plan(text, inputs, secrets);
    const names = unknownTo(this.program, first.hosts);
    if (names.length === 0) return { ...first, unresolved: [] };
    // What it names anew is looked up when it is applied, and then leads to the rest: what is found now, shows that.
    const found = await lookedUp(this.#world.base, names);
    const preview = this.#edits.plan(text, inputs, secrets, found);
    const resolved = new Set(found.map(([cell]) => cell));
    const unresolved = unknownTo(this.program, preview.hosts).filter(
      (host) => !resolved.has(resolvedCell(host)),
    );
    return { ...preview, unresolved: unresolved.map(unresolvedHost) };
  }

  /** Counts what is done from now on, until the result is called. */
  countOperations(): () => Counted {
    return this.#performed.count();
  }

  /** Why the program of an automaton could not be started now; null where nothing is known to be in its way. */
  startRefusal(automaton: string): Failure | null {
    return startRefusalOf(this.#world.base, this.program, automaton);
  }

  /** Starts the program of an automaton anew in all its instances, as its update policy says. */
  restart(automaton: string): Either<readonly Diagnostic[], InputSet> {
    return this.#edits.restart(automaton);
  }

  /** Sets an input by its text, and notes it for orchestrators to come. */
  set(name: string, text: string): Either<readonly Diagnostic[], InputSet> {
    return this.#edits.set(name, text);
  }

  /** Whether it is noted how jobs end while nobody supervises the system. */
  get seesEnds(): boolean {
    return this.#world.base.seesEnds === true;
  }

  /** From now on what cannot be enforced of limits is told, and not refused. */
  allowUnenforced(): void {
    this.#world.base.allowUnenforced?.();
  }

  /** What of limits could not be enforced here, of what operations make, a sentence each. */
  unenforceable(operations: readonly Operation[]): readonly string[] {
    return unenforceableOf(this.#world.base, operations);
  }

  /** Follows the program's files: every save is applied, unless it has errors. */
  watch(): void {
    this.#edits.watch();
  }

  /** Ends without touching what runs. */
  async stop(): Promise<void> {
    if (this.#removed === null && !this.#isStopping) {
      this.#isStopping = true;
      const leaves = this.#lease.isHeld() && baseKind(this.#options.base)?.outlives === true;
      const status = this.status();
      const unfinished = unfinishedIn(this.orchestrator.state);
      this.#leave();
      await this.orchestrator.stop();
      if (leaves) {
        await noteUnstarted(this.#world.ledger, status);
        await noteUnfinished(this.#world.ledger, unfinished);
      }
      await this.#close();
    }
    return this.closed;
  }

  /** Takes everything away, and returns what could not be. Whoever asks again gets the same answer. */
  remove(): Promise<readonly Failure[]> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  /** What people should know of a removal that is over, a sentence each. */
  get removalWarnings(): readonly string[] {
    return removalWarnings(this.system, this.#world.base);
  }

  async #remove(): Promise<readonly Failure[]> {
    this.#leave();
    const failures = await this.orchestrator.remove();
    this.#tellRemoved();
    // Who asked for it over the socket hears of it before the socket goes.
    this.#clock.later(() => void this.#close());
    return failures;
  }

  async #noteSchedule(automaton: string, scheduled: Scheduled | null): Promise<string | null> {
    try {
      await this.#inputs.note(scheduleName(automaton), scheduled === null ? "" : JSON.stringify(scheduled));
      return null;
    } catch (error) {
      if (error instanceof KernelError) return error.words;
      throw error;
    }
  }

  #explain(input: Input, effects: readonly Effect[], tell: (line: string) => void): void {
    const time = new Date(this.#clock.wallTime()).toISOString();
    for (const line of describeStep(input, effects, this.orchestrator.state)) tell(`${time} ${line}`);
  }

  #lose(): void {
    this.orchestrator.take({ _tag: "LeaseLost", why: `another process keeps ${this.system} now` });
    void this.stop().then(() => this.#tellLost());
  }

  async #lookAfterFiles(): Promise<void> {
    if (this.#isLeaving || !this.#lease.isHeld()) return;
    const why = this.#files.missing();
    if (why !== null) await this.#restored.makeAnew(why);
    else await this.#edits.keepAgain();
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#files.leave();
    this.#lease.leave();
    this.#edits.close();
  }

  async #close(): Promise<void> {
    await this.#server.close();
    await this.#world.base.close();
    if (this.#removed !== null) this.#removeFiles();
    else this.#world.state.tidy();
    this.#lease.release();
    this.#tellClosed();
  }

  /** What was written since the system was removed. Files that must stay were told of then. */
  #removeFiles(): void {
    try {
      this.#world.state.remove();
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
    }
  }
}
