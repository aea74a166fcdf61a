/** What the REPL prints: results and what is wrong come the same way, above the line that is being edited. */
import { aboutValue } from "../assist/about.ts";
import { written } from "../assist/written.ts";
import { renderDiagnostics } from "../cli/render/diagnostic.ts";
import type { Sources } from "../cli/render/excerpt.ts";
import { type Theme, theme } from "../cli/render/theme.ts";
import { reportError } from "../cli/report-error.ts";
import type { Terminal } from "../cli/terminal.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import { kindOf } from "../language/describe.ts";
import type { Value } from "../language/value.ts";
import { coloured } from "./colour.ts";
import { drawing } from "./drawing.ts";

/** Values that are told by what they are; of all others only the kind is. */
const simple: ReadonlySet<Value["_tag"]> = new Set(["Quantity", "String", "Bool", "List", "Record"]);

/** Values are no wider than this, however wide the terminal is. */
const widest = 100;

export class ReplOutput {
  readonly theme: Theme;
  readonly #terminal: Terminal;
  /** Where it is written: a line editor may take it over. */
  write: (text: string) => void;
  /** Whether anything was wrong. */
  failed = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.theme = theme(terminal.out.colour);
    this.write = (text) => terminal.out.write(text);
  }

  get columns(): number | null {
    return this.#terminal.out.columns();
  }

  quiet(text: string): void {
    this.write(this.theme.quiet(`${text}\n`));
  }

  reportError(message: string, hint?: string): void {
    this.failed = true;
    const err = { ...this.#terminal.err, colour: this.#terminal.out.colour, write: this.write };
    reportError({ ...this.#terminal, err }, { message, ...(hint === undefined ? {} : { hint }) });
  }

  diagnose(diagnostics: readonly Diagnostic[], sources: Sources): void {
    if (diagnostics.length === 0) return;
    this.failed = true;
    this.write(
      renderDiagnostics(diagnostics, {
        sources,
        theme: this.theme,
        room: this.#terminal.out.live ? this.columns : null,
      }),
    );
  }

  /** A value as it would be written, a composition as a drawing. */
  print(value: Value): void {
    if (value._tag === "Composition") this.write(drawing(value, this.theme));
    else this.write(`${coloured(written(value, this.#width), this.theme)}\n`);
  }

  /** `name = value` in a line, or what kind of thing it is. */
  line(name: string, value: Value, note = ""): string {
    const text = simple.has(value._tag) ? `${name} = ${written(value, this.#width - name.length - 3)}` : name;
    const kind = value._tag === "Composition" ? aboutValue(value).kind : kindOf(value);
    const behind = simple.has(value._tag) ? note : `: ${kind}${note}`;
    return `${coloured(text, this.theme)}${this.theme.quiet(behind)}\n`;
  }

  get #width(): number {
    return Math.min(this.columns ?? widest, widest);
  }
}
