/** What is wrong, told to the editor as soon as it changes. */
import { type Connection, DiagnosticSeverity, type Diagnostic as Told } from "vscode-languageserver";
import type { Diagnostic, Hint } from "../../core/diagnostic.ts";
import { toRange } from "../place.ts";
import type { Project } from "../project.ts";

/** Hints that are no places stand behind the message. */
const messageOf = ({ message, hints }: Diagnostic): string =>
  [message, ...hints.filter(({ place }) => place === undefined).map((hint) => hintLine(hint))].join("\n");

const hintLine = ({ message, fix }: Hint): string =>
  fix === undefined || message.includes(fix.text) || fix.text.includes("\n") || fix.text === ""
    ? message
    : `${message}: write \`${fix.text}\``;

export const toldOf = (project: Project, diagnostic: Diagnostic): Told => {
  const { code, severity, range, hints } = diagnostic;
  return {
    range: toRange(range),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: "architect",
    message: messageOf(diagnostic),
    relatedInformation: hints.flatMap(({ message, place }) =>
      place === undefined
        ? []
        : [{ message, location: { uri: project.uri(place.file), range: toRange(place.range) } }],
    ),
  };
};

export class Announcer {
  readonly #project: Project;
  readonly #connection: Connection;
  /** What each file was last told of. */
  readonly #told = new Map<string, string>();
  #scheduled = false;

  constructor(project: Project, connection: Connection) {
    this.#project = project;
    this.#connection = connection;
  }

  /** Edits that come in one go are told of once. */
  changed(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.#tell();
      } catch (error) {
        this.#connection.console.error(`internal error: ${error instanceof Error ? error.stack : error}`);
      }
    });
  }

  #tell(): void {
    const all = this.#project.diagnostics();
    for (const file of this.#told.keys()) if (!all.has(file)) this.#send(file, []);
    for (const [file, diagnostics] of all)
      this.#send(
        file,
        diagnostics.map((each) => toldOf(this.#project, each)),
      );
    for (const file of [...this.#told.keys()]) if (!all.has(file)) this.#told.delete(file);
  }

  #send(file: string, diagnostics: Told[]): void {
    const version = this.#project.version(file);
    const told = JSON.stringify(diagnostics);
    if (this.#told.get(file) === told) return;
    this.#told.set(file, told);
    void this.#connection.sendDiagnostics({
      uri: this.#project.uri(file),
      diagnostics,
      ...(version === null ? {} : { version }),
    });
  }
}
