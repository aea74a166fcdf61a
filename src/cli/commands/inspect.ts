import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { systemClock } from "../../../runtime/clock.ts";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { baseKinds } from "../../bases.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import { hasDisplay, openBrowser } from "../../inspector/browser.ts";
import { openInspector } from "../../inspector/inspector.ts";
import { readInputs, restoreInputs } from "../../live/ledger/inputs.ts";
import type { Live } from "../../live/system/live.ts";
import { openLive } from "../../live/system/open.ts";
import type { Program } from "../../program/program.ts";
import { type ExitCode, exit } from "../command.ts";
import { editingOf } from "../edit/page-edits.ts";
import { home } from "../home.ts";
import { lookAt } from "../logs/find.ts";
import { count, flag, implement, optional, orElse, systemName, text } from "../option-schema.ts";
import { open, openSystem, programWords } from "../program.ts";
import { rowsOf } from "../render/attribute.ts";
import { reportError } from "../report-error.ts";
import { rewrite } from "../rewrite.ts";
import { readSource } from "../source.ts";
import { chooseSystem, orchestratorOf } from "../systems.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({
  system: optional(systemName),
  file: optional(text),
  port: orElse(count, 0),
  wait: flag,
  "no-open": flag,
  ...programWords,
});
type Asked = t.TypeOf<typeof schema>;

/** Told to end; or, where `run` started it, that has ended. */
const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected) process.once("disconnect", () => resolve());
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });

/** Serves pages until it is told to end. */
const serve = async (
  state: SystemState,
  asked: Asked,
  program: () => Promise<Program | null>,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { out } = terminal;
  const end = stopped();
  let isFirst = true;
  let tidy = (): void => {};
  const onAddress = (address: string): void => {
    out.write(
      isFirst
        ? `${state.system} is inspected at ${address}\nThe address opens one page. Ctrl-C ends it.\n`
        : `another page: ${address}\n`,
    );
    if (isFirst && !asked["no-open"] && hasDisplay()) tidy = openBrowser(address);
    isFirst = false;
  };
  try {
    const inspector = await openInspector({
      ...{ state, clock: systemClock, port: asked.port, onAddress, rowsOf, program },
      assets: join(home(), "dist/page"),
      rewrite,
      languageServer: [process.execPath, ...process.execArgv, process.argv[1]!, "lsp"],
      editing: (ask) => editingOf({ system: state.system, program, running: { ask }, terminal }),
      // What is only a model prints nothing.
      logs: async () => (asked.file === null ? lookAt(state.system) : null),
    });
    await end;
    await inspector.close();
    return exit.done;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return reportError(terminal, { message: `cannot ${error.operation}: ${error.words}` });
  } finally {
    tidy();
  }
};

/** The program of a system that runs, with the inputs that it runs with. */
const programOf = async (state: SystemState, { limit }: Asked): Promise<Program | null> => {
  const keeper = await orchestratorOf(state.system);
  const status = await keeper?.ask("status", {});
  keeper?.client.close();
  if (status === undefined || isLeft(status) || status.right.file === null) return null;
  const source = readSource(status.right.file, limit);
  if (isLeft(source)) return null;
  const opened = open(source.right, { limit, input: [], system: state.system });
  if (isLeft(opened)) return null;
  const { program } = opened.right;
  restoreInputs(program, readInputs(state));
  return hasErrors(program.diagnostics) ? null : program;
};

/** Serves pages of a system that runs, or that will. */
const running = (system: string, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const state = new SystemState(system);
  return serve(state, asked, () => programOf(state, asked), terminal);
};

/** Keeps the system of a file in a model of its own, which nobody else meets. */
const modelled = async (file: string, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(file, asked.limit);
  if (isLeft(source)) return reportError(terminal, source.left);
  const opened = await openSystem(source.right, { ...asked, keepSystem: true }, terminal);
  if (opened === null) return exit.failed;
  const model = baseKinds().find(({ takesRights }) => !takesRights)!;
  const root = mkdtempSync(join(tmpdir(), "architect-inspect-"));
  let live: Live | null = null;
  try {
    const made = await openLive({ program: opened.program, base: model.name, stateRoot: root });
    if (isLeft(made)) return reportError(terminal, made.left);
    live = made.right;
    await live.start();
    if (file !== "-") live.watch();
    const program = async (): Promise<Program> => opened.program;
    return await serve(new SystemState(opened.system, root), asked, program, terminal);
  } finally {
    await live?.remove();
    await live?.closed;
    rmSync(root, { recursive: true, force: true });
  }
};

export const inspect = implement(schema, async (asked, terminal) => {
  if (asked.file !== null) return modelled(asked.file, asked, terminal);
  if (asked.wait && asked.system !== null) return running(asked.system, asked, terminal);
  const chosen = await chooseSystem(
    asked.system,
    "name one: architect inspect SYSTEM; architect inspect --file FILE shows a program that does not run",
  );
  if (isLeft(chosen)) return reportError(terminal, chosen.left);
  return running(chosen.right, asked, terminal);
});
