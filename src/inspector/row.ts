/** An automaton as a line of the list, and which lines a search means. */
import { compareNames } from "../core/natural.ts";
import type { AutomatonStatus, InstanceState } from "../live/control/status.ts";

/** How an automaton stands as a whole: as the instance of which most is wrong. */
export type RowState = InstanceState | "elsewhere" | "none";

/** The more is wrong, the earlier. */
const gravity: readonly RowState[] = [
  ...(["failed", "backoff", "unhealthy", "starting", "draining", "stopped"] as const),
  ...(["none", "running", "elsewhere", "scheduled", "done", "ready"] as const),
];

/** The state of several together. */
export const worstOf = (states: readonly RowState[]): RowState =>
  gravity.find((each) => states.includes(each)) ?? "none";

/** A line of the list. */
export interface Row {
  readonly name: string;
  readonly state: RowState;
  /** Instances that are ready or done, and all. */
  readonly ready: number;
  readonly count: number;
  readonly restarts: number;
  /** Why one of them is not ready; empty where all is well. */
  readonly reason: string;
  readonly protocols: readonly string[];
  /** What is measured of it, in words. */
  readonly load: string;
  /** For the order by load. */
  readonly weight: number;
}

const isWell = (state: InstanceState): boolean =>
  state === "ready" || state === "done" || state === "scheduled";

/** A number as people read it at a glance. */
const short = (value: number): string =>
  value >= 1e6
    ? `${(value / 1e6).toFixed(1)}M`
    : value >= 1e4
      ? `${Math.round(value / 1e3)}k`
      : String(+value.toFixed(2));

/** The line of an automaton. */
export const rowOf = ({ name, instances, services, observed = {}, external }: AutomatonStatus): Row => {
  const states: readonly RowState[] = external === true ? ["elsewhere"] : instances.map(({ state }) => state);
  const state = worstOf(states);
  const troubled = instances.find((instance) => instance.state === state && instance.reason !== null);
  const away = services.find(({ reason }) => (reason ?? null) !== null);
  return {
    ...{ name, state, count: instances.length },
    ready: instances.filter((one) => isWell(one.state)).length,
    restarts: instances.reduce((sum, { restarts }) => sum + restarts, 0),
    reason: troubled?.reason ?? away?.reason ?? "",
    protocols: [...new Set(services.map(({ protocol }) => protocol))],
    load: Object.entries(observed)
      .map(([what, value]) => `${what} ${short(value)}`)
      .join(", "),
    weight: observed.connections ?? observed.cpu ?? Object.values(observed)[0] ?? -1,
  };
};

/** By what the list is sorted. */
export type Order = "name" | "state" | "load" | "restarts";

const byOrder: { readonly [O in Order]: (a: Row, b: Row) => number } = {
  name: () => 0,
  state: (a, b) => gravity.indexOf(a.state) - gravity.indexOf(b.state),
  load: (a, b) => b.weight - a.weight,
  restarts: (a, b) => b.restarts - a.restarts,
};

/** Rows in an order; those that are alike in it, by name. */
export const sorted = (rows: readonly Row[], order: Order): readonly Row[] =>
  [...rows].sort((a, b) => byOrder[order](a, b) || compareNames(a.name, b.name));

type Test = (row: Row) => boolean;

const contains = (text: string, part: string): boolean => text.toLowerCase().includes(part);

const testOf = (word: string): Test => {
  const [, field, part = ""] = /^(name|state|protocol):(.*)$/.exec(word) ?? [];
  switch (field) {
    case "name":
      return ({ name }) => contains(name, part);
    case "state":
      return ({ state }) => state.startsWith(part);
    case "protocol":
      return ({ protocols }) => protocols.some((protocol) => contains(protocol, part));
    default:
      return ({ name, state, reason, protocols }) =>
        [name, state, reason, ...protocols].some((text) => contains(text, word));
  }
};

/**
 * What a search means: every word must be in the name, the state, the reason or a protocol; `name:`, `state:` and
 * `protocol:` before a word say in which.
 */
export const matcher = (query: string): Test => {
  const tests = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(testOf);
  return (row) => tests.every((test) => test(row));
};
