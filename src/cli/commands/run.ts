import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import type { LiveEvent } from "../../live/control/messages.ts";
import type { Live } from "../../live/live.ts";
import type { Begun } from "../../live/orchestrator.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { type Kept, keep, showFailures } from "../keep.ts";
import { readingWithRights, withRights } from "../kernel.ts";
import { type OpenedSystem, openSystem, readSource, show, systemWords } from "../program.ts";
import { renderEvent } from "../render/event.ts";
import type { Sources } from "../render/excerpt.ts";
import { renderStatus } from "../render/status.ts";
import { theme } from "../render/theme.ts";
import type { Terminal } from "../terminal.ts";
import { baseName, flag, implement, orElse, text } from "../words.ts";

const words = t.type({ file: text, watch: flag, base: orElse(baseName, "netns"), ...systemWords });
type Asked = t.TypeOf<typeof words>;

/** Resolves at the first SIGINT or SIGTERM. At the second, nothing is waited for any more. */
const stopSignal = (): Promise<"signal"> =>
  new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve("signal");
      });
  });

/** How a person calls this program from another terminal. */
const ownName = (): string => (process.env.npm_lifecycle_event === undefined ? "architect" : "npx architect");

const tips = (live: Live, watch: boolean, { out }: Terminal): string => {
  const paint = theme(out.colour);
  const { automata, publications } = live.status();
  const shown = publications[0]?.to.replace(/\.[^.]*$/, "") ?? automata[0]?.name;
  const tries = [
    "status",
    ...(shown === undefined ? [] : [`logs ${shown} -f`, `exec ${shown} -- ip address`]),
  ];
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
const takeAway = async ({ live, progress }: Kept, terminal: Terminal): Promise<ExitCode> => {
  progress.phase("stopping");
  const failures = await live.remove();
  await live.closed;
  progress.end();
  showFailures(failures, terminal);
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
  const stop = stopSignal();
  // While it starts, progress tells; the table that follows shows all of it.
  let onEvent: (event: LiveEvent) => void = () => {};
  const kept = keep(opened, asked.base, terminal, {
    onEvent: (event) => onEvent(event),
    onDiagnostics: (diagnostics) => void show(diagnostics, savedText, terminal),
  });
  if (kept === null) return exit.failed;
  const { live, progress } = kept;
  progress.phase("starting");
  const ready = async (): Promise<Begun> => {
    const begun = await live.start();
    progress.phase("waiting until all is ready");
    await live.settled();
    return begun;
  };
  const begun = await Promise.race([ready(), stop]);
  if (begun === "signal") return takeAway(kept, terminal);
  progress.end();
  showFailures(begun.failures, terminal);
  if (begun.failures.length > 0 && begun.fresh) {
    await takeAway(kept, terminal);
    return exit.failed;
  }
  if (asked.watch) live.watch();
  const room = out.columns();
  const paint = theme(out.colour);
  out.write(`${renderStatus(live.status(), false, room, paint)}\n${tips(live, asked.watch, terminal)}\n`);
  onEvent = (event) => {
    // What is wrong with it has been shown in full.
    if (event.event !== "rejected") out.write(renderEvent(event, out.columns(), paint));
  };
  const lost = live.lost.then((): "lost" => "lost");
  const end = await Promise.race([stop, live.removed, lost]);
  onEvent = () => {};
  if (end === "signal") return takeAway(kept, terminal);
  if (end === "lost") return exit.failed; // the event has told
  await live.closed;
  out.write(`${live.system} was stopped and removed\n`);
  return exit.done;
};

const ran = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(asked.file);
  if (isLeft(source)) return complain(terminal, source.left);
  const opened = await openSystem(source.right, { ...asked, keepSystem: true }, terminal);
  if (opened === null) return exit.failed;
  const here = (): Promise<ExitCode> => runHere(opened, asked, terminal);
  return asked.base === "memory" ? here() : withRights({ start: true, here, nothing: here }, terminal);
};

export const run = implement(words, (asked, terminal) =>
  readingWithRights(asked, true, () => ran(asked, terminal), terminal),
);
