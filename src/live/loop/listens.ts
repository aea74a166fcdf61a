/**
 * Where instances listen. An edit may give a port another number: a program that was started before listens
 * where it did until it is replaced, and is asked there.
 */
import type { Listens } from "../../core/cell-key.ts";
import { sameJson } from "../../core/json.ts";
import { processKey } from "../../core/resource.ts";
import type { AutomatonValue } from "../../language/value.ts";
import type { AutomatonRecord, State } from "./state.ts";

/** Where its program listens as it is written now. */
const listensOf = ({ provides }: AutomatonValue): Listens =>
  Object.fromEntries(provides.map(({ name, listens }) => [name, listens]));

const actualSpec = ({ sides }: State, automaton: string, index: number): string | null => {
  const actual = sides.actual.get(processKey(automaton, index));
  return actual?.kind === "process" ? actual.spec : null;
};

const desiredSpec = ({ sides }: State, automaton: string, index: number): string | null => {
  const desired = sides.desired.get(processKey(automaton, index));
  return desired?.kind === "process" ? desired.spec : null;
};

/** Where an instance listens whose program is to be replaced; null: where its automaton does as it is written now. */
export const earlierListens = (state: State, automaton: string, index: number): Listens | null => {
  const runs = actualSpec(state, automaton, index);
  if (runs === null || runs === desiredSpec(state, automaton, index)) return null;
  return state.automata.get(automaton)?.listens.get(runs) ?? null;
};

/**
 * Notes where the programs of an automaton listen, and returns which instances still listen elsewhere than is
 * written now, by their index; null: none.
 */
export const noteListens = (
  state: State,
  record: AutomatonRecord,
  automaton: AutomatonValue,
  most: number,
): Readonly<Record<number, Listens>> | null => {
  const now = listensOf(automaton);
  const known = record.listens;
  const listens = new Map<string, Listens>();
  const keep = (spec: string | null | undefined): void => {
    const there = spec == null ? undefined : known.get(spec);
    if (there !== undefined) listens.set(spec!, there);
  };
  // What is under way is neither wanted any more, perhaps, nor there yet.
  for (const spec of record.begun.values()) keep(spec);
  for (let index = 0; index < most; index++) keep(actualSpec(state, record.name, index));
  for (let index = 0; index < most; index++) {
    const spec = desiredSpec(state, record.name, index);
    if (spec !== null) listens.set(spec, now);
  }
  record.listens = listens;
  const earlier: [number, Listens][] = [];
  for (let index = 0; index < most; index++) {
    const there = earlierListens(state, record.name, index);
    if (there !== null && !sameJson(there, now)) earlier.push([index, there]);
  }
  return earlier.length === 0 ? null : Object.fromEntries(earlier);
};
