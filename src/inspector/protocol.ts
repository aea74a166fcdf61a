/** What the page and the server say to each other: a JSON object a message, over one WebSocket. */
import * as t from "io-ts";
import type { LiveEvent } from "../live/control/messages.ts";
import type { Offer, TurnedEdit } from "./editing.ts";
import type { ExplainedElement } from "./explained.ts";
import type { Groups } from "./grouping.ts";
import type { SnapshotDelta } from "./snapshot.ts";

const id = { id: t.number };

/** Every request has an id of the page's own, and is answered once. */
export const pageRequest = t.union([
  /** Why an automaton, an instance or a port of it is as it is. */
  t.readonly(t.type({ ...id, ask: t.literal("explain"), name: t.string })),
  /** Follows what instances print: of an automaton, or of all. What was followed before is not any more. */
  t.readonly(t.type({ ...id, ask: t.literal("logs"), automaton: t.union([t.string, t.null]) })),
  t.readonly(t.type({ ...id, ask: t.literal("restart"), name: t.string })),
  /** What there is to do for a goal, in the words of `architect edit`. */
  t.readonly(t.type({ ...id, ask: t.literal("propose"), goal: t.string })),
  t.readonly(t.type({ ...id, ask: t.literal("choose"), offer: t.number, choice: t.number })),
  /** The text of a file of the program; null: of the system's own. From then on it is told again as it changes. */
  t.readonly(t.type({ ...id, ask: t.literal("text"), file: t.union([t.string, t.null]) })),
  /** `before`: the text that is written over. */
  t.readonly(t.type({ ...id, ask: t.literal("save"), file: t.string, before: t.string, text: t.string })),
  /** A message to the language server, which is answered as a message of its own. */
  t.readonly(t.type({ ...id, ask: t.literal("language"), message: t.string })),
  /** Takes the last edit back, or makes it again; tried only, it shows what would change. */
  t.readonly(
    t.type({ ...id, ask: t.literal("turn"), way: t.keyof({ undo: null, redo: null }), isTried: t.boolean }),
  ),
]);

/** What a page asks. */
export type PageRequest = t.TypeOf<typeof pageRequest>;

/** What a page can ask for. */
export type PageVerb = PageRequest["ask"];

/** What each request is answered with. */
export interface PageResults {
  readonly explain: ExplainedElement;
  readonly logs: null;
  /** What the world refused, in words. */
  readonly propose: Offer;
  /** What was done, in words. */
  readonly choose: string;
  readonly turn: TurnedEdit;
  readonly text: SourceText;
  readonly save: null;
  readonly language: null;
  readonly restart: { readonly failures: readonly string[] };
}

/** A line that an instance printed. */
export interface PrintedLine {
  readonly automaton: string;
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly text: string;
}

/** A file of the program, as it is on the disk. */
export interface SourceText {
  /** Absolute. */
  readonly file: string;
  /** As the language server calls it. */
  readonly uri: string;
  readonly text: string;
}

/** A request that was not done. */
export interface PageRefusal {
  readonly message: string;
  readonly hint?: string;
}

/** What the server says. */
export type ServerMessage =
  | {
      readonly kind: "snapshot";
      readonly delta: SnapshotDelta /** Whether it is all there is. */;
      readonly whole: boolean;
    }
  | { readonly kind: "groups"; readonly groups: Groups }
  /** `missed`: so many before these were left out, for the page did not read them. */
  | { readonly kind: "events"; readonly events: readonly LiveEvent[]; readonly missed: number }
  | { readonly kind: "lines"; readonly lines: readonly PrintedLine[]; readonly missed: number }
  /** A file that the page shows was saved. */
  | { readonly kind: "text"; readonly text: SourceText }
  /** Of the language server. */
  | { readonly kind: "language"; readonly message: string }
  /** The language server is gone; another begins with the next message to it. */
  | { readonly kind: "languageEnded" }
  /** Something that the page follows cannot be told now. */
  | { readonly kind: "trouble"; readonly message: string }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "refusal"; readonly id: number; readonly refusal: PageRefusal };
