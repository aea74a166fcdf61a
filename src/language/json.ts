/** Values as JSON, for `eval --json`. */
import type { Composition } from "./composition/composition.ts";
import { serviceId } from "./member.ts";
import { toDouble } from "./number/rational.ts";
import { showQuantity } from "./number/unit.ts";
import { showPayload, showSession } from "./protocol/show.ts";
import type { Quantity } from "./quantity.ts";
import { elements } from "./rope.ts";
import { show } from "./show.ts";
import { factsOf } from "./show-automaton.ts";
import type { AutomatonValue, Said, Value } from "./value.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Deeper values, and more of them, stand as `"…"`: no program makes another wait for its output. */
const maxDepth = 500;
const maxValues = 4_000_000;

const elided = "…";

/**
 * Strings, truth values, lists and records are what they are in JSON. A plain number is a
 * number, rounded at 15 significant digits where its decimal never ends; one with a
 * dimension is its text with the unit, `"2.5s"`. A protocol or payload is its text, an
 * automaton an object of its clauses. What has no JSON is the text that `show` gives.
 */
export const toJson = (value: Value): Json => convert(value, maxDepth, { left: maxValues });

const convert = (value: Value, depth: number, budget: { left: number }): Json => {
  if (depth === 0 || budget.left <= 0) return elided;
  budget.left--;
  switch (value._tag) {
    case "Quantity":
      return numberJson(value.quantity);
    case "String":
      return value.text;
    case "Bool":
      return value.value;
    case "List": {
      const list: Json[] = [];
      for (const element of elements(value)) {
        if (budget.left <= 0) break;
        list.push(convert(element, depth - 1, budget));
      }
      return list;
    }
    case "Record":
    case "Module":
      return Object.fromEntries(
        [...value.fields].map(([name, field]) => [name, convert(field, depth - 1, budget)]),
      );
    case "Protocol":
      return showSession(value.session);
    case "Type":
      return showPayload(value.payload);
    case "Automaton":
      return automatonJson(value);
    case "Composition":
      return compositionJson(value.composition);
    case "Fn":
    case "Builtin":
    case "Self":
    case "Host":
    case "Poison":
      return show(value);
  }
};

/** A number beyond all doubles is text too. */
const numberJson = (quantity: Quantity): Json => {
  const text = showQuantity(quantity);
  if (quantity.dimension !== "plain") return text;
  const double = quantity.denominator === 1 ? toDouble(quantity) : Number(text);
  return Number.isFinite(double) ? double : text;
};

/** An equation is not known before it runs. */
const said = <T extends Json>(clause: Said<T> | null): Json =>
  clause === null ? null : clause._tag === "Known" ? clause.value : elided;

const automatonJson = (automaton: AutomatonValue): Json => ({
  name: automaton.name,
  provides: automaton.provides.map(({ name, protocol, transport, number }) => ({
    port: name,
    protocol: showSession(protocol),
    transport,
    number,
  })),
  requires: automaton.requires.map(({ name, protocol, optional }) => ({
    port: name,
    protocol: showSession(protocol),
    optional,
  })),
  runs: said(automaton.runs),
  env: Object.fromEntries([...automaton.env].map(([name, variable]) => [name, said(variable)])),
  instances: said(automaton.instances),
  restart: automaton.restart,
});

/** Wires are told as `status` tells them. */
const compositionJson = (composition: Composition): Json => {
  const automata: Json[] = [];
  const wires: Json[] = [];
  const publications: Json[] = [];
  for (const fact of factsOf(composition)) {
    if (fact._tag === "Member") automata.push(fact.automaton.name);
    else if (fact._tag === "Wire") {
      wires.push({ from: `${fact.from}.${fact.requirement}`, to: serviceId(fact.to), kind: fact.kind });
    } else publications.push({ hostPort: fact.hostPort, to: serviceId(fact.to) });
  }
  return { automata, wires, publications };
};
