/** What the page knows, as signals: what shows a part of it is drawn again when that changes. */
import { computed, signal } from "@preact/signals";
import type { LiveEvent } from "../../live/control/messages.ts";
import type { AutomatonStatus } from "../../live/control/status.ts";
import { type Groups, noGroups } from "../grouping.ts";
import type { PrintedLine, ServerMessage, SourceText } from "../protocol.ts";
import { matcher, type Order, type Row, rowOf, sorted } from "../row.ts";
import { type SnapshotDelta, type SnapshotHead, wireName } from "../snapshot.ts";
import { type Connected, Connection } from "./connection.ts";
import { noteMoment } from "./history.ts";

/** A wire, as the list of wires has it. */
export interface Wire {
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "message";
}

/** What the panel beside the list shows. */
export type Tab = "elements" | "source" | "timeline" | "logs" | "events";

/** What is shown beside the panel. */
export type View = "list" | "graph";

/** Events and lines of logs that the page keeps. */
const mostEvents = 5_000;
const mostLines = 10_000;

/** Whether the page is connected to the inspector. */
export const connected = signal<Connected>("opening");
/** The system as a whole; null before anything is known of it. */
export const head = signal<SnapshotHead | null>(null);
/** Whether all there is has come. */
export const whole = signal(false);
/** What happened, the latest last; and how much of it was left out. */
export const events = signal<readonly LiveEvent[]>([]);
/** What the followed instances printed. */
export const lines = signal<readonly PrintedLine[]>([]);
/** How many lines were left out, for they came faster than they could be shown. */
export const missedLines = signal(0);
/** The automaton that is chosen. */
export const selected = signal<string | null>(null);
/** What was typed into the search. */
export const query = signal("");
/** The order of the list. */
export const order = signal<Order>("name");
/** What the panel shows. */
export const tab = signal<Tab>("elements");
/** What was said last of something that was done; null: nothing, or it was read. */
export const notice = signal<{ readonly text: string; readonly isWrong: boolean } | null>(null);

/** The file whose text is shown; null: the system's own. */
export const sourceFile = signal<string | null>(null);
/** Where in the text somebody wants to be. */
export const place = signal<{ readonly line: number; readonly column: number } | null>(null);
/** The text that was saved last, by whomever. */
export const savedText = signal<SourceText | null>(null);
/** Whoever hears what the language server says. */
export const languageMessages = new Set<(message: string) => void>();

/** Whoever speaks with the language server, and begins anew when it has ended. */
export const languageEnds = new Set<() => void>();

/** Shows a place of the text. */
export const showSource = (file: string, line: number, column: number): void => {
  sourceFile.value = file;
  place.value = { line, column };
  tab.value = "source";
};

/** The goal that somebody is about to reach, as it is typed; null: none. */
export const goal = signal<string | null>(null);
/** Where a menu is open, and of which automaton. */
export const menu = signal<{ readonly x: number; readonly y: number; readonly name: string } | null>(null);

const automata = new Map<string, AutomatonStatus>();
const wiresByName = new Map<string, Wire>();
const rowsByName = new Map<string, Row>();
/** When each automaton changed last. */
const changed = new Map<string, number>();
/** Counts the changes of automata and wires. */
const version = signal(0);

/** All automata, as lines, by name. */
export const rows = computed<ReadonlyMap<string, Row>>(() => {
  version.value;
  return new Map(rowsByName);
});

/** The lines that the search means, in order. */
export const shown = computed<readonly Row[]>(() =>
  sorted([...rows.value.values()].filter(matcher(query.value)), order.value),
);

/** All wires. */
export const wires = computed<readonly Wire[]>(() => {
  version.value;
  return [...wiresByName.values()];
});

/** What the graph is made of: it is laid out again only when this changes. */
export const topology = signal<{ readonly names: readonly string[]; readonly wires: readonly Wire[] }>({
  names: [],
  wires: [],
});
/** How the text groups the automata. */
export const groups = signal<Groups>(noGroups);
/** The groups that are open; null: as many as can be seen at once. */
export const openGroups = signal<ReadonlySet<string> | null>(null);
/** What is shown beside the panel. */
export const view = signal<View>("list");

/** What is known of the chosen automaton; null where none is, or it is gone. */
export const chosen = computed<AutomatonStatus | null>(() => {
  version.value;
  return selected.value === null ? null : (automata.get(selected.value) ?? null);
});

/** The protocol that is spoken at `automaton.port`; empty where it is not known. */
export const protocolAt = (port: string): string => {
  const at = port.lastIndexOf(".");
  const services = automata.get(port.slice(0, at))?.services ?? [];
  return services.find((service) => service.port === port.slice(at + 1))?.protocol ?? "";
};

/** When an automaton changed last, in milliseconds of the page's clock; 0: it came with the first snapshot. */
export const changedAt = (name: string): number => changed.get(name) ?? 0;

let isTopologyChanged = false;

const takeSnapshot = (delta: SnapshotDelta, isWhole: boolean): void => {
  const { head: newHead, automata: set = [], gone = [], wires: laid = [], cut = [] } = delta;
  for (const status of set) {
    // What comes with the first snapshot has not changed.
    if (whole.value) changed.set(status.name, performance.now());
    automata.set(status.name, status);
    const row = rowOf(status);
    rowsByName.set(status.name, row);
    const { count, ready } = row;
    noteMoment(status.name, { time: Date.now() / 1000, count, ready, observed: status.observed ?? {} });
  }
  for (const name of gone) {
    automata.delete(name);
    rowsByName.delete(name);
    changed.delete(name);
  }
  for (const wire of laid) wiresByName.set(wireName(wire), wire);
  for (const name of cut) wiresByName.delete(name);
  if (newHead !== undefined) head.value = newHead;
  const isChanged = set.length + gone.length + laid.length + cut.length > 0;
  // A first snapshot in many pieces is shown when it begins and when it is whole.
  if (isChanged && (isWhole || version.value === 0)) version.value++;
  isTopologyChanged ||=
    gone.length + laid.length + cut.length > 0 || rowsByName.size !== topology.value.names.length;
  // Of a first snapshot in many pieces the graph is laid out once.
  if (isWhole && isTopologyChanged) {
    isTopologyChanged = false;
    topology.value = { names: [...rowsByName.keys()], wires: [...wiresByName.values()] };
  }
  if (isWhole) whole.value = true;
};

/** A new connection is told everything again, from nothing. */
const forget = (): void => {
  automata.clear();
  rowsByName.clear();
  wiresByName.clear();
  events.value = [];
  whole.value = false;
};

const take = (message: ServerMessage): void => {
  switch (message.kind) {
    case "snapshot":
      takeSnapshot(message.delta, message.whole);
      return;
    case "events":
      events.value = [...events.value, ...message.events].slice(-mostEvents);
      return;
    case "groups":
      groups.value = message.groups;
      return;
    case "text":
      savedText.value = message.text;
      return;
    case "language":
      for (const hear of languageMessages) hear(message.message);
      return;
    case "languageEnded":
      for (const hear of languageEnds) hear();
      return;
    case "lines":
      missedLines.value += message.missed;
      lines.value = [...lines.value, ...message.lines].slice(-mostLines);
      return;
    case "trouble":
      notice.value = { text: message.message, isWrong: true };
      return;
    case "result":
    case "refusal":
      return;
  }
};

/** Speaks with the server. */
export const connection = new Connection({
  onState: (state) => {
    if (state === "open") forget();
    connected.value = state;
  },
  onMessage: take,
});

let followed: string | null | undefined;

/** Follows the logs of an automaton, or of all. */
export const followLogs = (automaton: string | null): void => {
  if (followed === automaton && connected.value === "open" && lines.value.length > 0) return;
  followed = automaton;
  lines.value = [];
  missedLines.value = 0;
  void connection.ask("logs", { automaton });
};

/** Starts the program of an automaton anew, and says what came of it. */
export const restart = async (name: string): Promise<void> => {
  notice.value = { text: `restarting ${name} …`, isWrong: false };
  const answered = await connection.ask("restart", { name });
  if ("refusal" in answered) notice.value = { text: answered.refusal.message, isWrong: true };
  else {
    const [failure] = answered.result.failures;
    notice.value =
      failure === undefined
        ? { text: `${name} is being restarted`, isWrong: false }
        : { text: `${name} is restarted, but ${failure}`, isWrong: true };
  }
};
