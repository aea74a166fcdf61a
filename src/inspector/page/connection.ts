/** The page's side of the conversation with the server. */
import type { PageRefusal, PageRequest, PageResults, PageVerb, ServerMessage } from "../protocol.ts";

/** Of the subprotocol, as the server calls it. */
const socketProtocol = "architect-inspector";
/** Kept for this page's own origin, by its browser; it survives a reload, not the window. */
const keyName = "architect-inspector-key";

/** Whether the page is connected. */
export type Connected = "opening" | "open" | "lost" | "refused";

/** What a request came to. */
export type Answered<V extends PageVerb> =
  | { readonly result: PageResults[V] }
  | { readonly refusal: PageRefusal };

/** Whoever is told of what the server says. */
export interface Listeners {
  readonly onState: (state: Connected) => void;
  readonly onMessage: (message: ServerMessage) => void;
}

type Asked<V extends PageVerb> = Omit<Extract<PageRequest, { readonly ask: V }>, "id" | "ask">;

const hungUp: PageRefusal = { message: "the connection was lost before there was an answer" };

/** Gives the token of the address back, once, for the key of this page. False: it was not taken. */
const exchange = async (): Promise<boolean> => {
  const token = location.hash.slice(1);
  if (token === "") return sessionStorage.getItem(keyName) !== null;
  history.replaceState(null, "", location.pathname);
  const response = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  // A page that is open already may be opened by the same address again.
  if (!response.ok) return sessionStorage.getItem(keyName) !== null;
  const { key } = (await response.json()) as { readonly key: string };
  sessionStorage.setItem(keyName, key);
  return true;
};

/** Connects, and connects again as often as the connection is lost. */
export class Connection {
  readonly #listeners: Listeners;
  readonly #waiting = new Map<number, (answered: Answered<PageVerb>) => void>();
  #socket: WebSocket | null = null;
  #nextId = 0;
  #pauseMs = 250;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
    void this.#begin();
  }

  ask<V extends PageVerb>(ask: V, asked: Asked<V>): Promise<Answered<V>> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return Promise.resolve({ refusal: hungUp });
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve as (answered: Answered<PageVerb>) => void);
      socket.send(JSON.stringify({ ...asked, id, ask }));
    });
  }

  async #begin(): Promise<void> {
    try {
      if (await exchange()) this.#connect();
      else this.#listeners.onState("refused");
    } catch {
      this.#listeners.onState("lost");
    }
  }

  #connect(): void {
    const key = sessionStorage.getItem(keyName) ?? "";
    const socket = new WebSocket(`ws://${location.host}/socket`, [socketProtocol, `key.${key}`]);
    let wasOpen = false;
    this.#socket = socket;
    socket.addEventListener("open", () => {
      wasOpen = true;
      this.#pauseMs = 250;
      this.#listeners.onState("open");
    });
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data)) as ServerMessage));
    socket.addEventListener("close", () => {
      for (const tell of this.#waiting.values()) tell({ refusal: hungUp });
      this.#waiting.clear();
      this.#listeners.onState("lost");
      void this.#again(wasOpen);
    });
  }

  /** Waits, longer each time, and finds out whether the server is gone or does not know this page any more. */
  async #again(wasOpen: boolean): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
    this.#pauseMs = Math.min(5_000, this.#pauseMs * 2);
    if (!wasOpen && (await isThere())) {
      this.#listeners.onState("refused");
      sessionStorage.removeItem(keyName);
    } else this.#connect();
  }

  #take(message: ServerMessage): void {
    if (message.kind !== "result" && message.kind !== "refusal") {
      this.#listeners.onMessage(message);
      return;
    }
    const tell = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === "refusal") tell?.({ refusal: message.refusal });
    else tell?.({ result: message.result } as Answered<PageVerb>);
  }
}

const isThere = async (): Promise<boolean> => {
  try {
    return (await fetch("/icon.svg", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
};
