/** What the commands of the REPL work on: the session, the file it came from, and the system that it is attached to. */
import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { SystemState } from "../../runtime/process/state.ts";
import { showFailures, showWarnings } from "../cli/keep.ts";
import { open, type ProgramOptions } from "../cli/program.ts";
import type { Sources } from "../cli/render/excerpt.ts";
import { silent } from "../cli/silent.ts";
import { readSource } from "../cli/source.ts";
import type { Terminal } from "../cli/terminal.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { counted, doneLine } from "../core/tally.ts";
import type { ControlClient } from "../live/control/client.ts";
import type { ChangeMessage } from "../live/control/messages.ts";
import { reach } from "../live/control/reach.ts";
import { readInputs } from "../live/ledger/inputs.ts";
import { ask, expressionFile } from "../program/ask.ts";
import type { Program } from "../program/program.ts";
import { type Assignment, settingOf } from "../program/setting.ts";
import { valuesOf } from "./changes.ts";
import { entryFile } from "./entry.ts";
import { ReplOutput } from "./output.ts";
import { Session, type Took } from "./session.ts";

const nothing = "<repl>";
/** Of many names that came out different so many are told. */
const most = 12;

export class ReplContext {
  readonly output: ReplOutput;
  readonly terminal: Terminal;
  readonly #options: ProgramOptions;
  /** What was set by hand, by name. */
  readonly #settings = new Map<string, string>();
  session: Session;
  file: string | null;
  /** To the orchestrator that runs the file's system. */
  client: ControlClient | null = null;
  /** The file that the system runs from instead. */
  elsewhere: string | null = null;
  /** Whether events are shown as they come. */
  isListening = false;
  #sources: Sources = () => null;

  constructor(terminal: Terminal, file: string | null, options: ProgramOptions) {
    this.terminal = terminal;
    this.output = new ReplOutput(terminal);
    this.#options = options;
    this.file = file;
    this.session = new Session("", (text) => this.#open(text, nothing));
  }

  get program(): Program {
    return this.session.program;
  }

  /** What inputs have by the command line and by hand. */
  get inputs(): readonly Assignment[] {
    const set = [...this.#settings].map(([name, text]) => ({ name, text }));
    return [...this.#options.input.filter(({ name }) => !this.#settings.has(name)), ...set];
  }

  get system(): string | null {
    return this.program.system;
  }

  #open(text: string, file: string): Program {
    for (const input of [this.inputs, []]) {
      const opened = open({ file, text }, { ...this.#options, input });
      if (isLeft(opened)) this.output.reportError(opened.left.message, opened.left.hint);
      else {
        this.#sources = opened.right.textOf;
        return opened.right.program;
      }
    }
    throw new Error("a program cannot be refused without inputs");
  }

  /** Reads the file; false where it cannot be read. */
  async load(file: string): Promise<boolean> {
    const source = readSource(file, this.#options.limit);
    if (isLeft(source)) {
      this.output.reportError(source.left.message);
      return false;
    }
    this.file = file;
    this.#settings.clear();
    this.session = new Session(source.right.text, (text) => this.#open(text, file));
    this.diagnose(this.session.wrong);
    const names = [...valuesOf(this.program)].length;
    this.output.quiet(`${file}: ${counted(names, "name")}`);
    this.detach();
    await this.attach();
    return true;
  }

  detach(): void {
    this.client?.close();
    this.client = null;
    this.isListening = false;
  }

  /** Looks for the orchestrator that runs this file; it may have come since. */
  async attach(): Promise<void> {
    const { system, file } = this;
    if (this.client !== null || system === null || file === null) return;
    this.elsewhere = null;
    const reached = await reach(new SystemState(system)).catch(() => null);
    if (reached?._tag === "Silent") {
      const { message, hint } = silent(system, reached);
      return this.output.reportError(message, hint);
    }
    if (reached?._tag !== "Answering") return;
    const { client } = reached;
    const status = await client.ask("status", {});
    if (isLeft(status) || status.right.file !== resolve(file)) {
      client.close();
      if (!isLeft(status)) this.elsewhere = status.right.file;
      return;
    }
    this.client = client;
    void client.closed.then(() => {
      if (this.client !== client) return;
      this.client = null;
      this.isListening = false;
      this.output.quiet(`${system} is no longer kept by anyone`);
    });
    const { good } = this.output.theme;
    this.output.write(`${good("attached")} to ${system}, which runs: what is entered is applied to it\n`);
    this.catchUp();
  }

  /** Takes over what inputs were set to where the system runs, by whomever. */
  catchUp(): void {
    if (this.client === null || this.system === null) return;
    for (const [name, text] of Object.entries(readInputs(new SystemState(this.system)))) {
      if (this.#settings.get(name) === text) continue;
      this.#settings.set(name, text);
      const setting = settingOf(this.program, name, text);
      if (setting._tag !== "Input") continue;
      this.output.quiet(`${name} is set to ${text}`);
      this.#told(this.session.set(() => this.program.setInput(setting.name, setting.value)));
    }
  }

  /** What is wrong with an entry, or with the program as it is. */
  diagnose(diagnostics: readonly Diagnostic[], entry = ""): void {
    const { program, text, tried, wrong, entry: declared } = this.session;
    const isOld = diagnostics === wrong;
    const told = isOld || declared === null ? diagnostics : declared.placed(diagnostics, program.file);
    this.output.diagnose(told, (file) => {
      if (file === expressionFile) return entry;
      if (file === entryFile) return declared?.entered ?? null;
      return file !== program.file ? this.#sources(file) : isOld ? text : tried;
    });
  }

  /** Declarations are taken into the program, and applied where it runs. */
  async declare(text: string): Promise<void> {
    if (this.#told(this.session.declare(text)) && this.client !== null) await this.applyLive();
  }

  /** Another text for the session: an edit of it. */
  async rewrite(text: string): Promise<void> {
    if (this.#told(this.session.rewrite(text)) && this.client !== null) await this.applyLive();
  }

  evaluate(text: string): void {
    const { value, diagnostics } = ask(this.program, text);
    if (diagnostics.length > 0) this.diagnose(diagnostics, text);
    else if (value._tag === "Poison")
      this.output.reportError("this depends on what is wrong in the program", ":reload shows that again");
    else this.output.print(value);
  }

  /** Sets an input, or what would be measured. */
  async set(name: string, text: string): Promise<void> {
    const setting = settingOf(this.program, name, text);
    if (setting._tag === "Refused")
      return this.output.reportError(setting.diagnostic.message, setting.diagnostic.hints[0]?.message);
    if (this.client !== null) {
      const answer = await this.client.ask("set", { name, text });
      if (isLeft(answer)) return this.output.reportError(answer.left.message, answer.left.hint);
      this.#applied(answer.right);
    }
    const { program } = this;
    const took = this.session.set(() =>
      setting._tag === "Input"
        ? program.setInput(setting.name, setting.value)
        : program.observe([[setting.cell, setting.value]]),
    );
    if (setting._tag === "Input" && took.diagnostics.length === 0) this.#settings.set(name, text);
    this.#told(took);
  }

  /** Hands the session's text to the orchestrator. */
  async applyLive(inputs: readonly Assignment[] = []): Promise<void> {
    const program = { file: resolve(this.file!), text: this.session.text, inputs };
    const answer = await this.client!.ask("apply", { program });
    if (isLeft(answer)) this.output.reportError(answer.left.message, answer.left.hint);
    else this.#applied(answer.right);
  }

  #applied({ operations, failures, warnings = [], milliseconds }: ChangeMessage): void {
    const { output } = this;
    if (failures.length > 0) output.failed = true;
    const terminal = { ...this.terminal, err: { ...this.terminal.out, write: output.write } };
    showFailures(failures, terminal);
    showWarnings(warnings, terminal);
    output.write(`applied: ${doneLine(operations, milliseconds, output.theme)}\n`);
  }

  /** Tells what an entry did; false where it was refused. */
  #told({ diagnostics, entered, changed, operations, milliseconds }: Took): boolean {
    const { output } = this;
    if (diagnostics.length > 0) {
      this.diagnose(diagnostics);
      return false;
    }
    for (const [name, value] of entered) output.write(output.line(name, value));
    for (const { name, value, clauses } of changed.slice(0, most)) {
      const note = clauses.length === 0 ? "" : `, its ${clauses.join(" and ")}`;
      output.write(`${output.theme.update("~")} ${output.line(name, value, note)}`);
    }
    if (changed.length > most) output.quiet(`~ and ${changed.length - most} more`);
    if (operations.length > 0 && this.client === null)
      output.quiet(`${this.system}: ${doneLine(operations, milliseconds)}, not applied`);
    return true;
  }
}
