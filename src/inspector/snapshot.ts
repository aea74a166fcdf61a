/**
 * What a page shows of a system, and the difference between two snapshots of it. A page that reads slowly is sent
 * the difference to the snapshot that is the latest by then, in pieces.
 */
import type { AutomatonStatus, Status } from "../live/control/status.ts";

/** Whether the orchestrator answers. */
export type Link = "connecting" | "answering" | "absent" | "silent";

/** What is told of the system as a whole. */
export interface SnapshotHead
  extends Pick<
    Status,
    | "system"
    | "state"
    | "problems"
    | "warnings"
    | "base"
    | "file"
    | "rejected"
    | "orchestrator"
    | "publications"
  > {
  /** Whether nothing of it runs: it is in a base case that is a model. */
  readonly isModel: boolean;
  readonly link: Link;
  /** Why it does not answer; empty while it does. */
  readonly said: string;
}

type WireStatus = Status["wires"][number];

/** Automata and wires by name, each with its JSON: equal texts are equal things. */
interface Item<T> {
  readonly value: T;
  readonly json: string;
}

/** A system as it was at one moment. */
export interface Snapshot {
  readonly head: Item<SnapshotHead> | null;
  readonly automata: ReadonlyMap<string, Item<AutomatonStatus>>;
  readonly wires: ReadonlyMap<string, Item<WireStatus>>;
}

/** What makes one snapshot of another. What is left out has not changed. */
export interface SnapshotDelta {
  readonly head?: SnapshotHead;
  readonly automata?: readonly AutomatonStatus[];
  /** Names of automata that are gone. */
  readonly gone?: readonly string[];
  readonly wires?: readonly WireStatus[];
  /** Wires that are gone, as `wireName` calls them. */
  readonly cut?: readonly string[];
}

/** Nothing is known yet. */
export const noSnapshot: Snapshot = { head: null, automata: new Map(), wires: new Map() };

/** What tells a wire from all others. */
export const wireName = ({ from, to }: Pick<WireStatus, "from" | "to">): string => `${from} ${to}`;

const itemOf = <T>(value: T, known: Item<T> | null | undefined): Item<T> => {
  const json = JSON.stringify(value);
  return known?.json === json ? known : { value, json };
};

const itemsOf = <T>(
  values: readonly T[],
  name: (value: T) => string,
  known: ReadonlyMap<string, Item<T>>,
): ReadonlyMap<string, Item<T>> =>
  new Map(values.map((value) => [name(value), itemOf(value, known.get(name(value)))]));

/** The snapshot of a status; what did not change since the one before is shared with it. `isModel`: nothing of it runs. */
export const snapshotOf = (status: Status, before: Snapshot, isModel = false): Snapshot => {
  const { automata, wires, ...head } = status;
  return {
    head: itemOf({ ...head, isModel, link: "answering", said: "" }, before.head),
    automata: itemsOf(automata, ({ name }) => name, before.automata),
    wires: itemsOf(wires, wireName, before.wires),
  };
};

/** The same system, of which nothing new is known, for its orchestrator does not answer. */
export const unanswered = (before: Snapshot, system: string, link: Link, said: string): Snapshot => {
  const known = before.head?.value ?? {
    ...{ system, state: "converging" as const, problems: [], warnings: [], base: "", file: null },
    ...{ rejected: null, publications: [], isModel: false },
  };
  return { ...before, head: itemOf({ ...known, orchestrator: null, link, said }, before.head) };
};

interface Part<T> {
  readonly next: Map<string, Item<T>>;
  readonly set: T[];
  readonly gone: string[];
}

const partOf = <T>(
  from: ReadonlyMap<string, Item<T>>,
  to: ReadonlyMap<string, Item<T>>,
  room: { left: number },
): Part<T> | null => {
  if (from === to) return null;
  const part: Part<T> = { next: new Map(from), set: [], gone: [] };
  for (const [name, item] of to) {
    const known = from.get(name);
    if (known === item || known?.json === item.json) continue;
    if (room.left-- <= 0) break;
    part.set.push(item.value);
    part.next.set(name, item);
  }
  for (const name of from.keys()) {
    if (to.has(name)) continue;
    part.gone.push(name);
    part.next.delete(name);
  }
  return part.set.length + part.gone.length === 0 ? null : part;
};

/** A step from one snapshot towards another. */
export interface SnapshotStep {
  readonly delta: SnapshotDelta;
  /** The snapshot that the delta makes. */
  readonly reached: Snapshot;
}

/** With at most so many automata and wires. Null where there is no difference. */
export const stepTowards = (from: Snapshot, to: Snapshot, most = 500): SnapshotStep | null => {
  const room = { left: most };
  const automata = partOf(from.automata, to.automata, room);
  const wires = partOf(from.wires, to.wires, room);
  const head = to.head !== null && to.head.json !== from.head?.json ? to.head : null;
  if (automata === null && wires === null && head === null) return null;
  return {
    delta: {
      ...(head === null ? {} : { head: head.value }),
      ...(automata === null || automata.set.length === 0 ? {} : { automata: automata.set }),
      ...(automata === null || automata.gone.length === 0 ? {} : { gone: automata.gone }),
      ...(wires === null || wires.set.length === 0 ? {} : { wires: wires.set }),
      ...(wires === null || wires.gone.length === 0 ? {} : { cut: wires.gone }),
    },
    reached: {
      head: head ?? from.head,
      automata: automata?.next ?? from.automata,
      wires: wires?.next ?? from.wires,
    },
  };
};
