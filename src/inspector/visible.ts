/** Which boxes of a graph are seen: groups that are closed stand for all that is in them, and for its wires. */
import type { Groups } from "./grouping.ts";

/** A box: an automaton, a group that is closed, or one that is open around others. */
export interface GraphBox {
  /** The name of an automaton, or the id of a group. */
  readonly id: string;
  readonly label: string;
  readonly kind: "automaton" | "closed" | "open";
  /** The place of the open group around it in the list of all; -1: none. */
  readonly parent: number;
  /** How many automata are in it. */
  readonly count: number;
}

/** Wires between two boxes, by their places in the list of all. */
export interface GraphLink {
  readonly from: number;
  readonly to: number;
  /** How many wires it stands for. */
  readonly count: number;
  /** Whether all of them are one-way. */
  readonly isMessage: boolean;
}

/** What is seen. Boxes that are around others come before them. */
export interface VisibleGraph {
  readonly boxes: readonly GraphBox[];
  readonly links: readonly GraphLink[];
  /** The place of the box in which each automaton is seen. */
  readonly boxOf: ReadonlyMap<string, number>;
}

/** A wire between ports. */
export interface GraphWire {
  readonly from: string;
  readonly to: string;
  readonly kind: "request" | "message";
}

/** `a` of `a.port`. */
export const automatonOf = (port: string): string => port.slice(0, port.lastIndexOf("."));

const countsOf = (names: readonly string[], { groups, of }: Groups): readonly number[] => {
  const counts = new Array<number>(groups.length).fill(0);
  for (const name of names)
    for (let at = of[name] ?? -1; at >= 0; at = groups[at]!.parent) counts[at] = counts[at]! + 1;
  return counts;
};

/** The groups that are open at first: from the outermost inward, as long as no more than `most` boxes are seen. */
export const openedAtFirst = (
  names: readonly string[],
  groups: Groups,
  most: number,
): ReadonlySet<string> => {
  const inside = groups.groups.map(() => 0);
  let seen = 0;
  const add = (parent: number): void => {
    if (parent < 0) seen++;
    else inside[parent] = inside[parent]! + 1;
  };
  for (const name of names) add(groups.of[name] ?? -1);
  for (const { parent } of groups.groups) add(parent);
  const open = new Set<string>();
  // Parents come before their children; small groups open where a large one would not fit.
  for (const [at, { id, parent }] of groups.groups.entries()) {
    const isReached = parent < 0 || open.has(groups.groups[parent]!.id);
    if (!isReached || seen + inside[at]! > most) continue;
    open.add(id);
    seen += inside[at]!;
  }
  return open;
};

/** The boxes and links that are seen while these groups are open. */
export const visibleGraph = (
  names: readonly string[],
  wires: readonly GraphWire[],
  groups: Groups,
  open: ReadonlySet<string>,
): VisibleGraph => {
  const counts = countsOf(names, groups);
  const boxes: GraphBox[] = [];
  /** Of each group the box that stands for it, or around it. */
  const boxOfGroup: number[] = [];
  const isOpen: boolean[] = [];
  for (const [at, { id, label, parent }] of groups.groups.entries()) {
    const isInOpen = parent < 0 || isOpen[parent]!;
    isOpen[at] = isInOpen && open.has(id);
    boxOfGroup[at] = isInOpen ? boxes.length : boxOfGroup[parent]!;
    if (!isInOpen || counts[at] === 0) continue;
    const around = parent < 0 ? -1 : boxOfGroup[parent]!;
    boxes.push({ id, label, kind: isOpen[at] ? "open" : "closed", parent: around, count: counts[at]! });
  }
  const boxOf = new Map<string, number>();
  for (const name of names) {
    const at = groups.of[name] ?? -1;
    if (at < 0 || isOpen[at]) {
      boxOf.set(name, boxes.length);
      boxes.push({
        id: name,
        label: name,
        kind: "automaton",
        parent: at < 0 ? -1 : boxOfGroup[at]!,
        count: 1,
      });
    } else boxOf.set(name, boxOfGroup[at]!);
  }
  const links = new Map<string, GraphLink>();
  for (const { from, to, kind } of wires) {
    const [a, b] = [boxOf.get(automatonOf(from)), boxOf.get(automatonOf(to))];
    // Of wires within a closed group nothing is seen.
    if (a === undefined || b === undefined || (a === b && boxes[a]!.kind === "closed")) continue;
    const known = links.get(`${a} ${b}`);
    const isMessage = kind === "message" && known?.isMessage !== false;
    links.set(`${a} ${b}`, { from: a, to: b, count: (known?.count ?? 0) + 1, isMessage });
  }
  return { boxes, links: [...links.values()], boxOf };
};
