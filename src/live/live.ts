/**
 * A running system: its orchestrator, and all that leads to it and from it (the lock, the
 * control socket, the files that are watched, the load that is measured).
 */
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { KernelError } from "../../runtime/kernel-error.ts";
import { ownDirectory } from "../../runtime/process/state.ts";
import type { BaseCase, Failure } from "../core/base.ts";
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import type { Operation } from "../core/operation.ts";
import type { Program } from "../program/program.ts";
import { settingOf } from "../program/setting.ts";
import type { Preview, Update } from "../program/update.ts";
import type { LiveEvent, Refusal } from "./control/messages.ts";
import { ControlServer } from "./control/server.ts";
import type { Status } from "./control/status.ts";
import { type Asked, handlersOf } from "./handlers.ts";
import { NotedInputs } from "./inputs.ts";
import { type Lock, lockSystem } from "./lock.ts";
import { type Begun, Orchestrator, type Taken } from "./orchestrator.ts";
import { statusOf } from "./report.ts";
import { Sampler } from "./sampler.ts";
import { Tenure } from "./tenure.ts";
import { type Followed, readText, Watch } from "./watch.ts";
import { openWorld, type World } from "./worlds.ts";

export interface LiveOptions {
  /** Opened and started, without errors, with a system, and with `keepSystem`. */
  readonly program: Program;
  readonly base: BaseCase["name"];
  /** Directory of all systems; by default the user's. */
  readonly stateRoot?: string;
  readonly onEvent?: (event: LiveEvent) => void;
  readonly onProgress?: (done: number, total: number, operation: Operation) => void;
  /** What is wrong with a text that was saved, and therefore not applied. */
  readonly onDiagnostics?: (diagnostics: readonly Diagnostic[]) => void;
}

const heldBy = (system: string, pid: number | null): Refusal => ({
  message: `another orchestrator${pid === null ? "" : ` (process ${pid})`} keeps ${system} already`,
  hint: `stop it first, or take everything away with \`architect down ${system}\``,
});

const refusalOf = (error: unknown): Refusal => {
  if (!(error instanceof KernelError)) throw error;
  return { message: `cannot ${error.operation}: ${error.words}` };
};

/** Makes the one orchestrator of a system. Left: there is one already, or the world cannot be reached. */
export const openLive = (options: LiveOptions): Either<Refusal, Live> => {
  const system = options.program.system!;
  let world: World;
  let lock: ReturnType<typeof lockSystem>;
  try {
    world = openWorld(system, options.base, options.stateRoot);
    lock = lockSystem(world.state.root, system);
  } catch (error) {
    return left(refusalOf(error));
  }
  if (isLeft(lock)) {
    void world.base.close();
    return left(heldBy(system, lock.left.pid));
  }
  return right(new Live(options, system, world, lock.right));
};

export class Live implements Asked {
  readonly system: string;
  readonly orchestrator: Orchestrator;
  readonly #options: LiveOptions;
  readonly #world: World;
  readonly #tenure: Tenure;
  readonly #server: ControlServer;
  #sampler: Sampler | null = null;
  #watch: Watch | null = null;
  readonly #inputs: NotedInputs;
  /** Texts that were saved and could not be applied: tried again with whatever is saved next. */
  readonly #rejected = new Map<string, string>();
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

  constructor(options: LiveOptions, system: string, world: World, lock: Lock) {
    this.#options = options;
    this.system = system;
    this.#world = world;
    this.#inputs = new NotedInputs(world.state);
    this.#tenure = new Tenure(lock, {
      root: world.state.root,
      system,
      onReturn: () => void this.#returnToFiles(),
      onLoss: () => this.#lose(),
    });
    const { program, onProgress } = options;
    this.orchestrator = new Orchestrator({
      program,
      base: world.base,
      senses: world.senses,
      isKept: () => this.#tenure.isKept(),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    this.#server = new ControlServer(handlersOf(this));
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
    this.#inputs.restore(this.program);
    const { root, directory } = this.#world.state;
    ownDirectory(root);
    await this.#server.listen(ownDirectory(directory));
    this.#tenure.watch();
    const begun = await this.orchestrator.start();
    this.#sampler = new Sampler(this.orchestrator);
    return begun;
  }

  /** Resolves when nothing more will happen by itself: what can be ready is. */
  settled(): Promise<void> {
    return this.orchestrator.outlook.quiet();
  }

  status(): Status {
    return statusOf(this.orchestrator, this.system, this.#options.base);
  }

  /** Gives files of the program other texts, as one change. */
  update(texts: ReadonlyMap<string, string>): Taken {
    const names = [...texts.keys()].join(", ");
    const taken = this.orchestrator.change(
      { event: "applied", automaton: null, headline: names, causes: [`${names} was saved`] },
      () => this.program.updateAll(texts),
    );
    if (hasErrors(taken.diagnostics)) this.#reject(names, taken.diagnostics);
    else this.#follow();
    return taken;
  }

  /** Reads all its files again. */
  reload(): Taken {
    const texts = new Map<string, string>();
    for (const { file } of this.program.workspace.modules.values()) {
      const text = readText(file);
      if (text !== null) texts.set(file, text);
    }
    return this.update(texts);
  }

  /** What another text of the program would change in the world as it is. Nothing is done. */
  plan(text: string): Preview {
    const preview = this.program.preview(text);
    if (hasErrors(preview.diagnostics)) return preview;
    return { ...preview, operations: this.orchestrator.reconciler.preview(preview.operations) };
  }

  /** Sets an input by its text. */
  set(name: string, text: string): Either<readonly Diagnostic[], Taken> {
    const setting = settingOf(this.program, name, text);
    if (setting._tag === "Refused") return left([setting.diagnostic]);
    const transaction = (): Update =>
      setting._tag === "Input"
        ? this.program.setInput(name, setting.value)
        : this.program.observe([[setting.cell, setting.value]]);
    const taken = this.orchestrator.change(
      {
        event: "set",
        automaton: null,
        headline: `${name} = ${text}`,
        causes: [`${name} was set to ${text}`],
      },
      transaction,
    );
    if (hasErrors(taken.diagnostics)) return left(taken.diagnostics);
    if (setting._tag === "Input") this.#inputs.note(name, text);
    return right(taken);
  }

  /** Follows the program's files: every save is applied, unless it has errors. */
  watch(): void {
    this.#watch ??= new Watch((changed) => this.#saved(changed));
    this.#follow();
  }

  /** Ends without touching what runs. */
  async stop(): Promise<void> {
    if (this.#removed === null && !this.#isStopping) {
      this.#isStopping = true;
      this.#leave();
      await this.orchestrator.stop();
      await this.#close();
    }
    return this.closed;
  }

  /** Takes everything away, and returns what could not be. Whoever asks again gets the same answer. */
  remove(): Promise<readonly Failure[]> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  async #remove(): Promise<readonly Failure[]> {
    this.#leave();
    const failures = await this.orchestrator.remove();
    this.#tellRemoved();
    // Who asked for it over the socket hears of it before the socket goes.
    setImmediate(() => void this.#close());
    return failures;
  }

  #lose(): void {
    this.orchestrator.journal.tell("lost", null, `another process keeps ${this.system} now`);
    void this.stop().then(() => this.#tellLost());
  }

  async #returnToFiles(): Promise<void> {
    const { directory } = this.#world.state;
    const why = `the files of ${this.system} were taken away`;
    this.orchestrator.journal.tell("drift", null, why);
    try {
      await this.#server.listen(ownDirectory(directory));
      this.#inputs.writeAgain();
    } catch (error) {
      // It goes on without: whoever takes them away again and again is told of at least.
      this.orchestrator.journal.tell("failed", null, `make them anew: ${(error as Error).message}`, [why]);
    }
    await this.orchestrator.lookAgain(why);
  }

  #leave(): void {
    this.#tenure.leave();
    this.#sampler?.close();
    this.#watch?.close();
  }

  async #close(): Promise<void> {
    await this.#server.close();
    await this.#world.base.close();
    if (this.#removed !== null) this.#world.state.remove();
    else this.#world.state.tidy();
    this.#tenure.release();
    this.#tellClosed();
  }

  #follow(): void {
    const followed = [...this.program.workspace.modules.values()].map(({ file, document }) => ({
      path: resolve(file),
      text: document.text,
    }));
    this.#watch?.follow(followed);
  }

  #saved(changed: readonly Followed[]): void {
    const files = new Map([...this.program.workspace.modules.keys()].map((file) => [resolve(file), file]));
    for (const { path, text } of changed) {
      const file = files.get(path);
      if (file !== undefined) this.#rejected.set(file, text);
    }
    if (this.#rejected.size === 0) return;
    const texts = new Map(this.#rejected);
    this.#rejected.clear();
    const { diagnostics } = this.update(texts);
    if (hasErrors(diagnostics)) for (const [file, text] of texts) this.#rejected.set(file, text);
  }

  #reject(names: string, diagnostics: readonly Diagnostic[]): void {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
    const text = `${names} has errors and changes nothing: ${errors[0]?.message}${more}`;
    this.orchestrator.journal.tell("rejected", null, text, [`${names} was saved`]);
    this.#options.onDiagnostics?.(diagnostics);
  }
}
