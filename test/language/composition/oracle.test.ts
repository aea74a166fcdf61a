import test from "ava";
import * as fc from "fast-check";
import type { ArrowOp } from "../../../src/core/syntax/expressions.ts";
import { arrow, object, overlay, publish, select, union } from "../../../src/language/composition/algebra.ts";
import { isPoisoned } from "../../../src/language/composition/facts.ts";
import type { Session } from "../../../src/language/protocol/session.ts";
import { compare } from "../../../src/language/protocol/subtype.ts";
import type { AutomatonValue, Value } from "../../../src/language/value.ts";
import { holds } from "../cases.ts";
import { automaton, compositionOf, list, plainPool, pool, site, told } from "./graphs.ts";

/** A composition as it is written. */
type Expr =
  | { readonly _tag: "Automaton"; readonly of: AutomatonValue }
  | { readonly _tag: "List"; readonly parts: readonly Expr[] }
  | { readonly _tag: "Arrow"; readonly op: ArrowOp; readonly x: Expr; readonly y: Expr }
  | { readonly _tag: "Union"; readonly x: Expr; readonly y: Expr }
  | { readonly _tag: "Object"; readonly x: Expr; readonly name: string; readonly y: Expr }
  | { readonly _tag: "Select"; readonly x: Expr; readonly port: string }
  | { readonly _tag: "Publish"; readonly x: Expr; readonly at: number };

/** A port of an automaton. */
interface Port {
  readonly of: string;
  readonly name: string;
  readonly speaks: Session;
  readonly transport: string;
}
type Offer = readonly Port[];
interface Provider {
  readonly sources: readonly {
    readonly name: string;
    readonly picked: string;
    readonly ports: readonly Port[];
  }[];
  readonly offers: readonly Offer[];
}
interface Caller {
  readonly name: string;
  readonly requires: readonly Port[];
}
interface Wire {
  readonly from: string;
  readonly requirement: string;
  readonly op: ArrowOp;
  readonly to: string;
}
interface Model {
  readonly names: readonly string[];
  readonly wires: readonly Wire[];
  readonly published: readonly string[];
  readonly front: readonly Provider[];
  readonly back: readonly Caller[];
  readonly pick: { readonly whole: Model; readonly provided: boolean; readonly required: boolean } | null;
  readonly bad: boolean;
  readonly codes: readonly string[];
}

const nothing: Model = {
  names: [],
  wires: [],
  published: [],
  front: [],
  back: [],
  pick: null,
  bad: false,
  codes: [],
};

const beside = (...parts: readonly Model[]): Model => ({
  names: parts.flatMap(({ names }) => names),
  wires: parts.flatMap(({ wires }) => wires),
  published: parts.flatMap(({ published }) => published),
  front: parts.flatMap(({ front }) => front),
  back: parts.flatMap(({ back }) => back),
  pick: null,
  bad: parts.some(({ bad }) => bad),
  codes: parts.flatMap(({ codes }) => codes),
});

const wrong = (model: Model, ...codes: readonly string[]): Model =>
  codes.length === 0 ? model : { ...model, bad: true, codes: [...model.codes, ...codes] };

const textOf = (offer: Offer): string => offer.map((port) => `${port.of}.${port.name}`).join("|");
const alike = (a: Port, b: Port): boolean => a.speaks.key === b.speaks.key && a.transport === b.transport;
const fits = (port: Port, requirement: Port): boolean =>
  compare(port.speaks, requirement.speaks).mismatch === null;
const answers = ({ speaks }: Port): boolean =>
  speaks.states.some(({ _tag }) => _tag === "Send" || _tag === "Select");

const distinct = <T>(all: readonly T[], key: (one: T) => string): readonly T[] =>
  [...new Map([...all].reverse().map((one) => [key(one), one])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);

/** Of several providers one; null where they cannot be. */
const united = (all: readonly Provider[]): Provider | null => {
  const sources = distinct(
    all.flatMap((one) => one.sources),
    (one) => `${one.name}.${one.picked}`,
  );
  const ports = sources.flatMap((one) => one.ports);
  if (sources.length === 1) return { sources, offers: ports.map((port) => [port]) };
  if (ports.some((a) => ports.some((b) => a.name === b.name && !alike(a, b)))) return null;
  const offers: Offer[] = [];
  const group = (some: readonly Port[]) => offers.push(distinct(some, (port) => `${port.of}.${port.name}`));
  for (const kind of ports.filter((port, i) => i === ports.findIndex((other) => alike(port, other)))) {
    let rows = sources.map((one) => one.ports.filter((port) => alike(port, kind)));
    for (const { name } of rows[0]!) {
      if (!rows.every((row) => row.some((port) => port.name === name))) continue;
      group(rows.map((row) => row.find((port) => port.name === name)!));
      rows = rows.map((row) => row.filter((port) => port.name !== name));
    }
    if (rows.some((row) => row.length === 0)) continue;
    if (rows.some((row) => row.length > 1)) return null;
    group(rows.map(([port]) => port!));
  }
  return offers.length === 0 ? null : { sources, offers };
};

const pickProvider = (from: Provider, name: string): Provider | null => {
  const offer = from.offers.find((one) => one.some((port) => port.name === name));
  if (offer === undefined) return null;
  const sources = from.sources.map((source) => {
    const ports = source.ports.filter((port) =>
      offer.some((one) => one.of === port.of && one.name === port.name),
    );
    return { name: source.name, picked: ports[0]!.name, ports };
  });
  return { sources, offers: [offer] };
};

/** One arrow's wires between two compositions, and its mistakes. */
const wired = (
  op: ArrowOp,
  x: Model,
  y: Model,
  before: readonly Wire[],
): { wires: Wire[]; codes: string[] } => {
  const codes: string[] = [];
  const wires: Wire[] = [];
  for (const caller of x.back) {
    const own: Wire[] = [];
    for (const provider of y.front) {
      const has = (port: Port): Wire | undefined =>
        before.find((wire) => wire.from === caller.name && wire.requirement === port.name);
      const pairs = caller.requires.flatMap((requirement) =>
        provider.offers
          .filter((offer) => fits(offer[0]!, requirement))
          .map((offer) => ({ requirement, offer })),
      );
      const open = pairs.filter((pair) => has(pair.requirement) === undefined);
      const there = pairs.find((pair) => has(pair.requirement)?.to === textOf(pair.offer));
      if (provider.offers.length === 0) codes.push("unknown-port");
      else if (open.length > 1) codes.push("ambiguous-connection");
      else if (open.length === 0 && there === undefined) {
        if (pairs.length > 0) codes.push("requirement-already-wired");
        else codes.push(caller.requires.every((one) => has(one)) ? "unknown-port" : "protocol-mismatch");
      } else {
        const { requirement, offer } = open[0] ?? there!;
        const wire = { from: caller.name, requirement: requirement.name, op, to: textOf(offer) };
        const same = (one: Wire): boolean =>
          one.from === wire.from && one.requirement === wire.requirement && one.op === op;
        if (open.length === 0 && before.some(same)) continue;
        if (op === "->" && answers(offer[0]!)) codes.push("not-one-way");
        else own.push(wire);
      }
    }
    for (const wire of own) {
      const first = own.find((one) => one.requirement === wire.requirement)!;
      if (first.to === wire.to) wires.push(wire);
      else codes.push("requirement-already-wired");
    }
  }
  return { wires, codes };
};

const model = (expr: Expr): Model => {
  switch (expr._tag) {
    case "Automaton": {
      const { name, provides, requires } = expr.of;
      const ports = provides.map(
        (port): Port => ({ of: name, name: port.name, speaks: port.protocol, transport: port.transport }),
      );
      const back = requires.map(
        (port): Port => ({ of: name, name: port.name, speaks: port.protocol, transport: "" }),
      );
      const provider = { sources: [{ name, picked: "", ports }], offers: ports.map((port) => [port]) };
      return { ...nothing, names: [name], front: [provider], back: [{ name, requires: back }] };
    }
    case "List":
      return beside(...expr.parts.map(model));
    case "Arrow": {
      const [x, y] = [model(expr.x), model(expr.y)];
      const both = { ...beside(x, y), front: x.front, back: y.back };
      if (x.pick?.required === false || y.pick?.provided === false) return wrong(both, "unknown-port");
      const { wires, codes } = wired(expr.op, x, y, x.wires);
      return wrong({ ...both, wires: [...both.wires, ...wires] }, ...codes);
    }
    case "Union": {
      const parts = [model(expr.x), model(expr.y)];
      const both = beside(...parts);
      if (both.front.length === 0 || parts.some(({ front, bad }) => front.length === 0 && bad))
        return { ...both, front: [] };
      const front = united(both.front);
      return front === null ? wrong({ ...both, front: [] }, "ambiguous-union") : { ...both, front: [front] };
    }
    case "Object": {
      const [x, y] = [model(expr.x), model(expr.y)];
      const both = { ...beside(x, y), front: x.front, back: x.back };
      const back = x.back.map(({ name, requires }) => ({
        name,
        requires: requires.filter((one) => one.name === expr.name),
      }));
      if (back.every(({ requires }) => requires.length === 0))
        return x.bad ? { ...both } : wrong(both, "unknown-port");
      if (y.pick?.provided === false) return wrong(both, "unknown-port");
      const { wires, codes } = wired("=>", { ...x, back }, y, x.wires);
      return wrong({ ...both, wires: [...both.wires, ...wires] }, ...codes);
    }
    case "Select": {
      const x = model(expr.x);
      const front = x.front.map((one) => pickProvider(one, expr.port));
      const back = x.back.map(({ name, requires }) => ({
        name,
        requires: requires.filter((one) => one.name === expr.port),
      }));
      const provided = front.some((one) => one !== null);
      const required = back.some(({ requires }) => requires.length > 0);
      if (!provided && !required) {
        const none = { ...x, front: [], back: [], pick: null, bad: true };
        return x.bad ? none : wrong(none, "unknown-port");
      }
      const empty = (one: Provider): Provider => ({
        sources: one.sources.map((source) => ({ ...source, ports: [], picked: expr.port })),
        offers: [],
      });
      return {
        ...x,
        front: provided ? front.map((one, i) => one ?? empty(x.front[i]!)) : x.front,
        back: required ? back : x.back,
        pick: { whole: x.pick?.whole ?? x, provided, required },
      };
    }
    case "Publish": {
      const x = model(expr.x);
      const whole = x.pick?.whole ?? x;
      const made = { ...x, front: whole.front, back: whole.back, pick: null };
      const offers = x.front.flatMap((one) => one.offers);
      if (x.pick?.provided === false)
        return wrong(made, ...(offers.length === 0 && x.bad ? [] : ["unknown-port"]));
      if (offers.length === 1)
        return { ...made, published: [...x.published, `publish(${textOf(offers[0]!)}, ${expr.at})`] };
      if (offers.length === 0) return x.bad ? made : wrong(made, "unknown-port");
      return wrong(made, x.front.length > 1 ? "port-conflict" : "ambiguous-connection");
    }
  }
};

/** The same by the algebra: the value, and all codes on the way. */
const real = (expr: Expr): { readonly value: Value; readonly codes: readonly string[] } => {
  const parts: { readonly value: Value; readonly codes: readonly string[] }[] =
    expr._tag === "Automaton"
      ? []
      : expr._tag === "List"
        ? expr.parts.map(real)
        : "y" in expr
          ? [real(expr.x), real(expr.y)]
          : [real(expr.x)];
  const [x, y] = parts.map(({ value }) => value) as [Value, Value];
  const outcome = (() => {
    switch (expr._tag) {
      case "Automaton":
        return { value: expr.of, problems: [] };
      case "List":
        return overlay(list(parts.map(({ value }) => value)), site(4));
      case "Arrow":
        return arrow(expr.op, x, y, site(5));
      case "Union":
        return union([x, y], site(6));
      case "Object":
        return object(x, [{ name: expr.name, value: y, site: site(7) }], site(8));
      case "Select":
        return select(x, expr.port, site(9));
      case "Publish":
        return publish(x, expr.at, site(10));
    }
  })();
  return {
    value: outcome.value,
    codes: [...parts.flatMap(({ codes }) => codes), ...outcome.problems.map(({ code }) => code)],
  };
};

const show = (expr: Expr): string => {
  const ports = (all: AutomatonValue["provides"] | AutomatonValue["requires"]) =>
    all.map((one) => `${one.name}: ${one.label}`).join(", ");
  switch (expr._tag) {
    case "Automaton":
      return `${expr.of.name}<${ports(expr.of.provides)}; ${ports(expr.of.requires)}>`;
    case "List":
      return `[${expr.parts.map(show).join(", ")}]`;
    case "Arrow":
      return `(${show(expr.x)} ${expr.op} ${show(expr.y)})`;
    case "Union":
      return `(${show(expr.x)} | ${show(expr.y)})`;
    case "Object":
      return `${show(expr.x)}(${expr.name} = ${show(expr.y)})`;
    case "Select":
      return `${show(expr.x)}.${expr.port}`;
    case "Publish":
      return `publish(${show(expr.x)}, ${expr.at})`;
  }
};

const names = fc.constantFrom("p", "q", "r");
const expressions = (from: readonly AutomatonValue[]): fc.Arbitrary<Expr> =>
  fc.letrec<{ expr: Expr }>((tie) => ({
    expr: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 4, arbitrary: fc.constantFrom(...from).map((of): Expr => ({ _tag: "Automaton", of })) },
      {
        weight: 2,
        arbitrary: fc.array(tie("expr"), { maxLength: 3 }).map((parts): Expr => ({ _tag: "List", parts })),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom<ArrowOp>("=>", "=>", "->"), tie("expr"), tie("expr"))
          .map(([op, x, y]): Expr => ({ _tag: "Arrow", op, x, y })),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(tie("expr"), tie("expr")).map(([x, y]): Expr => ({ _tag: "Union", x, y })),
      },
      {
        weight: 2,
        arbitrary: fc
          .tuple(tie("expr"), names, tie("expr"))
          .map(([x, name, y]): Expr => ({ _tag: "Object", x, name, y })),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(tie("expr"), names).map(([x, port]): Expr => ({ _tag: "Select", x, port })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie("expr"), fc.constantFrom(80, 81))
          .map(([x, at]): Expr => ({ _tag: "Publish", x, at })),
      },
    ),
  })).expr;

test("the algebra agrees with the definition, mistakes included", (t) => {
  const wanted = [
    "none",
    "unknown-port",
    "protocol-mismatch",
    "ambiguous-connection",
    "ambiguous-union",
    "requirement-already-wired",
    "not-one-way",
    "port-conflict",
  ];
  const seen = new Map(wanted.map((code) => [code, 0]));
  const agrees = fc.property(fc.oneof(pool, plainPool).chain(expressions), (expr) => {
    const expected = model(expr);
    const { value, codes } = real(expr);
    // An arrow tells eight of its mistakes; the model tells all.
    if (expected.codes.length > 8) return;
    for (const code of expected.codes.length === 0 ? ["none"] : expected.codes)
      seen.set(code, seen.get(code)! + 1);
    const composition = compositionOf(overlay(value, site(11)));
    const lines = new Set([
      ...expected.names,
      ...expected.published,
      ...expected.wires.map((wire) => `${wire.from}.${wire.requirement} ${wire.op} ${wire.to}`),
    ]);
    const [left, right] = [
      { says: told(composition), codes: [...codes].sort(), bad: isPoisoned(composition.facts) },
      { says: [...lines].sort(), codes: [...expected.codes].sort(), bad: expected.bad },
    ].map((one) => JSON.stringify(one, null, 1));
    if (left !== right) throw new Error(`${show(expr)}\nalgebra: ${left}\nmodel: ${right}`);
  });
  holds(t, agrees, () => [...seen.values()]);
});

test("what was picked by one name, and then by another, is not what the other name alone is", (t) => {
  const [b, a] = [automaton("b", {}, { p: "Q", q: "Q" }), automaton("a", { q: "Log" })];
  const whole: Expr = { _tag: "Automaton", of: b };
  const both: Expr = { _tag: "List", parts: [whole, { _tag: "Select", x: whole, port: "q" }] };
  const expr: Expr = { _tag: "Object", x: both, name: "p", y: { _tag: "Automaton", of: a } };
  const found = [...real(expr).codes].sort();
  t.deepEqual(found, [...model(expr).codes].sort());
  t.deepEqual(found, ["protocol-mismatch", "unknown-port"]);
});
