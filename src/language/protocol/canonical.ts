/** From any graph of states to the one graph that stands for its meaning. */
import { coarsestPartition } from "./partition.ts";
import type { Payload, Session, State } from "./session.ts";
import { flipped } from "./unfold.ts";

type Vertex = State | Payload;

/** The graph of all that a vertex leads to, as vertices in the order of discovery. */
interface Discovered {
  readonly vertices: readonly Vertex[];
  /** Of each vertex: label and vertex, sorted by label. */
  readonly edges: readonly (readonly (readonly [label: string, to: number])[])[];
}

const byName = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;

const kindOf = (vertex: Vertex): string => (vertex._tag === "Base" ? vertex.name : vertex._tag);

/** What a vertex leads to, sorted by label. */
const outOf = (vertex: Vertex, states: readonly State[]): readonly (readonly [string, Vertex])[] => {
  switch (vertex._tag) {
    case "End":
    case "Base":
      return [];
    case "Send":
    case "Receive":
      return [
        ["next", states[vertex.next]!],
        ["payload", vertex.payload],
      ];
    case "Select":
    case "Offer":
      return [...vertex.branches].map(([label, to]) => [label, states[to]!] as const).sort(byName);
    case "ListOf":
      return [["of", vertex.of]];
    case "RecordOf":
      return [...vertex.fields].sort(byName);
  }
};

const discover = (start: Vertex, states: readonly State[]): Discovered => {
  const numbers = new Map<Vertex, number>([[start, 0]]);
  const vertices: Vertex[] = [start];
  const edges: (readonly [string, number])[][] = [];
  for (let i = 0; i < vertices.length; i++) {
    const row: (readonly [string, number])[] = [];
    for (const [label, to] of outOf(vertices[i]!, states)) {
      let number = numbers.get(to);
      if (number === undefined) {
        number = vertices.length;
        numbers.set(to, number);
        vertices.push(to);
      }
      row.push([label, number]);
    }
    edges.push(row);
  }
  return { vertices, edges };
};

/** A number for each different text, in the order in which they are first asked. */
const numbering = (): ((text: string) => number) => {
  const numbers = new Map<string, number>();
  return (text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
};

/** The same graph with each meaning once, numbered breadth-first from its start, which is 0. */
const minimal = (graph: Discovered): Discovered => {
  const kinds = numbering();
  const labels = numbering();
  const tail: number[] = [];
  const label: number[] = [];
  const head: number[] = [];
  graph.edges.forEach((row, from) => {
    for (const [name, to] of row) {
      tail.push(from);
      label.push(labels(name));
      head.push(to);
    }
  });
  const kind = graph.vertices.map((vertex) => kinds(kindOf(vertex)));
  const blockOf = coarsestPartition({ kind, tail, label, head });
  const numbers = new Map<number, number>([[blockOf[0]!, 0]]);
  const representatives: number[] = [0];
  const edges: (readonly [string, number])[][] = [];
  for (let i = 0; i < representatives.length; i++) {
    const row: (readonly [string, number])[] = [];
    for (const [name, to] of graph.edges[representatives[i]!]!) {
      const block = blockOf[to]!;
      let number = numbers.get(block);
      if (number === undefined) {
        number = representatives.length;
        numbers.set(block, number);
        representatives.push(to);
      }
      row.push([name, number]);
    }
    edges.push(row);
  }
  return { vertices: representatives.map((number) => graph.vertices[number]!), edges };
};

const keyOf = (graph: Discovered): string =>
  graph.vertices
    .map((vertex, i) => {
      const edges = graph.edges[i]!.map(([label, to]) => `${label}:${to}`).join(",");
      return edges === "" && vertex._tag !== "RecordOf" ? kindOf(vertex) : `${kindOf(vertex)}{${edges}}`;
    })
    .join(";");

/**
 * The session that begins at `start`. Its graph is the minimal one, its states numbered
 * breadth-first from the start (0) with labels in order, and equal payloads in it are
 * one object; so it is the same however it was written. In O(m log n) for m labels.
 */
export const canonical = (states: readonly State[], start: number): Session => {
  const graph = minimal(discover(states[start]!, states));
  // Payloads are numbered among the states; states are renumbered without them.
  const stateNumbers = new Map<number, number>();
  graph.vertices.forEach((vertex, i) => {
    if (!isPayload(vertex)) stateNumbers.set(i, stateNumbers.size);
  });
  const payloads = new Map<number, Payload>();
  for (let i = graph.vertices.length - 1; i >= 0; i--) {
    if (isPayload(graph.vertices[i]!)) buildPayload(graph, i, payloads);
  }
  const stateOf = (i: number): State => {
    const vertex = graph.vertices[i] as State;
    const edges = graph.edges[i]!;
    if (vertex._tag === "End") return vertex;
    if ("branches" in vertex) {
      const branches = new Map(edges.map(([label, to]) => [label, stateNumbers.get(to)!] as const));
      return { _tag: vertex._tag, branches };
    }
    const [next, payload] = [edges[0]![1], edges[1]![1]];
    return { _tag: vertex._tag, payload: payloads.get(payload)!, next: stateNumbers.get(next)! };
  };
  return { states: [...stateNumbers.keys()].map(stateOf), start: 0, key: keyOf(graph) };
};

const isPayload = (vertex: Vertex): vertex is Payload =>
  vertex._tag === "Base" || vertex._tag === "ListOf" || vertex._tag === "RecordOf";

/** Builds a payload after those it is made of, without recursion. */
const buildPayload = (graph: Discovered, root: number, built: Map<number, Payload>): void => {
  const stack = [root];
  while (stack.length > 0) {
    const at = stack[stack.length - 1]!;
    const waiting = graph.edges[at]!.filter(([, to]) => !built.has(to));
    if (waiting.length > 0) {
      for (const [, to] of waiting) stack.push(to);
      continue;
    }
    stack.pop();
    if (built.has(at)) continue;
    const vertex = graph.vertices[at] as Payload;
    const edges = graph.edges[at]!;
    if (vertex._tag === "Base") built.set(at, vertex);
    else if (vertex._tag === "ListOf") built.set(at, { _tag: "ListOf", of: built.get(edges[0]![1])! });
    else {
      const fields = new Map(edges.map(([name, to]) => [name, built.get(to)!] as const));
      built.set(at, { _tag: "RecordOf", fields });
    }
  }
};

const payloadKeys = new WeakMap<Payload, string>();

/** A text that two payloads share iff they are equal by structure. */
export const payloadKey = (payload: Payload): string => {
  if (payload._tag === "Base") return payload.name;
  const known = payloadKeys.get(payload);
  if (known !== undefined) return known;
  const key = keyOf(minimal(discover(payload, [])));
  payloadKeys.set(payload, key);
  return key;
};

/** The session as the other side sees it. Payloads stay. */
export const dual = (session: Session): Session => {
  const states = session.states.map(
    (state): State => (state._tag === "End" ? state : ({ ...state, _tag: flipped[state._tag] } as State)),
  );
  return canonical(states, session.start);
};
