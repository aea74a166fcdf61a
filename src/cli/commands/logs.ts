import { basename } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { FileChanges } from "../../../runtime/process/log/changes.ts";
import { type LogLine, LogReader } from "../../../runtime/process/log/reader.ts";
import { type ExitCode, exit } from "../command.ts";
import { chooseLogs, type FoundLogs, logsNow } from "../logs/choose.ts";
import { type Log, logDirectory } from "../logs/find.ts";
import { lastOf, merge } from "../logs/merge.ts";
import { Printer, timestamp } from "../logs/print.ts";
import {
  count,
  flag,
  implement,
  instanceReference,
  moment,
  optional,
  pattern,
  systemName,
} from "../option-schema.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({
  automaton: optional(instanceReference),
  follow: flag,
  timestamps: flag,
  grep: optional(pattern),
  since: optional(moment),
  tail: optional(count),
  system: optional(systemName),
  json: flag,
});
type Asked = t.TypeOf<typeof schema>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are written with one
const colours = /\u001b\[[\d;]*m/g;

/** The lines that a pattern is in, whatever their colours. */
const matching = (grep: RegExp | null) => (line: LogLine) =>
  grep === null || grep.test(line.text.replaceAll(colours, ""));

async function* filtered(lines: AsyncIterable<LogLine>, keep: (line: LogLine) => boolean) {
  for await (const line of lines) if (keep(line)) yield line;
}

/** A log, and how far it was read. */
interface Followed {
  readonly log: Log;
  readonly reader: LogReader;
}

/** What has been printed so far. */
const printPast = async (
  logs: readonly Log[],
  readers: readonly LogReader[],
  printer: Printer,
  { grep, since, tail, follow }: Asked,
): Promise<void> => {
  const limit = tail ?? Number.POSITIVE_INFINITY;
  const past = {
    // No more of one log than of all; which lines match shows only when they are read.
    lines: grep === null ? limit : Number.POSITIVE_INFINITY,
    unfinished: !follow,
    ...(since === null ? {} : { since }),
  };
  const lines = readers.map((reader) => filtered(reader.past(past), matching(grep)));
  for await (const [source, line] of lastOf(merge(lines), limit)) await printer.print(logs[source]!, line);
};

/** Goes on with what is printed, also by instances that come, until a signal, or the end of the reader. */
const follow = async (
  found: FoundLogs,
  known: Map<string, Followed>,
  { grep }: Asked,
  printer: Printer,
  end: AbortSignal,
): Promise<void> => {
  const printNew = async ({ log, reader }: Followed): Promise<void> => {
    for await (const line of filtered(reader.more(), matching(grep))) {
      if (end.aborted) return;
      await printer.print(log, line);
    }
  };
  const changes = new FileChanges(await logDirectory(found.system));
  const gone = new Set<string>();
  while (!end.aborted) {
    const changed = await changes.next(end);
    const logs = await logsNow(found);
    const there = new Set(logs.map(({ path }) => path));
    for (const followed of known.values()) {
      const { path } = followed.log;
      // What was printed last stands in the file that was open, also when its name is gone.
      if (there.has(path) || gone.has(path)) continue;
      gone.add(path);
      await printNew(followed);
    }
    printer.know(logs);
    for (const log of logs) {
      const isNew = gone.delete(log.path) || !known.has(log.path);
      if (!isNew && changed !== null && !changed.has(basename(log.path))) continue;
      const followed = known.get(log.path) ?? { log, reader: new LogReader(log.path) };
      known.set(log.path, followed);
      await printNew(followed);
    }
  }
  changes.close();
};

/** That what is shown is of the past. */
const showKept = (system: string, keptAt: number, { err }: Terminal): void => {
  const { help } = theme(err.colour);
  err.write(
    `${help("note:")} ${system} does not run: this is kept from ${timestamp(keptAt)}, when it was removed\n`,
  );
};

const show = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const found = await chooseLogs(asked);
  if (isLeft(found)) return reportError(terminal, found.left);
  const { logs, system, keptAt } = found.right;
  if (keptAt !== null) showKept(system, keptAt, terminal);
  const readers = logs.map(({ path }) => new LogReader(path));
  const printer = new Printer(terminal.out, {
    names: asked.automaton?.index == null,
    times: asked.timestamps,
    json: asked.json ? { keptAt } : null,
  });
  printer.know(logs);
  const known = new Map(logs.map((log, i) => [log.path, { log, reader: readers[i]! }]));
  try {
    await printPast(logs, readers, printer, asked);
    if (asked.follow && keptAt === null)
      await follow(found.right, known, asked, printer, terminal.out.gone());
  } finally {
    for (const { reader } of known.values()) await reader.close();
  }
  return exit.done;
};

export const logs = implement(schema, show);
