/**
 * What people change of a running system: the texts of its program, saved or handed over,
 * and its inputs. Each is a transaction of the orchestrator.
 */
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { SecretStore } from "../../../runtime/secrets/store.ts";
import { restartedCell, secretCell } from "../../core/cell-key.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import { type Diagnostic, errorsOf, hasErrors } from "../../core/diagnostic.ts";
import type { Observed } from "../../program/cell-changes.ts";
import type { Program } from "../../program/program.ts";
import { type Assignment, type Setting, settingOf } from "../../program/setting.ts";
import type { Preview } from "../../program/update.ts";
import { preview as previewAgainst } from "../../reconcile.ts";
import type { InputSet } from "../control/handlers.ts";
import type { Rejected } from "../control/status.ts";
import { type NotedInputs, restartsName, restartsNoted, scheduleNoted } from "../ledger/inputs.ts";
import type { Edit } from "../loop/input.ts";
import type { Orchestrator, Taken } from "../runner/orchestrator.ts";
import { waitingIn } from "../status/planning.ts";
import { FileWarnings } from "../watch/file-warnings.ts";
import { type Followed, readText, Watch } from "../watch/files.ts";
import { filesByPlace, readAgain, watchedFiles } from "./followed-files.ts";
import { FollowedSecrets, type Versions } from "./secrets.ts";

const rejectedBy = (errors: readonly Diagnostic[]): Rejected | null => {
  const [first] = errors;
  if (first === undefined) return null;
  const { file, message, range } = first;
  return { file: resolve(file), ...range.start, message, errors: errors.length };
};

export class Edits {
  readonly #orchestrator: Orchestrator;
  readonly #inputs: NotedInputs;
  readonly #clock: Clock;
  readonly #onDiagnostics: (diagnostics: readonly Diagnostic[]) => void;
  readonly #secrets: FollowedSecrets;
  readonly #missing: FileWarnings;
  #stopSecrets: Cancel | null = null;
  #watch: Watch | null = null;
  #stopFollowing: Cancel | null = null;
  /** Texts that were saved and could not be applied: tried again with whatever is saved next. */
  readonly #rejected = new Map<string, string>();
  /** What is wrong with them. */
  #errors: readonly Diagnostic[] = [];
  #isRetryDue = false;

  constructor(
    orchestrator: Orchestrator,
    inputs: NotedInputs,
    store: SecretStore,
    clock: Clock,
    onDiagnostics: (diagnostics: readonly Diagnostic[]) => void,
  ) {
    this.#orchestrator = orchestrator;
    this.#inputs = inputs;
    this.#clock = clock;
    this.#onDiagnostics = onDiagnostics;
    this.#secrets = new FollowedSecrets(
      store,
      orchestrator.program,
      (headline, settings) => {
        this.#retrySoon();
        const cause = { event: "set", automaton: null, headline, causes: [] };
        return orchestrator.edit({ _tag: "Cells", settings }, cause);
      },
      (text) => orchestrator.journal.tell("failed", null, text),
    );
    this.#missing = new FileWarnings((event, text) => orchestrator.journal.tell(event, null, text));
  }

  get #program(): Program {
    return this.#orchestrator.program;
  }

  /** What was saved and is not applied, since it has errors; null where everything is. */
  get rejected(): Rejected | null {
    return rejectedBy(this.#errors);
  }

  /** What people should know of its files, a sentence each. */
  get warnings(): readonly string[] {
    return this.#missing.warnings;
  }

  /** Gives the program's own file another text, as one change with what the files that it reads hold now. */
  apply(text: string): Taken {
    return this.update(new Map([...readAgain(this.#program), [this.#program.file, text]]), true);
  }

  /** Gives files of the program other texts, as one change. `again`: what failed is tried again, changed or not. */
  update(texts: ReadonlyMap<string, string>, again = false): Taken {
    this.#secrets.look();
    const names = [...texts.keys()].join(", ");
    const cause = { event: "applied", automaton: null, headline: names, causes: [`${names} was saved`] };
    const taken = this.#orchestrator.edit({ _tag: "Texts", texts, again }, cause);
    if (hasErrors(taken.diagnostics)) this.#onDiagnostics(taken.diagnostics);
    this.#follow();
    return taken;
  }

  /** Reads all files of the program again. */
  reload(): Taken {
    const texts = new Map(readAgain(this.#program));
    for (const { file } of this.#program.workspace.modules.values()) {
      const text = readText(file);
      if (text !== null) texts.set(file, text);
    }
    return this.update(texts, true);
  }

  /** What another text of the program, with inputs and secrets set, would change in the world as it is. `resolved`: what it would know of names of hosts. Nothing is done. */
  plan(
    text: string,
    inputs: readonly Assignment[],
    secrets: Versions,
    resolved: readonly Observed[] = [],
  ): Preview {
    this.#secrets.look();
    const versions = Object.entries(secrets).map(([name, version]) => [secretCell(name), version] as const);
    const texts = new Map([...readAgain(this.#program), [this.#program.file, text]]);
    const { preview } = this.#program.previewAll(texts, inputs, () => null, undefined, [
      ...versions,
      ...resolved,
    ]);
    if (hasErrors(preview.diagnostics)) return preview;
    return {
      ...preview,
      operations: previewAgainst(this.#orchestrator.state.sides, preview.operations),
      waiting: waitingIn(preview.operations),
    };
  }

  /** Sets an input by its text, and notes it for orchestrators to come. */
  set(name: string, text: string): Either<readonly Diagnostic[], InputSet> {
    const taken = this.take(name, text);
    if (isLeft(taken)) return taken;
    const notKept = taken.right.setting._tag === "Input" ? this.#keep(name, text) : Promise.resolve(null);
    return right({ ...taken.right, notKept });
  }

  /** Starts the program of an automaton anew in all its instances, as its update policy says, and notes that. */
  restart(automaton: string): Either<readonly Diagnostic[], InputSet> {
    const count = (this.#program.workspace.cells.get(restartedCell(automaton)) ?? 0) + 1;
    const taken = this.#restarted(automaton, count);
    if (hasErrors(taken.diagnostics)) return left(taken.diagnostics);
    return right({ ...taken, notKept: this.#keep(restartsName(automaton), `${count}`) });
  }

  #restarted(automaton: string, count: number): Taken {
    return this.#orchestrator.edit(
      { _tag: "Cells", settings: [[restartedCell(automaton), count]] },
      {
        event: "restarted",
        automaton,
        headline: `${automaton} is restarted`,
        causes: [`a restart of ${automaton} was asked for`],
      },
    );
  }

  /** Takes what another process noted. */
  #noted(name: string, text: string): void {
    const restarts = restartsNoted(name, text);
    // Only who runs the system deals with schedules.
    if (scheduleNoted(name, text) !== null) return;
    if (restarts === null) this.take(name, text);
    else this.#restarted(restarts.automaton, restarts.count);
  }

  /** Sets an input or an observed cell by its text. */
  take(name: string, text: string): Either<readonly Diagnostic[], Taken & { readonly setting: Setting }> {
    this.#secrets.look();
    const setting = settingOf(this.#program, name, text);
    if (setting._tag === "Refused") return left([setting.diagnostic]);
    const edit: Edit =
      setting._tag === "Input"
        ? { _tag: "Input", name, value: setting.value }
        : { _tag: "Cells", settings: [[setting.cell, setting.value]] };
    const taken = this.#orchestrator.edit(edit, {
      event: "set",
      automaton: null,
      headline: `${name} = ${text}`,
      causes: [`${name} was set to ${text}`],
    });
    if (hasErrors(taken.diagnostics)) return left(taken.diagnostics);
    this.#retrySoon();
    return right({ ...taken, setting });
  }

  /** Notes an input; why it is not kept, if that cannot be. */
  async #keep(name: string, text: string): Promise<string | null> {
    try {
      await this.#inputs.note(name, text);
      return null;
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      const warning = `${name} is set, but not kept: ${error.words}`;
      this.#orchestrator.journal.tell("failed", null, warning);
      return warning;
    }
  }

  /** Notes what could not be noted before, once there is room for it. */
  async keepAgain(): Promise<void> {
    if (!this.#inputs.isPending) return;
    try {
      await this.#inputs.noteAgain();
      this.#orchestrator.journal.tell("kept", null, "the inputs that were set are kept now");
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
    }
  }

  /** Before the system runs: which secrets have a value. */
  restoreSecrets(): void {
    this.#secrets.restore();
  }

  /** Follows inputs that another process sets in the ledger, and secrets that are set. */
  followInputs(): void {
    this.#stopSecrets = this.#secrets.follow(this.#clock);
    this.#stopFollowing = this.#inputs.follow((name, text) => this.#noted(name, text));
  }

  /** Follows the program's files: every save is applied, unless it has errors. */
  watch(): void {
    this.#watch ??= new Watch(
      (changed) => this.#saved(changed),
      this.#clock,
      (paths) => this.#missing.take(this.#missingAt(paths)),
    );
    this.#follow();
  }

  /** Follows nothing any more. */
  close(): void {
    this.#stopFollowing?.();
    this.#stopSecrets?.();
    this.#watch?.close();
    this.#watch = null;
  }

  #follow(): void {
    this.#watch?.follow(watchedFiles(this.#program));
  }

  #saved(changed: readonly Followed[]): void {
    const files = filesByPlace(this.#program);
    for (const { path, text } of changed) {
      const file = files.get(path);
      if (file !== undefined) this.#rejected.set(file, text);
    }
    if (this.#rejected.size > 0) this.#tryRejected();
  }

  #tryRejected(): void {
    const texts = new Map(this.#rejected);
    this.#rejected.clear();
    const hadErrors = this.#errors.length > 0;
    const { diagnostics } = this.update(texts);
    this.#errors = errorsOf(diagnostics);
    if (this.#errors.length > 0) for (const [file, text] of texts) this.#rejected.set(file, text);
    else if (hadErrors) this.#tellMended([...texts.keys()].join(", "));
  }

  /** That there are no errors any more is told also where nothing follows from it. */
  #tellMended(names: string): void {
    const text = `${names} has no errors any more, and is what runs`;
    this.#orchestrator.journal.tell("accepted", null, text);
  }

  /** What was wrong may be right with what was set: then it is applied, else nothing is told again. */
  #retrySoon(): void {
    if (this.#rejected.size === 0 || this.#isRetryDue) return;
    this.#isRetryDue = true;
    this.#clock.soon(() => {
      this.#isRetryDue = false;
      if (this.#rejected.size === 0 || this.#watch === null) return;
      const { preview } = this.#program.previewAll(this.#rejected, [], () => null);
      if (!hasErrors(preview.diagnostics)) this.#tryRejected();
    });
  }

  #missingAt(paths: ReadonlySet<string>): ReadonlyMap<string, string> {
    const files = filesByPlace(this.#program);
    return new Map([...paths].flatMap((path) => [[path, files.get(path) ?? path] as const]));
  }
}
