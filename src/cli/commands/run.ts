import { spawn } from "node:child_process";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { exitAtOnce } from "../../../runtime/ffi/libc.ts";
import { isInside } from "../../../runtime/rootless/places.ts";
import { runsPrograms } from "../../bases.ts";
import { startsProgram } from "../../core/operation.ts";
import type { LiveEvent } from "../../live/control/messages.ts";
import type { Begun } from "../../live/runner/orchestrator.ts";
import { notReadyIn } from "../../live/status/not-ready.ts";
import type { Live } from "../../live/system/live.ts";
import { type ExitCode, exit } from "../command.ts";
import { feed } from "../feed.ts";
import { keep, type OpenedOrchestrator, showFailures, showTakenBack, showWarnings } from "../keep.ts";
import { readingWithRights, withRights } from "../kernel.ts";
import { base, flag, implement, orElse, text } from "../option-schema.ts";
import { type OpenedSystem, openSystem, show, systemWords } from "../program.ts";
import { EventFeed, isTrouble } from "../render/event-feed.ts";
import type { Sources } from "../render/excerpt.ts";
import { renderStatus } from "../render/status.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import { secretAssignment } from "../secrets.ts";
import { readSource } from "../source.ts";
import { type Terminal, untilReaderLeaves } from "../terminal.ts";
import { showWaiting } from "../waiting.ts";

const schema = t.type({
  file: text,
  watch: flag,
  inspect: flag,
  "allow-unenforced": flag,
  base,
  secret: orElse(t.array(secretAssignment), []),
  ...systemWords,
});
type Asked = t.TypeOf<typeof schema>;

/** So long the table waits for all to be ready; what takes longer is shown as it is. In milliseconds. */
const patience = 10_000;

/** Resolves at the first SIGINT or SIGTERM. At the second, nothing is waited for any more. */
const stopSignal = (): Promise<"signal"> =>
  new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        if (asked) exitAtOnce(130);
        asked = true;
        resolve("signal");
      });
  });

/** How a person calls this program from another terminal. */
const ownName = (): string => (process.env.npm_lifecycle_event === undefined ? "architect" : "npx architect");

const tips = (live: Live, watch: boolean, { out }: Terminal): string => {
  const paint = theme(out.colour);
  const status = live.status();
  const { automata, publications } = status;
  const [troubled] = notReadyIn(status, false);
  const shown =
    troubled === undefined
      ? (publications[0]?.to.replace(/\.[^.]*$/, "") ?? automata[0]?.name)
      : `${troubled.automaton}.${troubled.index}`;
  // In a model nothing runs that prints anything, or that a command could be run beside.
  const ofShown = (name: string): readonly string[] =>
    runsPrograms(status.base) ? [`logs ${name} -f`, `exec ${name} -- ip address`] : [`explain ${name}`];
  const tries = ["status", ...(shown === undefined ? [] : ofShown(shown))];
  return [
    paint.quiet("From another terminal:\n"),
    ...tries.map((command) => `  ${paint.name(`${ownName()} ${command}`)}\n`),
    paint.quiet(
      watch
        ? "Save the program to change it. Ctrl-C stops and removes it.\n"
        : "Ctrl-C stops and removes it.\n",
    ),
  ].join("");
};

/** Takes everything away. */
const takeAway = async ({ live, progress }: OpenedOrchestrator, terminal: Terminal): Promise<ExitCode> => {
  progress.phase("stopping");
  const failures = await live.remove();
  await live.closed;
  progress.end();
  showFailures(failures, terminal);
  showWarnings(live.removalWarnings, terminal);
  if (failures.length === 0) terminal.out.write(`${live.system} is stopped and removed\n`);
  return failures.length === 0 ? exit.done : exit.failed;
};

/** The program keeps its last good text: what is shown of another is what was saved. */
const savedText: Sources = (file) => {
  const source = readSource(file);
  return isLeft(source) ? null : source.right.text;
};

const runHere = async (opened: OpenedSystem, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const { out } = terminal;
  // Events are printed while it runs; a slow reader never holds the system up.
  const telling = { ...terminal, out: feed(out), err: feed(terminal.err) };
  const stop = stopSignal();
  const events = new EventFeed(telling.out);
  let onEvent: (event: LiveEvent) => void = () => {};
  const kept = await keep(opened, asked.base, terminal, {
    allowUnenforced: asked["allow-unenforced"],
    onEvent: (event) => onEvent(event),
    onDiagnostics: (diagnostics) => {
      events.interrupt();
      void show(diagnostics, savedText, telling);
    },
  });
  if (kept === null) return exit.failed;
  const { live, progress, performed } = kept;
  // While it starts, progress tells, and the table that follows; but for why programs end.
  onEvent = (event) => {
    if (isTrouble(event)) progress.aside(() => events.print(event));
  };
  progress.phase("starting");
  const ready = async (): Promise<Begun> => {
    const begun = await live.start();
    // A text that is not ready can be mended: it is followed from the beginning.
    if (asked.watch) live.watch();
    const started = performed().some(startsProgram);
    await showWaiting(progress, () => live.status(), live.settledWithin(patience, started));
    return begun;
  };
  const begun = await Promise.race([ready(), stop]);
  if (begun === "signal") return takeAway(kept, terminal);
  progress.end();
  showFailures(begun.failures, terminal);
  if (begun.failures.length > 0 && begun.fresh) {
    showTakenBack(live.system, terminal);
    await takeAway(kept, terminal);
    return exit.failed;
  }
  const table = renderStatus(live.status(), false, out.columns(), theme(out.colour));
  events.interrupt();
  out.write(`${table}\n${tips(live, asked.watch, terminal)}\n`);
  onEvent = (event) => {
    // What is wrong with it has been shown in full.
    if (event.event !== "rejected") events.print(event);
  };
  const lost = live.lost.then((): "lost" => "lost");
  const left = untilReaderLeaves(out).then((): "left" => "left");
  const end = await Promise.race([stop, live.removed, lost, left]);
  onEvent = () => {};
  if (end === "left") {
    // As if SIGPIPE had ended it: the system goes on.
    await live.stop();
    return exit.failed;
  }
  if (end === "signal") return takeAway(kept, terminal);
  if (end === "lost") return exit.failed; // the event has told
  await live.closed;
  out.write(`${live.system} was stopped and removed\n`);
  return exit.done;
};

/** In a process of its own, so that no page takes the orchestrator's time; the result ends it. It ends with this process in any case. */
const startInspector = (system: string): (() => void) => {
  const args = [...process.execArgv, process.argv[1]!, "inspect", system, "--wait"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  child.on("error", () => undefined);
  return () => void child.kill("SIGTERM");
};

const ran = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(asked.file, asked.limit);
  if (isLeft(source)) return reportError(terminal, source.left);
  const opened = await openSystem(
    source.right,
    { ...asked, keepSystem: true, secrets: { assignments: asked.secret, keep: true } },
    terminal,
  );
  if (opened === null) return exit.failed;
  const here = (): Promise<ExitCode> => runHere(opened, asked, terminal);
  // An ordinary user's browser is not in the namespaces in which the command is repeated.
  const endInspector = asked.inspect && !isInside() ? startInspector(opened.system) : () => {};
  try {
    return await withRights({ kinds: [asked.base], start: true, here, nothing: here }, terminal);
  } finally {
    endInspector();
  }
};

export const run = implement(schema, (asked, terminal) =>
  readingWithRights(asked, true, () => ran(asked, terminal), terminal),
);
