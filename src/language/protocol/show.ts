/** Protocols and payloads as they would be written. */
import type { Payload, Session, State } from "./session.ts";

/** What is still to be written: text, or something that is not yet text. */
type Piece =
  | string
  | { readonly _tag: "Payload"; readonly payload: Payload }
  | { readonly _tag: "State"; readonly state: number }
  /** The way back out of a state that may have been recursive. */
  | { readonly _tag: "Leave"; readonly state: number };

export interface Limit {
  /** About the most characters: the text breaks off with `…` behind them. */
  readonly length: number;
}

/** Far beyond what a person reads, but a shared graph can be exponential in text. */
const unbounded: Limit = { length: 1_000_000 };

/** Writes one protocol or payload; loops, for depth. */
class Writer {
  readonly #states: readonly State[];
  readonly #limit: number;
  /** Text, or the number of a state that is come back to. */
  readonly #out: (string | number)[] = [];
  /** Where in the output each state on the way here begins. */
  readonly #open = new Map<number, number>();
  /** Where in the output a state begins that is come back to. */
  readonly #bound = new Map<number, number>();
  readonly #todo: Piece[] = [];
  #length = 0;

  constructor(states: readonly State[], limit: Limit) {
    this.#states = states;
    this.#limit = limit.length;
  }

  write(piece: Piece): string {
    this.#todo.push(piece);
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
      if (this.#length > this.#limit) {
        this.#put("…");
        break;
      }
      if (typeof next === "string") this.#put(next);
      else if (next._tag === "Leave") this.#open.delete(next.state);
      else if (next._tag === "Payload") this.#payload(next.payload);
      else this.#state(next.state);
    }
    return this.#joined();
  }

  /** The output, with variables in the order in which `mu` binds them. */
  #joined(): string {
    const names = new Map<number, string>();
    return this.#out
      .map((piece, at) => {
        if (typeof piece === "number") return names.get(piece)!;
        const state = this.#bound.get(at);
        if (state === undefined) return piece;
        const name = names.get(state) ?? variable(names.size);
        names.set(state, name);
        return `mu ${name}. ${piece}`;
      })
      .join("");
  }

  #put(text: string): void {
    this.#out.push(text);
    this.#length += text.length;
  }

  /** In the order in which they are to be written. */
  #later(pieces: readonly Piece[]): void {
    for (let i = pieces.length - 1; i >= 0; i--) this.#todo.push(pieces[i]!);
  }

  #state(number: number): void {
    const begun = this.#open.get(number);
    if (begun !== undefined) {
      this.#bound.set(begun, number);
      this.#out.push(number);
      this.#length++;
      return;
    }
    const state = this.#states[number]!;
    if (state._tag === "End") {
      this.#put("end");
      return;
    }
    this.#open.set(number, this.#out.length);
    const leave: Piece = { _tag: "Leave", state: number };
    if ("next" in state) {
      this.#put(state._tag === "Send" ? "!" : "?");
      const payload: Piece = { _tag: "Payload", payload: state.payload };
      if (this.#states[state.next]!._tag === "End") this.#later([payload, leave]);
      else this.#later([payload, " . ", { _tag: "State", state: state.next }, leave]);
      return;
    }
    this.#put(state._tag === "Select" ? "+{ " : "&{ ");
    const pieces: Piece[] = [];
    for (const [label, to] of state.branches) {
      pieces.push(`${pieces.length > 0 ? ", " : ""}${label}: `, { _tag: "State", state: to });
    }
    this.#later([...pieces, " }", leave]);
  }

  #payload(payload: Payload): void {
    switch (payload._tag) {
      case "Base":
        this.#put(payload.name);
        return;
      case "ListOf":
        this.#later(["[", { _tag: "Payload", payload: payload.of }, "]"]);
        return;
      case "RecordOf": {
        const pieces: Piece[] = [];
        for (const [name, of] of payload.fields) {
          pieces.push(`${pieces.length > 0 ? ", " : ""}${name}: `, { _tag: "Payload", payload: of });
        }
        this.#later(pieces.length === 0 ? ["{}"] : ["{ ", ...pieces, " }"]);
      }
    }
  }
}

/** t, u, … z, t1, u1, … */
const variable = (index: number): string => {
  const letters = "tuvwxyz";
  const round = Math.floor(index / letters.length);
  return `${letters[index % letters.length]}${round === 0 ? "" : round}`;
};

/** A protocol, from the provider's side, with `mu` where it comes round again. */
export const showSession = (session: Session, limit: Limit = unbounded): string =>
  new Writer(session.states, limit).write({ _tag: "State", state: session.start });

export const showPayload = (payload: Payload, limit: Limit = unbounded): string =>
  new Writer([], limit).write({ _tag: "Payload", payload });
