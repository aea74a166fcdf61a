/**
 * One page. It is sent the next message when it has taken the one before, so that a slow page holds up nobody: of the
 * snapshot it gets the latest, of events and lines the last ones and how many it missed.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { WebSocket } from "ws";
import { jsonText } from "../core/json-text.ts";
import type { LiveEvent } from "../live/control/messages.ts";
import { Bounded } from "./bounded.ts";
import type { Follower } from "./follower.ts";
import type { Groups } from "./grouping.ts";
import {
  type PageRefusal,
  type PageRequest,
  type PrintedLine,
  pageRequest,
  type ServerMessage,
  type SourceText,
} from "./protocol.ts";
import { noSnapshot, type Snapshot, stepTowards } from "./snapshot.ts";

const mostEvents = 2_000;
const mostLines = 5_000;
/** Answers, and messages of the language server, that wait. */
const mostLanguage = 1_000;
const mostAnswers = 64;

/** Does what a page asks; `printed` takes the lines that it follows from then on. */
export type Answer = (
  request: PageRequest,
  page: PageConnection,
) => Promise<{ readonly result: unknown } | { readonly refusal: PageRefusal }>;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Speaks with one page until it hangs up. */
export class PageConnection {
  readonly #socket: WebSocket;
  readonly #follower: Follower;
  readonly #answer: Answer;
  readonly #events = new Bounded<LiveEvent>(mostEvents);
  readonly #lines = new Bounded<PrintedLine>(mostLines);
  #answers: ServerMessage[] = [];
  #groups: Groups | null = null;
  #text: SourceText | null = null;
  /** What the language server says; null where it ended. */
  #language: (string | null)[] = [];
  #trouble: string | null = null;
  #sent: Snapshot = noSnapshot;
  #isSending = false;
  readonly #closed = new AbortController();
  #logs = new AbortController();

  constructor(socket: WebSocket, follower: Follower, answer: Answer) {
    this.#socket = socket;
    this.#follower = follower;
    this.#answer = answer;
    for (const event of follower.events) this.#events.push(event);
    const unwatch = follower.watch({
      onSnapshot: () => this.#send(),
      onEvent: (event) => {
        this.#events.push(event);
        this.#send();
      },
      onAnew: () => this.#events.clear(),
    });
    socket.on("message", (data, isBinary) => {
      if (isBinary) return socket.close(1003, "messages are text");
      void this.#take(parsed(String(data)));
    });
    socket.on("error", () => socket.terminate());
    socket.once("close", () => {
      unwatch();
      this.#logs.abort();
      this.#closed.abort();
    });
    this.#send();
  }

  /** Aborted when the page is gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** What the page followed of logs ends; aborted when that is so of what it follows now. */
  followAnew(): AbortSignal {
    this.#logs.abort();
    this.#lines.clear();
    this.#logs = new AbortController();
    if (this.#closed.signal.aborted) this.#logs.abort();
    return this.#logs.signal;
  }

  /** A text that is shown was saved; only the latest counts. */
  saved(text: SourceText): void {
    this.#text = text;
    this.#send();
  }

  /** What the language server says. A page that does not take it is hung up on. */
  language(message: string): void {
    this.#language.push(message);
    if (this.#language.length > mostLanguage) this.#socket.terminate();
    else this.#send();
  }

  /** The language server has ended: what it still said comes before that. */
  languageEnded(): void {
    this.#language.push(null);
    this.#send();
  }

  /** How the text groups what the page shows. */
  group(groups: Groups): void {
    this.#groups = groups;
    this.#send();
  }

  /** Something that it follows cannot be told now; only the latest counts. */
  troubled(message: string): void {
    this.#trouble = message;
    this.#send();
  }

  printed(line: PrintedLine): void {
    this.#lines.push(line);
    this.#send();
  }

  async #take(message: unknown): Promise<void> {
    const decoded = pageRequest.decode(message);
    if (isLeft(decoded)) return this.#socket.close(1008, "this request is not understood");
    // A page that asks without taking answers is none of ours.
    if (this.#answers.length >= mostAnswers) return this.#socket.terminate();
    const { id } = decoded.right;
    const answered = await this.#answer(decoded.right, this).catch((error: unknown) => ({
      refusal: { message: `internal error: ${error}` },
    }));
    this.#answers.push(
      "result" in answered ? { kind: "result", id, ...answered } : { kind: "refusal", id, ...answered },
    );
    this.#send();
  }

  /** Sends what is due, one message after the other, each when the one before was taken. */
  #send(): void {
    if (this.#isSending || this.#socket.readyState !== this.#socket.OPEN) return;
    const message = this.#next();
    if (message === null) return;
    this.#isSending = true;
    this.#socket.send(jsonText(message), (error) => {
      this.#isSending = false;
      if (error === undefined || error === null) this.#send();
    });
  }

  #next(): ServerMessage | null {
    const answer = this.#answers.shift();
    if (answer !== undefined) return answer;
    const language = this.#language.shift();
    if (language === null) return { kind: "languageEnded" };
    if (language !== undefined) return { kind: "language", message: language };
    const trouble = this.#trouble;
    if (trouble !== null) {
      this.#trouble = null;
      return { kind: "trouble", message: trouble };
    }
    const text = this.#text;
    if (text !== null) {
      this.#text = null;
      return { kind: "text", text };
    }
    const { snapshot } = this.#follower;
    const step = stepTowards(this.#sent, snapshot);
    if (step !== null) {
      this.#sent = step.reached;
      return { kind: "snapshot", delta: step.delta, whole: stepTowards(this.#sent, snapshot, 0) === null };
    }
    const groups = this.#groups;
    if (groups !== null) {
      this.#groups = null;
      return { kind: "groups", groups };
    }
    const events = this.#events.take();
    if (events !== null) return { kind: "events", events: events.items, missed: events.missed };
    const lines = this.#lines.take();
    return lines === null ? null : { kind: "lines", lines: lines.items, missed: lines.missed };
  }
}
