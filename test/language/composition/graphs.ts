/** Automata and compositions for tests, by hand and at random. */
import * as fc from "fast-check";
import type { ArrowOp } from "../../../src/core/syntax/expressions.ts";
import { arrow, object, overlay, publish, select, union } from "../../../src/language/composition/algebra.ts";
import type { Composition } from "../../../src/language/composition/composition.ts";
import { leaves } from "../../../src/language/composition/facts.ts";
import { targetsKey } from "../../../src/language/composition/meaning.ts";
import type { Site } from "../../../src/language/problem.ts";
import { listOf } from "../../../src/language/rope.ts";
import type { AutomatonValue, ProvidedPort, RequiredPort, Value } from "../../../src/language/value.ts";
import type { EvaluationResult } from "../../../src/language/world.ts";
import { session } from "../protocol/notation.ts";

/** A place that differs from all others by its number. */
export const site = (at: number): Site => ({ module: "test.arch", declaration: "system s", at });

export const protocols = {
  P: session("?Int . !Int"),
  Q: session("mu t. &{ get: ?String . !Bytes . t, quit: end }"),
  /** Offers more than Q. */
  Qplus: session("mu t. &{ get: ?String . !Bytes . t, put: ?Bytes . t, quit: end }"),
  Log: session("mu t. &{ line: ?String . t, bye: end }"),
  /** Parts from Q at the second step. */
  Late: session("mu t. &{ get: ?String . !Int . t, quit: end }"),
} as const;
export type ProtocolName = keyof typeof protocols;

/** `{ api: "Q tcp 9000" }` */
type Provides = Readonly<Record<string, `${ProtocolName} ${"tcp" | "udp"} ${number}` | ProtocolName>>;
/** `{ kv: "Q" }`, `{ kv: "Q?" }` where it is optional. */
type Requires = Readonly<Record<string, ProtocolName | `${ProtocolName}?`>>;

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

export const automaton = (
  name: string,
  provides: Provides = {},
  requires: Requires = {},
  where = site(1),
): AutomatonValue => ({
  _tag: "Automaton",
  name,
  provides: Object.entries(provides)
    .map(([port, text], i): ProvidedPort => {
      const [label = "P", transport = "tcp", number = "1000"] = text.split(" ");
      return {
        name: port,
        protocol: protocols[label as ProtocolName],
        label,
        transport: transport as "tcp" | "udp",
        number: Number(number),
        last: Number(number),
        listens: Number(number),
        at: null,
        site: { ...where, at: where.at + 1 + i },
      };
    })
    .sort(byName),
  requires: Object.entries(requires)
    .map(([port, text], i): RequiredPort => {
      const label = text.replace("?", "") as ProtocolName;
      return {
        name: port,
        protocol: protocols[label],
        label,
        optional: text.endsWith("?"),
        each: false,
        site: { ...where, at: where.at + 100 + i },
      };
    })
    .sort(byName),
  runs: null,
  once: false,
  schedule: null,
  env: new Map(),
  files: new Map(),
  reload: null,
  scratch: new Map(),
  limits: new Map(),
  grants: [],
  readOnly: false,
  shares: [],
  instances: null,
  settle: null,
  health: null,
  restart: null,
  update: null,
  user: null,
  state: [],
  secrets: [],
  directory: null,
  stop: null,
  start: null,
  hostname: null,
  resolves: null,
  after: [],
  site: where,
});

export const list = (values: readonly Value[], where: Site | null = site(2)): Value => listOf(values, where);

export const compositionOf = ({ value }: EvaluationResult): Composition => {
  if (value._tag !== "Composition") throw new Error(`a ${value._tag} is no composition`);
  return value.composition;
};

export const asComposition = (value: Value): Composition => compositionOf(overlay(value, site(3)));

/** `a.r => b.p` and the like, sorted: what a composition says, for people. */
export const told = (composition: Composition): readonly string[] => {
  const lines = new Set<string>();
  for (const fact of leaves(composition.facts)) {
    if (fact._tag === "Member") lines.add(fact.automaton.name);
    else if (fact._tag === "Publish") lines.add(`publish(${targetsKey(fact.to)}, ${fact.hostPort})`);
    else {
      lines.add(
        `${fact.from}.${fact.requirement} ${fact.kind === "message" ? "->" : "=>"} ${targetsKey(fact.to)}`,
      );
    }
  }
  return [...lines].sort();
};

export const wires = (outcome: EvaluationResult): readonly string[] =>
  told(compositionOf(outcome)).filter((line) => /[=-]>/.test(line));

export const codes = (outcome: EvaluationResult): readonly string[] =>
  outcome.problems.map((problem) => problem.code);

/** A value and whether anything was wrong on the way to it. */
export interface Made {
  readonly value: Value;
  readonly fine: boolean;
  readonly text: string;
  /** What a failing property shows. */
  readonly [fc.toStringMethod]: () => string;
}

const shown = (value: Value, fine: boolean, text: string): Made => ({
  value,
  fine,
  text,
  [fc.toStringMethod]: () => text,
});

const made = (parts: readonly Made[], outcome: EvaluationResult, text: string): Made =>
  shown(outcome.value, outcome.problems.length === 0 && parts.every((part) => part.fine), text);

const ports = (all: readonly (ProvidedPort | RequiredPort)[]): string =>
  all.map((port) => `${port.name}: ${port.label}`).join(", ");

export const of = (value: AutomatonValue): Made =>
  shown(value, true, `${value.name}<${ports(value.provides)}; ${ports(value.requires)}>`);
export const overlayOf = (...parts: readonly Made[]): Made =>
  made(
    parts,
    overlay(list(parts.map(({ value }) => value)), site(4)),
    `[${parts.map(({ text }) => text).join(", ")}]`,
  );
export const arrowOf = (x: Made, y: Made, op: ArrowOp = "=>"): Made =>
  made([x, y], arrow(op, x.value, y.value, site(5)), `(${x.text} ${op} ${y.text})`);
export const unionOf = (...parts: readonly Made[]): Made =>
  made(
    parts,
    union(
      parts.map(({ value }) => value),
      site(6),
    ),
    `(${parts.map(({ text }) => text).join(" | ")})`,
  );
export const objectOf = (x: Made, name: string, y: Made): Made =>
  made(
    [x, y],
    object(x.value, [{ name, value: y.value, site: site(7) }], site(8)),
    `${x.text}(${name} = ${y.text})`,
  );
export const selectOf = (x: Made, port: string): Made =>
  made([x], select(x.value, port, site(9)), `${x.text}.${port}`);
export const publishOf = (x: Made, hostPort: number): Made =>
  made([x], publish(x.value, hostPort, site(10)), `publish(${x.text}, ${hostPort})`);

const labels = fc.constantFrom<ProtocolName>("P", "Q", "Qplus", "Log");
const names = fc.constantFrom("p", "q", "r");

/** Few names and protocols, so that much fits, is ambiguous, or is at odds. */
export const automata = (called: fc.Arbitrary<string>): fc.Arbitrary<AutomatonValue> =>
  fc
    .tuple(called, fc.dictionary(names, labels, { maxKeys: 2 }), fc.dictionary(names, labels, { maxKeys: 2 }))
    .map(([name, provides, requires]) => automaton(name, provides, requires));

/** Automata of different names, with one requirement and one port each: most of it fits. */
export const plainPool: fc.Arbitrary<readonly AutomatonValue[]> = fc
  .array(fc.tuple(labels, labels), { minLength: 4, maxLength: 6 })
  .map((pairs) => pairs.map(([own, other], i) => automaton("abcdef"[i]!, { p: own }, { r: other })));

/** Automata of different names, of any kind. */
export const pool: fc.Arbitrary<readonly AutomatonValue[]> = fc
  .tuple(...["a", "b", "c", "d", "e"].map((name) => automata(fc.constant(name))))
  .map((all) => all as readonly AutomatonValue[]);

/** Compositions of automata of a pool. */
export const expressions = (from: readonly AutomatonValue[]): fc.Arbitrary<Made> =>
  fc.letrec<{ made: Made }>((tie) => ({
    made: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: fc.constantFrom(...from).map(of) },
      { weight: 2, arbitrary: fc.array(tie("made"), { maxLength: 3 }).map((parts) => overlayOf(...parts)) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(tie("made"), tie("made"), fc.constantFrom<ArrowOp>("=>", "=>", "->"))
          .map(([x, y, op]) => arrowOf(x, y, op)),
      },
      { weight: 1, arbitrary: fc.tuple(tie("made"), tie("made")).map(([x, y]) => unionOf(x, y)) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie("made"), names, tie("made")).map(([x, name, y]) => objectOf(x, name, y)),
      },
      { weight: 1, arbitrary: fc.tuple(tie("made"), names).map(([x, name]) => selectOf(x, name)) },
      {
        weight: 1,
        arbitrary: fc.tuple(tie("made"), fc.integer({ min: 80, max: 82 })).map(([x, at]) => publishOf(x, at)),
      },
    ),
  })).made;
