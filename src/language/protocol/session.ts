/** Session types and payloads as values: closed, equi-recursive, compared by meaning. */

export type Payload =
  | { readonly _tag: "Base"; readonly name: "Bytes" | "String" | "Int" | "Float" | "Bool" | "Json" | "Unit" }
  | { readonly _tag: "ListOf"; readonly of: Payload }
  | { readonly _tag: "RecordOf"; readonly fields: ReadonlyMap<string, Payload> };

/** One state of a protocol, from the provider's side; states are indices into `Session.states`. */
export type State =
  | { readonly _tag: "End" }
  | { readonly _tag: "Send" | "Receive"; readonly payload: Payload; readonly next: number }
  | { readonly _tag: "Select" | "Offer"; readonly branches: ReadonlyMap<string, number> };

/** A session as a finite graph. Two sessions mean the same iff their `key`s are equal. */
export interface Session {
  readonly states: readonly State[];
  readonly start: number;
  /** Of the minimal graph, numbered from the start: canonical. */
  readonly key: string;
}
