/** A table as a whole: what is fixed of it, and its elements, which are the rest. */
import type { Request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { getGeneration, readGeneration } from "./batch.ts";
import { type Fixed, type Ruleset, readFixed } from "./fixed.ts";
import {
  addElements,
  deleteElements,
  type Element,
  elementsPerMessage,
  getElement,
  getElements,
  readElements,
} from "./set.ts";

/** An element and the set that it is in. */
export interface Placed {
  readonly set: string;
  readonly element: Element;
}

/** By `elementId`. */
export type Elements = Map<string, Placed>;

/** What tells one element of a table from all others. */
export const elementId = (set: string, key: Uint8Array): string =>
  `${set}\n${Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1")}`;

/** Whether two elements with one key are the same in all else. */
export const sameElement = (a: Placed, b: Placed): boolean =>
  a.element.comment === b.element.comment &&
  sameBytes(a.element.keyEnd ?? null, b.element.keyEnd ?? null) &&
  sameBytes(a.element.data, b.element.data);

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : Buffer.compare(a, b) === 0;

/** The difference of two states of the sets of a table. */
export interface ElementChanges {
  readonly removed: readonly Placed[];
  readonly added: readonly Placed[];
}

/** What takes one set of elements to another. An element with another value is removed and added. */
export const difference = (before: Elements, after: Elements): ElementChanges => {
  const removed: Placed[] = [];
  const added: Placed[] = [];
  for (const [id, placed] of before) {
    const stays = after.get(id);
    if (stays === undefined || !sameElement(stays, placed)) removed.push(placed);
  }
  for (const [id, placed] of after) {
    const was = before.get(id);
    if (was === undefined || !sameElement(was, placed)) added.push(placed);
  }
  return { removed, added };
};

const inPieces = (
  table: string,
  placed: readonly Placed[],
  make: (table: string, set: string, elements: readonly Element[]) => Request,
): readonly Request[] => {
  const sets = new Map<string, Element[]>();
  for (const { set, element } of placed) {
    const list = sets.get(set);
    if (list === undefined) sets.set(set, [element]);
    else list.push(element);
  }
  return [...sets].flatMap(([set, elements]) =>
    Array.from({ length: Math.ceil(elements.length / elementsPerMessage) }, (_, piece) =>
      make(table, set, elements.slice(piece * elementsPerMessage, (piece + 1) * elementsPerMessage)),
    ),
  );
};

/** The requests that make a difference: what goes first. */
export const requestsFor = (table: string, { removed, added }: ElementChanges): readonly Request[] => [
  ...inPieces(table, removed, deleteElements),
  ...inPieces(table, added, addElements),
];

/** What there is of a table. */
export interface Found extends Fixed {
  readonly elements: Elements;
  readonly generation: number;
}

const elementsIn = (socket: NetlinkSocket, table: string, sets: Iterable<string>): Elements => {
  const elements: Elements = new Map();
  for (const set of sets) {
    for (const list of socket.dump(getElements(table, set), readElements)) {
      for (const element of list.elements) elements.set(elementId(set, element.key), { set, element });
    }
  }
  return elements;
};

/** How often what changes while it is read is read again. */
const attempts = 20;

/** Reads while nothing changes: as of one generation. */
const steadily = <T>(socket: NetlinkSocket, table: string, read: (generation: number) => T): T => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const generation = socket.get(getGeneration, readGeneration) ?? 0;
    const found = read(generation);
    if ((socket.get(getGeneration, readGeneration) ?? 0) === generation) return found;
  }
  throw new Error(`the table ${table} never stands still`);
};

/** Reads a whole table. */
export const readRuleset = (socket: NetlinkSocket, ruleset: Ruleset): Found =>
  steadily(socket, ruleset.table, (generation) => {
    const fixed = readFixed(socket, ruleset);
    return { ...fixed, elements: elementsIn(socket, ruleset.table, fixed.sets), generation };
  });

/** What an element is known by. */
export interface ElementName {
  readonly set: string;
  readonly key: Uint8Array;
}

/** Reads some elements of a table, and if need be what is fixed of it. */
export const readSome = (
  socket: NetlinkSocket,
  ruleset: Ruleset,
  names: readonly ElementName[],
  withFixed: boolean,
): Pick<Found, "elements" | "generation"> & { readonly fixed: Fixed | null } =>
  steadily(socket, ruleset.table, (generation) => {
    const fixed = withFixed ? readFixed(socket, ruleset) : null;
    const questions = names.map(({ set, key }) => getElement(ruleset.table, set, key));
    const elements: Elements = new Map();
    for (const answer of socket.getAll(questions, readElements)) {
      for (const element of answer?.elements ?? [])
        elements.set(elementId(answer!.set, element.key), { set: answer!.set, element });
    }
    return { fixed, elements, generation };
  });
