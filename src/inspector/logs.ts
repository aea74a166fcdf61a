/** What instances print, the last lines and then what comes, for one page. */
import { setTimeout as sleep } from "node:timers/promises";
import { LogReader } from "../../runtime/process/log/reader.ts";
import type { InstanceLog } from "../core/base-kind.ts";
import type { PrintedLine } from "./protocol.ts";

/** So many lines of the past, of each log. */
const pastLines = 200;
/** How often logs are looked at for more. In milliseconds. */
const lookMs = 300;

/** Hands on lines of an automaton, or of all, until it is ended. */
export const followLogs = async (
  find: () => Promise<readonly InstanceLog[]>,
  automaton: string | null,
  end: AbortSignal,
  print: (line: PrintedLine) => void,
): Promise<void> => {
  const readers = new Map<string, LogReader>();
  try {
    for (let isFirst = true; !end.aborted; isFirst = false) {
      const past: PrintedLine[] = [];
      for (const log of await find()) {
        if (automaton !== null && log.automaton !== automaton) continue;
        const known = readers.get(log.path);
        const reader = known ?? new LogReader(log.path);
        readers.set(log.path, reader);
        const lines =
          known === undefined ? reader.past({ lines: pastLines, unfinished: false }) : reader.more();
        for await (const { text, time } of lines) {
          if (end.aborted) return;
          const line = { automaton: log.automaton, index: log.index, time, text };
          if (isFirst) past.push(line);
          else print(line);
        }
      }
      // Lines of several logs stand in the order in which they were printed.
      for (const line of past.sort((a, b) => a.time - b.time)) print(line);
      await sleep(lookMs, undefined, { signal: end }).catch(() => undefined);
    }
  } finally {
    for (const reader of readers.values()) await reader.close();
  }
};
