/**
 * Starts, adopts and ends the processes of a system, in their instances. A process outlives its manager: the next
 * one finds it by what the kernel shows of it.
 */
import { constants } from "node:os";
import type { EndedProcess, RunningProcess } from "../../src/core/base.ts";
import {
  type Hosts,
  type InstanceFiles,
  type Process,
  processKey,
  type ResourceKey,
} from "../../src/core/resource.ts";
import type { Exit } from "../ffi/wait.ts";
import { KernelError } from "../kernel-error.ts";
import { SystemLimits } from "../limits/system-limits.ts";
import { namespaceInode } from "../namespaces.ts";
import { confinementOf } from "./confinement.ts";
import type { Account } from "./credentials.ts";
import { endedSingly, endInOrder } from "./ending-order.ts";
import { runHealthCommand } from "./health-command.ts";
import { clearHosts, readHosts, writeHosts } from "./hosts.ts";
import { checkKeptRoom } from "./kept/room-for.ts";
import { KeptSizes } from "./kept/sizes.ts";
import { type KillTarget, programTarget } from "./kill-target.ts";
import { Leftovers } from "./leftovers.ts";
import { keepLogs, keptRoot } from "./log/kept.ts";
import { whyUnkept } from "./log/unkept.ts";
import { LogWriter, type PipeHolder } from "./log/writer-client.ts";
import { filesOf } from "./own-files.ts";
import { isAlive, livesIn, readEnvironment } from "./proc.ts";
import { type InstanceProcess, scanProcesses } from "./process-scan.ts";
import { type ExitEvent, type InstanceReference, ProcessTable } from "./process-table.ts";
import { readRecord, readRecords, removeRecord } from "./record.ts";
import { filesHeld, reloadFiles } from "./reload.ts";
import { type SecretValues, secretValues } from "./secret-values.ts";
import { checkShared } from "./shared-files.ts";
import { Spawners } from "./spawners.ts";
import { accountFor, startArtifact, startable, untilKnown } from "./start-artifact.ts";
import type { SystemState } from "./state.ts";
import { SystemTargets } from "./system-targets.ts";
import { Terminator } from "./terminator.ts";
import { unconfined } from "./unconfined.ts";

/** How a process manager ends processes. */
export interface ProcessManagerOptions {
  /** Milliseconds between SIGTERM and SIGKILL; by default ten seconds. */
  readonly graceMs?: number;
  /** Whether the namespace that a descriptor is open on is the system's: in others nothing is ended. By default all are. */
  readonly isOurs?: (namespace: number) => boolean;
}

/**
 * The processes of one system. There may be several managers at a time, but only one that starts and stops.
 */
export class ProcessManager {
  readonly state: SystemState;
  readonly limits: SystemLimits;
  readonly #graceMs: number;
  /** Why logs were not kept when all was destroyed; undefined: that was not done yet. */
  #unkept: string | null | undefined;
  readonly #spawners = new Spawners();
  readonly #terminator = new Terminator();
  readonly #targets: SystemTargets;
  readonly #leftovers: Leftovers;
  readonly #table: ProcessTable;
  readonly #logWriter: LogWriter;
  readonly #accounts = new WeakMap<InstanceProcess, Account | null>();
  /** The variables that hold secrets, as artifacts were started with them. */
  readonly #secrets = new WeakMap<InstanceProcess, SecretValues["env"]>();

  constructor(state: SystemState, options: ProcessManagerOptions = {}) {
    this.state = state;
    this.#graceMs = options.graceMs ?? 10_000;
    this.#targets = new SystemTargets(state, options.isOurs ?? (() => true));
    this.#leftovers = new Leftovers(state, this.#terminator);
    this.limits = new SystemLimits(state, state.directory, { sizes: new KeptSizes(state) });
    this.#table = new ProcessTable(state, this.#leftovers, this.limits);
    this.#logWriter = new LogWriter(state, () => this.#pipeHolders());
  }

  /** The artifacts that run, as far as has been seen. */
  get known(): ReadonlyMap<ResourceKey, RunningProcess> {
    return this.#table.known;
  }

  /** Those that ended by themselves and were followed by no other, as `running` last saw it. */
  get ended(): ReadonlyMap<ResourceKey, EndedProcess> {
    return this.#table.ended;
  }

  /** Everything that runs, read from the kernel now. What is new to this manager is adopted. */
  running(): ReadonlyMap<ResourceKey, InstanceProcess> {
    return this.#table.look();
  }

  /** Whether the artifact of an instance runs at this moment, as far as one is known. */
  isRunning(key: ResourceKey): boolean {
    const artifact = this.#table.known.get(key);
    return artifact !== undefined && isAlive(artifact.pid, artifact.startTime);
  }

  /**
   * Instances whose artifact, or what it started, lives on where no name leads, as `running`
   * last saw it: their namespace lost its name. `stop` ends it.
   */
  nameless(): readonly InstanceReference[] {
    return this.#table.nameless();
  }

  /** Starts what starts processes, the thread and the log writer: they take some 50 ms, and a first start would wait. */
  warm(): void {
    this.#spawners.usual.warm();
    this.#logWriter.ensure();
  }

  /** Why it could not be started now: a user, a command, a directory or a secret that is not there, or no room for what it keeps. Null: nothing is missing. */
  refusal(process: Process): Error | null {
    try {
      const account = accountFor(process);
      const secrets = secretValues(this.state, process);
      startable(this.state, process, account, secrets.env);
      filesOf(process, account, secrets.own);
      checkKeptRoom(this.state, process, this.limits.stateSizes(process));
      confinementOf(process, this.limits.allowsUnenforced);
      checkShared(process.shares);
      return null;
    } catch (error) {
      // Whatever it is, it is in the way of this process, and of nothing else.
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /**
   * Starts the artifact of an instance whose namespace exists. After an error, a `KernelError`, nothing
   * of it is there: ENOENT and EACCES name the command; EBUSY: it runs already.
   */
  async start(process: Process): Promise<RunningProcess> {
    const key = processKey(process.automaton, process.index);
    const account = accountFor(process);
    const secrets = secretValues(this.state, process);
    const program = startable(this.state, process, account, secrets.env);
    const known = this.#table.known.get(key);
    const where = known === undefined ? null : livesIn(known);
    if (known !== undefined && where !== null) {
      const what = `run ${JSON.stringify(process.argv[0])}`;
      if (where === namespaceInode(process.netns))
        throw new KernelError(what, "EBUSY", `${key} runs already, as process ${known.pid}`);
      await this.stop(process);
    }
    // It may be gone without having been reported: from now on its end would pass for that of its successor.
    this.#table.remove(key);
    await this.#leftovers.clear(key);
    removeRecord(this.state, process.automaton, process.index);
    const context = {
      state: this.state,
      spawner: this.#spawners.of(process.grants),
      terminator: this.#terminator,
      logWriter: this.#logWriter,
      limits: this.limits,
    };
    const artifact = await startArtifact(context, process, program, secrets);
    this.#secrets.set(artifact, secrets.env);
    this.#accounts.set(artifact, account);
    this.#table.add(key, artifact);
    await untilKnown(artifact);
    return artifact;
  }

  /**
   * Ends everything that lives in the instance's namespace: the artifact, what it
   * started, and guests. Nothing to do where nothing lives. Reported as no exit. Throws a `KernelError` (ETIMEDOUT)
   * where something does not even end by SIGKILL.
   */
  async stop({ automaton, index, netns }: InstanceReference): Promise<void> {
    const key = processKey(automaton, index);
    if (!this.#table.hasLooked) this.running();
    const known = this.#table.known.get(key);
    this.#table.remove(key);
    if (known !== undefined) await this.#stopProgram(known);
    const targets = this.#targets.inInstance(netns, known, this.#leftovers.take(key));
    await this.#terminator.endAll(targets, `stop ${key}`, this.#graceMs);
    await this.#leftovers.ended(key);
    removeRecord(this.state, automaton, index);
    if (known !== undefined) await this.flushLog(automaton, index);
  }

  /**
   * Waits until what the programs of an instance have written stands in its log. The log's length then, in bytes; null
   * where nothing writes it now.
   */
  flushLog(automaton: string, index: number): Promise<number | null> {
    return this.#logWriter.flush(automaton, index);
  }

  /** What the files of running processes hold that are replaced while they run, as `running` last saw them. */
  heldFiles(): readonly InstanceFiles[] {
    return filesHeld(this.state, this.#table.known);
  }

  /** Puts files in place of those that a process has, and tells it by a signal. */
  async reloadFiles(files: InstanceFiles): Promise<void> {
    const { automaton, index } = files;
    if (!this.#table.hasLooked) this.running();
    const known = this.#table.known.get(processKey(automaton, index));
    await reloadFiles(this.state, this.#spawners.usual, files, known);
  }

  /** What the processes that are known are not kept from, as it is noted, a sentence each. */
  unconfined(): readonly string[] {
    return [...this.#table.known.values()].flatMap((artifact) => unconfined(this.state, artifact));
  }

  /** The host tables that exist; what `writeHosts` wrote. */
  hosts(): readonly Hosts[] {
    return readHosts(this.state);
  }

  /** Gives an automaton its names. Processes that run see them from now on. */
  writeHosts(hosts: Hosts): void {
    writeHosts(this.state, hosts);
  }

  /** Takes an automaton its names. */
  clearHosts(automaton: string): void {
    clearHosts(this.state, automaton);
  }

  /**
   * Runs a command beside the artifact of an instance, with its variables and its view, and without output. Null where it took
   * longer than `timeoutMs`, and was ended. What it started ends with it. Throws a `KernelError`: ENOENT and EACCES name the command;
   * ESRCH: there is no artifact.
   */
  async probe(process: Process, argv: readonly string[], timeoutMs: number): Promise<Exit | null> {
    const known = this.#table.known.get(processKey(process.automaton, process.index));
    const account = this.#accountOf(process, known);
    const command = startable(this.state, process, account, this.#secretsOf(process, known), argv);
    if (known === undefined || known.init === null)
      throw new KernelError(
        `run ${JSON.stringify(argv[0])}`,
        "ESRCH",
        "there is no program to run it beside",
      );
    const { grants } = process;
    const context = {
      spawner: this.#spawners.of(grants),
      watcher: this.#table.watcher,
      terminator: this.#terminator,
    };
    return runHealthCommand(context, { ...known, init: known.init }, command, timeoutMs, grants);
  }

  /** Reports each artifact that ends without being stopped, adopted ones too, until the result is called. */
  onExit(listener: (event: ExitEvent) => void): () => void {
    this.#spawners.usual.warm();
    const stop = this.#table.onExit(listener);
    if (this.#table.known.size > 0) this.#logWriter.ensure();
    return stop;
  }

  get unkept(): string | null {
    return this.#unkept === undefined ? whyUnkept(keptRoot(this.state.root)) : this.#unkept;
  }

  /** Ends every process of the system and removes its files. Goes on after errors, and returns them. */
  async destroy(): Promise<readonly Error[]> {
    this.#table.clear();
    const records = readRecords(this.state);
    const scan = scanProcesses(this.state, records);
    const what = `stop the processes of ${this.state.system}`;
    const end = (targets: readonly KillTarget[]) =>
      Promise.allSettled(targets.map((target) => this.#terminator.end(target, what, this.#graceMs)));
    const singly = endedSingly([...scan.running.values()], records);
    // What waits for nobody, and needs no signal of its own, is told at once, however long others hold out.
    const inOrder = endInOrder(singly, records, (each) => this.#endInstance(each));
    await Promise.all([inOrder, end(this.#targets.inSystem(scan, singly)[0])]);
    const [targets, errors] = this.#targets.inSystem(scan);
    const ended = await end(targets);
    // Later: a program that prints much while it ends would wait for a writer, and what it says last belongs to its log.
    const stopped = await Promise.allSettled([this.#logWriter.stop(this.#terminator)]);
    this.#unkept = keepLogs(this.state);
    const unlimited = await this.limits.destroy();
    const removed = await Promise.allSettled([(async () => this.state.remove())()]);
    const refused = [...ended, ...stopped, ...removed].filter((result) => result.status === "rejected");
    return [...errors, ...unlimited, ...refused.map(({ reason }) => reason as Error)];
  }

  async #endInstance(artifact: InstanceProcess): Promise<void> {
    const { netns, automaton, index } = artifact;
    await this.#stopProgram(artifact);
    const targets = this.#targets.inInstance(netns, artifact, []);
    await this.#terminator.endAll(targets, `stop ${processKey(automaton, index)}`, this.#graceMs);
  }

  /** Ends the threads. Processes, the log writer and files stay as they are. */
  async close(): Promise<void> {
    this.#logWriter.close();
    await Promise.all([this.#spawners.close(), this.#table.close()]);
  }

  /** The user that a process runs as: looked up once for all that is run beside an artifact, which keeps its user. */
  #accountOf(process: Process, artifact: InstanceProcess | undefined): Account | null {
    const known = artifact && this.#accounts.get(artifact);
    if (known !== undefined) return known;
    const account = accountFor(process);
    if (artifact !== undefined) this.#accounts.set(artifact, account);
    return account;
  }

  /** What an artifact has in its variables for secrets: it keeps that, also where the store has other values by now. */
  #secretsOf(process: Process, artifact: InstanceProcess | undefined): SecretValues["env"] {
    if (process.secrets === undefined) return {};
    const known = artifact && this.#secrets.get(artifact);
    if (known !== undefined) return known;
    const shown = artifact && readEnvironment(artifact.pid);
    const names = Object.keys(process.secrets.env);
    const found = names.flatMap((name) => {
      const value = shown?.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const env = Object.fromEntries(found);
    if (artifact !== undefined) this.#secrets.set(artifact, env);
    return env;
  }

  /** Ends a program that says how, by its signal and within its time; what it leaves ends as everything does. */
  async #stopProgram(program: InstanceProcess): Promise<void> {
    const { automaton, index } = program;
    const { stop } = readRecord(this.state, automaton, index) ?? {};
    const signal = constants.signals[stop?.signal as NodeJS.Signals];
    if (stop === undefined || signal === undefined) return;
    const what = `stop ${processKey(automaton, index)}`;
    await this.#terminator.end(programTarget(program, signal), what, stop.graceMs ?? this.#graceMs);
  }

  /** The instances that write to logs now. */
  *#pipeHolders(): Iterable<PipeHolder> {
    for (const { automaton, index, init } of this.#table.known.values())
      if (init !== null) yield { automaton, index, init };
  }
}
