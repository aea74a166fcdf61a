/** Read, evaluate, print, and again: on a terminal with a line editor, or from a pipe. */

import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { isLeft } from "fp-ts/lib/Either.js";
import { SystemState } from "../../runtime/process/state.ts";
import { aboutEntity, aboutValue } from "../assist/about.ts";
import { complete } from "../assist/completion/complete.ts";
import { definitionNamed } from "../assist/entity.ts";
import { written } from "../assist/written.ts";
import { type ExitCode, exit } from "../cli/command.ts";
import { complain } from "../cli/complain.ts";
import { toMermaid } from "../cli/graph/mermaid.ts";
import { graphOf } from "../cli/graph/model.ts";
import { open, readSource, type Wishes } from "../cli/program.ts";
import { renderDiagnostics } from "../cli/render/diagnostic.ts";
import { renderEvent } from "../cli/render/event.ts";
import { renderExplanation } from "../cli/render/explanation.ts";
import { type Planned, renderPlan } from "../cli/render/plan.ts";
import { renderStatus } from "../cli/render/status.ts";
import { type Theme, theme } from "../cli/render/theme.ts";
import type { Terminal } from "../cli/terminal.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { nearest } from "../core/nearest.ts";
import { doneLine } from "../core/tally.ts";
import { kindOf } from "../language/describe.ts";
import type { Value } from "../language/value.ts";
import { ControlClient } from "../live/control/client.ts";
import { ask, expressionFile } from "../program/ask.ts";
import { explain } from "../program/explain.ts";
import { settingOf } from "../program/setting.ts";
import { plan as planOf } from "../reconcile.ts";
import { coloured, runsOf } from "./colour.ts";
import { drawing } from "./drawing.ts";
import { historyPath, kept } from "./line/history.ts";
import { Prompt } from "./line/prompt.ts";
import type { Completion } from "./line/state.ts";
import { reading, unfinished } from "./reading.ts";
import { Session, type Took } from "./session.ts";

/** The commands, as `:help` shows them. */
const commands: readonly (readonly [name: string, form: string, what: string])[] = [
  ["help", ":help", "this list"],
  ["type", ":type EXPR", "what an expression is"],
  ["doc", ":doc NAME", "what is known of a name"],
  ["load", ":load FILE", "work on another file"],
  ["reload", ":reload", "read the file again, without what was entered"],
  ["plan", ":plan", "what applying would change"],
  ["apply", ":apply", "apply to the running system"],
  ["set", ":set NAME=VALUE", "set a live input"],
  ["explain", ":explain NAME", "what an automaton was computed from"],
  ["graph", ":graph", "draw the system"],
  ["status", ":status", "the running system"],
  ["events", ":events", "show what happens from now on; again: no more"],
  ["quit", ":quit", "leave"],
];

const nothing = "<repl>";

export class Repl {
  readonly #terminal: Terminal;
  readonly #theme: Theme;
  readonly #wishes: Wishes;
  #session: Session;
  #file: string | null;
  #client: ControlClient | null = null;
  #listening = false;
  #sources: (file: string) => string | null = () => null;
  #write: (text: string) => void;
  failed = false;

  constructor(terminal: Terminal, file: string | null, wishes: Wishes) {
    this.#terminal = terminal;
    this.#theme = theme(terminal.out.colour);
    this.#wishes = wishes;
    this.#file = file;
    this.#write = (text) => terminal.out.write(text);
    this.#session = this.#open("", nothing);
  }

  #open(text: string, file: string): Session {
    const opened = open({ file, text }, this.#wishes);
    if (isLeft(opened)) {
      this.#complain(opened.left.message, opened.left.hint);
      const bare = open({ file, text }, { ...this.#wishes, input: [] });
      if (isLeft(bare)) throw new Error(bare.left.message);
      this.#sources = bare.right.textOf;
      return new Session(bare.right.program, text);
    }
    this.#sources = opened.right.textOf;
    return new Session(opened.right.program, text);
  }

  /** Reads the file; false where it cannot be read. */
  async load(file: string): Promise<boolean> {
    const source = readSource(file);
    if (isLeft(source)) {
      this.#complain(source.left.message);
      return false;
    }
    this.#file = file;
    this.#session = this.#open(source.right.text, file);
    const { program } = this.#session;
    this.#diagnose(program.diagnostics);
    const names = [...this.#session.values()].length;
    this.#write(this.#theme.quiet(`${file}: ${names} ${names === 1 ? "name" : "names"}\n`));
    await this.#attach();
    return true;
  }

  async #attach(): Promise<void> {
    this.#client?.close();
    this.#client = null;
    this.#listening = false;
    const { system } = this.#session.program;
    if (system === null || this.#file === null) return;
    const client = await ControlClient.open(new SystemState(system).directory).catch(() => null);
    if (client === null) return;
    const status = await client.ask("status", {});
    if (isLeft(status) || status.right.file !== resolve(this.#file)) {
      client.close();
      return;
    }
    this.#client = client;
    void client.closed.then(() => {
      if (this.#client === client) {
        this.#client = null;
        this.#write(this.#theme.quiet(`${system} is no longer kept by anyone\n`));
      }
    });
    this.#write(
      `${this.#theme.good("attached")} to ${system}, which runs: what is entered is applied to it\n`,
    );
  }

  #complain(message: string, hint?: string): void {
    this.failed = true;
    complain(
      { out: this.#terminal.out, err: { ...this.#terminal.err, write: (text) => this.#write(text) } },
      { message, ...(hint === undefined ? {} : { hint }) },
    );
  }

  #diagnose(diagnostics: readonly Diagnostic[], entry = ""): void {
    if (diagnostics.length === 0) return;
    this.failed = true;
    const { program, tried } = this.#session;
    const textOf = (file: string): string | null =>
      file === expressionFile ? entry : file === program.file ? tried : this.#sources(file);
    this.#write(renderDiagnostics(diagnostics, textOf, this.#theme));
  }

  #width(): number {
    return Math.min(this.#terminal.out.columns() ?? 100, 100);
  }

  #print(value: Value): void {
    if (value._tag === "Composition") this.#write(drawing(value, this.#theme));
    else this.#write(`${coloured(written(value, this.#width()), this.#theme)}\n`);
  }

  /** `name = value` in a line, or what kind of thing it is. */
  #line(name: string, value: Value): string {
    const simple = ["Quantity", "String", "Bool", "List", "Record"].includes(value._tag);
    const text = simple ? `${name} = ${written(value, this.#width() - name.length - 3)}` : name;
    const kind = simple
      ? ""
      : this.#theme.quiet(`: ${value._tag === "Composition" ? aboutValue(value).kind : kindOf(value)}`);
    return `${coloured(text, this.#theme)}${kind}\n`;
  }

  #took({ diagnostics, entered, changed, operations, milliseconds }: Took): boolean {
    if (diagnostics.length > 0) {
      this.#diagnose(diagnostics);
      return false;
    }
    for (const [name, value] of entered) this.#write(this.#line(name, value));
    const shown = changed.slice(0, 12);
    for (const [name, value] of shown) this.#write(`${this.#theme.update("~")} ${this.#line(name, value)}`);
    if (changed.length > shown.length)
      this.#write(this.#theme.quiet(`~ and ${changed.length - shown.length} more\n`));
    if (operations.length > 0 && this.#client === null)
      this.#write(
        this.#theme.quiet(
          `${this.#session.program.system}: ${doneLine(operations, milliseconds, this.#theme)}, not applied\n`,
        ),
      );
    return true;
  }

  async #applyLive(): Promise<void> {
    if (this.#client === null || this.#file === null) return;
    const program = { file: resolve(this.#file), text: this.#session.text, inputs: [] };
    const answer = await this.#client.ask("apply", { program });
    if (isLeft(answer)) return this.#complain(answer.left.message, answer.left.hint);
    const { operations, failures, milliseconds } = answer.right;
    for (const { key, message } of failures) this.#complain(`${key}: ${message}`);
    this.#write(`applied: ${doneLine(operations, milliseconds, this.#theme)}\n`);
  }

  /** One entry. True: it was asked to leave. */
  async enter(text: string): Promise<boolean> {
    const read = reading(text);
    switch (read._tag) {
      case "Nothing":
        return false;
      case "Command":
        return this.#command(read.name, read.rest);
      case "Declarations":
        if (this.#took(this.#session.declare(text))) await this.#applyLive();
        return false;
      case "Expression": {
        const { value, diagnostics } = ask(this.#session.program, text);
        if (diagnostics.length > 0) this.#diagnose(diagnostics, text);
        else this.#print(value);
        return false;
      }
    }
  }

  async #command(word: string, rest: string): Promise<boolean> {
    const found = commands.filter(([name]) => name.startsWith(word) && word !== "");
    const exact = found.find(([name]) => name === word) ?? (found.length === 1 ? found[0] : undefined);
    if (exact === undefined) {
      const meant = nearest(
        word,
        commands.map(([name]) => name),
      );
      const hint =
        found.length > 1
          ? `it could be ${found.map(([name]) => `:${name}`).join(", ")}`
          : meant === null
            ? ":help lists them"
            : `did you mean :${meant}?`;
      this.#complain(`there is no command :${word}`, hint);
      return false;
    }
    switch (exact[0]) {
      case "quit":
        return true;
      case "help":
        this.#help();
        break;
      case "type":
        this.#type(rest);
        break;
      case "doc":
        this.#doc(rest);
        break;
      case "load":
        if (rest === "") this.#complain(":load needs a file");
        else await this.load(rest);
        break;
      case "reload":
        if (this.#file === null) this.#complain("there is no file to read again");
        else await this.load(this.#file);
        break;
      case "plan":
        await this.#plan();
        break;
      case "apply":
        if (this.#client === null)
          this.#complain("no running system is attached", "`architect run FILE` starts one, then :reload");
        else await this.#applyLive();
        break;
      case "set":
        await this.#set(rest);
        break;
      case "explain":
        await this.#explain(rest);
        break;
      case "graph":
        this.#graph(rest);
        break;
      case "status":
        await this.#status();
        break;
      case "events":
        await this.#events();
        break;
    }
    return false;
  }

  #help(): void {
    for (const [, form, what] of commands) this.#write(`  ${this.#theme.name(form.padEnd(18))}${what}\n`);
    this.#write("Anything else is an expression or declarations; a beginning of a command is enough.\n");
  }

  #type(rest: string): void {
    const { value, diagnostics } = ask(this.#session.program, rest);
    if (diagnostics.length > 0) this.#diagnose(diagnostics, rest);
    else this.#write(`${aboutValue(value).kind}\n`);
  }

  #doc(name: string): void {
    const { workspace, file } = this.#session.program;
    const definition = definitionNamed(workspace, file, name);
    const about =
      definition !== null
        ? aboutEntity(workspace, { _tag: "Definition", definition })
        : aboutEntity(workspace, { _tag: "Builtin", name });
    if (about === null || (definition === null && about.doc === null)) {
      this.#complain(`nothing is called ${name}`);
      return;
    }
    this.#write(`${coloured(about.code, this.#theme)}\n${this.#theme.quiet(about.kind)}\n`);
    if (about.doc !== null) this.#write(`${about.doc}\n`);
  }

  async #plan(): Promise<void> {
    const { program, text } = this.#session;
    const { system } = program;
    if (system === null) return this.#complain("there is no system", "write `system NAME = …`");
    if (this.#client === null) {
      const operations = planOf(program.resources(), new Map()).map((one) => ({
        ...one,
        because: program.because(one),
      }));
      this.#write(renderPlan({ system, operations }, this.#terminal.out.columns(), this.#theme));
      this.#write(this.#theme.quiet("no running system is attached: this is all of it, from nothing\n"));
      return;
    }
    const asked = { file: resolve(this.#file!), text, inputs: [] };
    const answer = await this.#client.ask("plan", { program: asked });
    if (isLeft(answer)) return this.#complain(answer.left.message, answer.left.hint);
    const operations = answer.right.operations as unknown as readonly Planned[];
    this.#write(renderPlan({ system, operations }, this.#terminal.out.columns(), this.#theme));
  }

  async #set(rest: string): Promise<void> {
    const at = rest.indexOf("=");
    if (at < 1) return this.#complain(":set needs NAME=VALUE");
    const [name, text] = [rest.slice(0, at).trim(), rest.slice(at + 1).trim()];
    const { program } = this.#session;
    const setting = settingOf(program, name, text);
    if (setting._tag === "Refused")
      return this.#complain(setting.diagnostic.message, setting.diagnostic.hints[0]?.message);
    if (this.#client !== null) {
      const answer = await this.#client.ask("set", { name, text });
      if (isLeft(answer)) return this.#complain(answer.left.message, answer.left.hint);
      this.#write(`applied: ${doneLine(answer.right.operations, answer.right.milliseconds, this.#theme)}\n`);
    }
    this.#took(
      this.#session.set(() =>
        setting._tag === "Input"
          ? program.setInput(setting.name, setting.value)
          : program.observe([[setting.cell, setting.value]]),
      ),
    );
  }

  async #explain(name: string): Promise<void> {
    const { program } = this.#session;
    if (this.#client !== null) {
      const answer = await this.#client.ask("explain", { name });
      if (isLeft(answer)) return this.#complain(answer.left.message, answer.left.hint);
      const found = answer.right as unknown as NonNullable<ReturnType<typeof explain>>;
      this.#write(renderExplanation(found, this.#terminal.out.columns(), this.#theme));
      return;
    }
    const found = explain(program, name);
    if (found === null)
      return this.#complain(`there is no automaton ${name} in ${program.system ?? "any system"}`);
    this.#write(renderExplanation(found, this.#terminal.out.columns(), this.#theme));
  }

  #graph(rest: string): void {
    const { program } = this.#session;
    const { system } = program;
    if (system === null) {
      this.#complain("there is no system", "write `system NAME = …`");
      return;
    }
    if (rest === "mermaid") {
      this.#write(toMermaid(graphOf(system, program.resources())));
      return;
    }
    const definition = definitionNamed(program.workspace, program.file, system);
    if (definition !== null) this.#print(program.workspace.valueOf(definition));
  }

  async #status(): Promise<void> {
    if (this.#client === null) return this.#complain("no running system is attached");
    const answer = await this.#client.ask("status", {});
    if (isLeft(answer)) return this.#complain(answer.left.message);
    this.#write(renderStatus(answer.right, false, this.#terminal.out.columns(), this.#theme));
  }

  async #events(): Promise<void> {
    if (this.#client === null) return this.#complain("no running system is attached");
    this.#listening = !this.#listening;
    this.#write(
      this.#theme.quiet(this.#listening ? "showing what happens\n" : "no longer showing what happens\n"),
    );
    if (!this.#listening) return;
    await this.#client.listen((event) => {
      if (this.#listening) this.#write(renderEvent(event, this.#terminal.out.columns(), this.#theme));
    });
  }

  #complete(text: string, cursor: number): Completion {
    const called = /^\s*:(\w*)$/.exec(text.slice(0, cursor));
    if (called !== null) {
      const candidates = commands
        .filter(([name]) => name.startsWith(called[1]!))
        .map(([name, , what]) => ({ text: `${name} `, detail: what }));
      return { from: cursor - called[1]!.length, to: cursor, candidates };
    }
    const lead = /^\s*:\w+\s+/.exec(text)?.[0].length ?? 0;
    const { program } = this.#session;
    const { from, candidates } = complete({
      workspace: program.workspace,
      file: program.file,
      text: lead > 0 ? `let _ = ${text.slice(lead)}` : declares(text) ? text : `let _ = ${text}`,
      offset: (lead > 0 || !declares(text) ? 8 : 0) + cursor - lead,
      programs: () => [],
      module: (file) => program.workspace.modules.get(file) ?? null,
    });
    const shift = lead > 0 || !declares(text) ? lead - 8 : 0;
    return {
      from: from + shift,
      to: cursor,
      candidates: candidates.map((each) => ({ text: each.text, detail: each.detail })),
    };
  }

  /** On a terminal, with a line editor. */
  async converse(): Promise<ExitCode> {
    const { stdin, stdout } = process;
    const prompt = new Prompt(
      stdin,
      {
        write: (text) => void stdout.write(text),
        size: () => ({ columns: stdout.columns || 80, lines: stdout.rows || 24 }),
        onResize: (listener) => {
          stdout.on("resize", listener);
          return () => stdout.off("resize", listener);
        },
      },
      kept(historyPath(process.env)),
      { finished: (text) => !unfinished(text), complete: (text, cursor) => this.#complete(text, cursor) },
      this.#look(),
    );
    this.#write = (text) => prompt.above(text);
    this.#write(this.#theme.quiet("Architect. :help lists the commands, Ctrl-D leaves.\n"));
    if (this.#file !== null) await this.load(this.#file);
    for (;;) {
      const entered = await prompt.read(this.#look());
      if (entered._tag === "End") break;
      if (entered._tag === "Interrupt") this.#write(this.#theme.quiet("Ctrl-D or :quit leaves\n"));
      else if (await this.enter(entered.text)) break;
    }
    prompt.close();
    this.#client?.close();
    return exit.done;
  }

  #look(): ConstructorParameters<typeof Prompt>[4] {
    const name = this.#session?.program.system ?? "";
    const sign = this.#client === null ? "› " : "» ";
    return {
      prompt: `${this.#theme.name(name)}${this.#theme.heading(sign)}`,
      continuation: this.#theme.quiet(`${" ".repeat(name.length)}· `),
      paint: (text) => runsOf(text, this.#theme),
      theme: this.#theme,
    };
  }

  /** From a pipe: entry by entry, as they are finished. Ends as failed if anything was wrong. */
  async follow(): Promise<ExitCode> {
    if (this.#file !== null && !(await this.load(this.#file))) return exit.failed;
    let entry = "";
    for await (const line of createInterface({ input: process.stdin })) {
      // What can only begin an entry ends one that is not finished.
      if (entry !== "" && /^:/.test(line)) {
        if (await this.enter(entry)) return this.#end();
        entry = "";
      }
      entry = entry === "" ? line : `${entry}\n${line}`;
      if (unfinished(entry)) continue;
      if (await this.enter(entry)) return this.#end();
      entry = "";
    }
    if (entry !== "") await this.enter(entry);
    return this.#end();
  }

  #end(): ExitCode {
    this.#client?.close();
    return this.failed ? exit.failed : exit.done;
  }
}

const declares = (text: string): boolean => reading(text)._tag === "Declarations";

/** Converses with a person, or follows a script. */
export const repl = (terminal: Terminal, file: string | null, wishes: Wishes): Promise<ExitCode> => {
  const session = new Repl(terminal, file, wishes);
  const person = process.stdin.isTTY === true && terminal.out.live;
  return person ? session.converse() : session.follow();
};
