/** What the list shows of systems: a row for each automaton, in an order, and only those that a filter lets through. */
import { compareNames } from "../../core/natural.ts";
import type { AutomatonStatus, InstanceState, Status } from "../../live/control/status.ts";
import { portNotReadyLine } from "../../live/status/reason.ts";
import { reasons } from "../render/status.ts";

export const orders = ["name", "state", "load", "restarts"] as const;
export type Order = (typeof orders)[number];

export interface Reason {
  /** `exited with 1`: beside the name and the state. */
  readonly short: string;
  /** `api.1 is backoff: exited with 1` */
  readonly whole: string;
}

export interface Row {
  readonly system: string;
  readonly automaton: string;
  /** Its worst state: that of the instance that needs attention most. */
  readonly state: InstanceState | "none" | "elsewhere";
  readonly ready: number;
  readonly asked: number;
  readonly restarts: number;
  /** What is measured of it, by the names that programs have for it. */
  readonly load: Readonly<Record<string, number>>;
  /** Why not all of it is ready; null where all is well. */
  readonly reason: Reason | null;
}

/** The worst first. */
const severity: readonly Row["state"][] = [
  "failed",
  "backoff",
  "unhealthy",
  "stopped",
  "starting",
  "draining",
  "running",
  "none",
  "elsewhere",
  "ready",
  "scheduled",
  "done",
];

const severityOf = (state: Row["state"]): number => severity.indexOf(state);

/** What counts as well: it takes connections, or has done what it was to do. */
const isWell = (state: InstanceState): boolean =>
  state === "ready" || state === "done" || state === "scheduled";

/** The reason of an instance in the state that the row shows, or else of any. */
const reasonOf = (status: Status, automaton: AutomatonStatus, state: Row["state"]): Reason | null => {
  const { name, instances } = automaton;
  const worst = instances.filter((instance) => instance.state === state);
  const [whole = null] = [worst, instances].flatMap((each) =>
    reasons({ ...status, automata: [{ ...automaton, instances: each }], problems: [] }),
  );
  if (whole === null) return null;
  // Name and state stand in the row already.
  const short = whole.startsWith(`${name}.`)
    ? whole.slice(name.length).replace(/^\.\d+ is [a-z]+: /, "")
    : whole;
  return { short, whole };
};

/** Of one that runs elsewhere: why a port of it cannot be reached, or is perhaps not where it was. */
const elsewhereReason = ({ name, services }: AutomatonStatus): Reason | null => {
  const troubled = services.find(({ reason }) => reason != null);
  if (troubled?.reason == null) return null;
  const { port, reason, addresses = [] } = troubled;
  const id = `${name}.${port}`;
  return { short: reason, whole: addresses.length === 0 ? portNotReadyLine(id, reason) : `${id}: ${reason}` };
};

const rowOf = (status: Status, automaton: AutomatonStatus): Row => {
  const { name, instances, observed = {} } = automaton;
  // What leaves is not asked for any more.
  const asked = instances.filter(({ state }) => state !== "draining");
  const [state = automaton.external === true ? "elsewhere" : "none"] = instances
    .map((instance) => instance.state)
    .sort((a, b) => severityOf(a) - severityOf(b));
  return {
    system: status.system,
    automaton: name,
    state,
    ready: asked.filter((instance) => isWell(instance.state)).length,
    asked: asked.length,
    restarts: instances.reduce((sum, { restarts }) => sum + restarts, 0),
    load: observed,
    reason: reasonOf(status, automaton, state) ?? elsewhereReason(automaton),
  };
};

/** What stands for how much an automaton has to do: cores first, then connections. */
const loadOf = ({ load }: Row): number => (load.cpu ?? 0) * 1e6 + (load.connections ?? 0);

const compareBy: Readonly<Record<Order, (a: Row, b: Row) => number>> = {
  name: () => 0,
  state: (a, b) => severityOf(a.state) - severityOf(b.state),
  load: (a, b) => loadOf(b) - loadOf(a),
  restarts: (a, b) => b.restarts - a.restarts,
};

const byName = (a: Row, b: Row): number =>
  compareNames(a.system, b.system) || compareNames(a.automaton, b.automaton);

/** Letters of a filter match in the name, the state and the reason. */
const matches = (row: Row, filter: string): boolean =>
  `${row.system} ${row.automaton} ${row.state} ${row.reason?.whole ?? ""}`
    .toLowerCase()
    .includes(filter.toLowerCase());

export const rowsOf = (statuses: readonly Status[], order: Order, filter: string): readonly Row[] =>
  statuses
    .flatMap((status) => status.automata.map((automaton) => rowOf(status, automaton)))
    .filter((row) => matches(row, filter))
    .sort((a, b) => compareBy[order](a, b) || byName(a, b));
