/** Values as JSON, for `eval --json`. */

import { type ClauseField, clauseFields } from "../core/clauses.ts";
import { type ExactNumber, numberOf } from "../core/json-text.ts";
import { limitsThereAre, sizeText } from "../core/limits.ts";
import { withLast } from "../core/port-range.ts";
import { durationText, predecessorText } from "./clause-text.ts";
import type { Composition } from "./composition/composition.ts";
import { serviceId } from "./member.ts";
import { showQuantity } from "./number/unit.ts";
import { showPayload, showSession } from "./protocol/show.ts";
import type { Quantity } from "./quantity.ts";
import { elements } from "./rope.ts";
import { shownText } from "./secret.ts";
import { show } from "./show.ts";
import { factsOf } from "./show-automaton.ts";
import type { AutomatonValue, ClauseValue, Elsewhere, Value } from "./value.ts";

export type Json =
  | null
  | boolean
  | number
  | ExactNumber
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Deeper values, and more of them, stand as `"…"`: no program makes another wait for its output. */
const maxDepth = 500;
const maxValues = 4_000_000;

const elided = "…";

/**
 * Strings, truth values, lists and records are what they are in JSON. A plain number is a
 * number, of the very digits that `show` gives (see `ExactNumber`); one with a dimension is its text with the unit, `"2.5s"`. A protocol or payload is its text, an
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
    case "Secret":
      return shownText(value.pieces);
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

/** A number beyond all doubles is text too: most readers of JSON have nothing else for it. */
const numberJson = (quantity: Quantity): Json => {
  const text = showQuantity(quantity);
  return quantity.dimension === "plain" && Number.isFinite(Number(text)) ? numberOf(text) : text;
};

/** An equation is not known before it runs. */
const valueJson = <T>(clause: ClauseValue<T> | null, json: (value: T) => Json): Json =>
  clause === null ? null : clause._tag === "Known" ? json(clause.value) : elided;

const same = <T extends Json>(value: T): Json => value;

/** Where a port is that runs elsewhere, by the word or the text that says it. */
const whereJson = (at: Elsewhere): Json =>
  at._tag === "Anywhere"
    ? "anywhere"
    : at._tag === "OnHost"
      ? "host"
      : at._tag === "Address"
        ? at.address
        : at.name;

/** What each clause gives, under the name of its field. */
const clauseJson: Readonly<Record<ClauseField, (automaton: AutomatonValue) => Json>> = {
  name: ({ name }) => name,
  provides: ({ provides }) =>
    provides.map(({ name, protocol, transport, number, last, listens, at }) => ({
      port: name,
      protocol: showSession(protocol),
      transport,
      number,
      listens,
      ...withLast(number, last),
      ...(at === null ? {} : { at: whereJson(at) }),
    })),
  requires: ({ requires }) =>
    requires.map(({ name, protocol, optional, each }) => ({
      port: name,
      protocol: showSession(protocol),
      optional,
      each,
    })),
  runs: ({ runs }) => valueJson(runs, same),
  env: ({ env }) =>
    Object.fromEntries([...env].map(([name, variable]) => [name, valueJson(variable, shownText)])),
  files: ({ files }) =>
    Object.fromEntries(
      [...files].map(([path, file]) => [
        path,
        valueJson(file, ({ text, mode, owner }) => ({ text: shownText(text), mode, owner })),
      ]),
    ),
  reload: ({ reload }) => reload,
  instances: ({ instances }) => valueJson(instances, same),
  settle: ({ settle }) => valueJson(settle, durationText),
  health: ({ health }) =>
    health === null
      ? null
      : {
          how: health.how,
          path: valueJson(health.path, same),
          service: valueJson(health.service, same),
          argv: valueJson(health.argv, same),
          every: valueJson(health.every, durationText),
          timeout: valueJson(health.timeout, durationText),
          failures: valueJson(health.failures, same),
          successes: valueJson(health.successes, same),
        },
  restart: ({ restart }) => restart,
  update: ({ update }) => update,
  user: ({ user }) => user,
  directory: ({ directory }) => directory,
  once: ({ once }) => once,
  schedule: ({ schedule }) => schedule,
  state: ({ state }) =>
    state.map(({ name, path, size, formerly }) => ({
      name,
      path,
      size: size === null ? null : sizeText(size),
      formerly,
    })),
  scratch: ({ scratch }) =>
    Object.fromEntries([...scratch].map(([path, size]) => [path, size === null ? null : sizeText(size)])),
  secrets: ({ secrets }) =>
    Object.fromEntries(secrets.map(({ name, content }) => [name, shownText(content)])),
  limits: ({ limits }) =>
    Object.fromEntries(
      limitsThereAre(Object.fromEntries(limits)).map(([name, value]) => [
        name,
        name === "memory" ? sizeText(value) : value,
      ]),
    ),
  grants: ({ grants }) => grants,
  readOnly: ({ readOnly }) => readOnly,
  shares: ({ shares }) => shares.map(({ source, path }) => ({ path: source, at: path })),
  stop: ({ stop }) =>
    stop && { signal: stop.signal, within: stop.within === null ? null : durationText(stop.within) },
  start: ({ start }) => (start === null ? null : durationText(start)),
  hostname: ({ hostname }) => valueJson(hostname, same),
  resolves: ({ resolves }) => resolves,
  after: ({ after }) => after.map(predecessorText),
};

const automatonJson = (automaton: AutomatonValue): Json => {
  const fields: readonly ClauseField[] = ["name", ...clauseFields.filter((field) => field !== "name")];
  return Object.fromEntries(fields.map((field) => [field, clauseJson[field](automaton)]));
};

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
