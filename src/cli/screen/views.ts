/** What can be shown in place of the list: each gives lines, some of them for as long as it is open. */
import { setTimeout as sleep } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import { LogReader } from "../../../runtime/process/log/reader.ts";
import { logName, logsOf } from "../logs/find.ts";
import { renderEvent } from "../render/event.ts";
import { renderExplanation } from "../render/explanation.ts";
import { harmless, prefixes } from "../render/log.ts";
import { fill, padEnd } from "../render/text.ts";
import type { Theme } from "../render/theme.ts";
import { orchestratorOf } from "../systems.ts";
import { concerning } from "./concern.ts";
import type { Row } from "./rows.ts";

export type Of = Pick<Row, "system" | "automaton">;

export interface ViewContext {
  readonly room: number;
  readonly theme: Theme;
  /** Takes lines as they come, and breaks those that are wider than the screen. */
  readonly add: (lines: readonly string[]) => void;
  /** Aborted when the view is closed. */
  readonly end: AbortSignal;
}

/** So many lines of the past, of each log. */
const pastLines = 500;
/** How often logs are looked at for more. In milliseconds. */
const lookMs = 300;

const pause = (signal: AbortSignal): Promise<void> =>
  sleep(lookMs, undefined, { signal }).catch(() => undefined);

/** What the instances of an automaton print, the past and what comes. */
export const showLogs = async (
  { system, automaton }: Of,
  { theme, add, end }: ViewContext,
): Promise<void> => {
  const readers = new Map<string, LogReader>();
  const colour = theme.heading("x") !== "x";
  try {
    while (!end.aborted) {
      const logs = (await logsOf(system)).filter((log) => log.automaton === automaton);
      const names = prefixes(logs.map(logName), colour);
      for (const log of logs) {
        const known = readers.get(log.path);
        const reader = known ?? new LogReader(log.path);
        readers.set(log.path, reader);
        const prefix = logs.length > 1 ? names.get(logName(log))! : "";
        const lines: string[] = [];
        const more =
          known === undefined ? reader.past({ lines: pastLines, unfinished: false }) : reader.more();
        for await (const { text } of more) lines.push(prefix + harmless(text));
        if (lines.length > 0) add(lines);
      }
      await pause(end);
    }
  } finally {
    for (const reader of readers.values()) await reader.close();
  }
};

/** What happened to an automaton, or to the system as a whole, and what happens. `names`: of the system's automata. */
export const showEvents = async (
  { system, automaton }: Of,
  { room, theme, add, end }: ViewContext,
  names: () => readonly string[],
): Promise<void> => {
  const keeper = await orchestratorOf(system);
  if (keeper === null) return add([`nobody supervises ${system}, so nobody tells what happens`]);
  // Also of automata that are gone by now.
  const heard = new Set<string>();
  const listening = await keeper.client.listen((event) => {
    if (event.automaton !== null) heard.add(event.automaton);
    const shown = concerning(event, automaton, new Set([...heard, ...names()]));
    if (shown !== null) add(renderEvent(shown, room, theme, true).trimEnd().split("\n"));
  }, 0);
  if (isLeft(listening)) add([listening.left.message]);
  const closed = new Promise<void>((resolve) =>
    end.addEventListener("abort", () => resolve(), { once: true }),
  );
  if (!end.aborted) await Promise.race([closed, keeper.client.closed]);
  keeper.client.close();
};

/** Why an automaton is as it is. */
export const showExplanation = async (
  { system, automaton }: Of,
  { room, theme, add }: ViewContext,
): Promise<void> => {
  const keeper = await orchestratorOf(system);
  if (keeper === null) return add([`nobody supervises ${system}, so nobody can tell why it is as it is`]);
  const answer = await keeper.ask("explain", { name: automaton });
  keeper.client.close();
  if (isLeft(answer)) return add([answer.left.message]);
  const { instances, ...explanation } = answer.right;
  add(renderExplanation(explanation, instances, room, theme).trimEnd().split("\n"));
};

const listKeys: readonly (readonly [keys: string, what: string])[] = [
  ["up, down, j, k", "the automaton above, below"],
  ["page up, page down", "further"],
  ["g, G", "the first, the last"],
  ["l, return", "the logs of its instances, as they come"],
  ["e", "what happened to it, and happens"],
  ["x", "why it is as it is, and where that is written"],
  ["s", "scale: changes the text of the program so that it has so many instances"],
  ["r", "starts its program anew, in all its instances"],
  ["t", "opens the text of the program in your editor (VISUAL, EDITOR)"],
  ["/", "only what a word is in; escape shows all again"],
  ["o", "order: by name, state, load, restarts"],
  ["q, Ctrl-C", "leaves; what runs goes on"],
];

const viewKeys: typeof listKeys = [
  ["up, down, j, k", "a line; at the end, lines are shown as they come"],
  ["page up, page down", "a page"],
  ["g, G", "the first lines, the last"],
  ["q, escape", "back to the list"],
];

const keysColumn = 20;

const keyLines = (keys: typeof listKeys, room: number): readonly string[] =>
  keys.flatMap(([key, what]) =>
    fill(what, Math.max(1, room - keysColumn - 2)).map(
      (line, i) => `  ${padEnd(i === 0 ? key : "", keysColumn)}${line}`,
    ),
  );

/** What each key does. */
export const help = (room: number): readonly string[] => [
  "Keys of the list",
  ...keyLines(listKeys, room),
  "",
  "In logs, events and explanations",
  ...keyLines(viewKeys, room),
  "",
  ...fill(
    "Below the list stands, of the chosen automaton, why it is not ready, where its row does not tell all of it.",
    room,
  ),
  ...fill(
    "CPU (cores in use) and CONNECTIONS are measured where the program asks for them, as by self.cpu and " +
      "self.connections, and are - elsewhere. READY is - of what runs elsewhere.",
    room,
  ),
];
