/** Record literals, fields and indices. */
import { candidatesIn, firstNames } from "../../core/nearest.ts";
import type { Field, Index, Record_ } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { isComposable } from "../composition/coerce.ts";
import { describe } from "../describe.ts";
import { meant } from "../meant.ts";
import type { Site } from "../problem.ts";
import { asInteger } from "../quantity.ts";
import { elementAt } from "../rope.ts";
import { childAt, focusAt, siteAt } from "../site.ts";
import { poison, record, type Value } from "../value.ts";
import { hostField, selfField } from "./cells.ts";
import { selectPort } from "./composing.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";
import { reportMisfit } from "./misfit.ts";

/** `{ k = v, ...r }`: what stands later wins over what is spread; a name is written once. */
export function* evaluateRecord(node: Record_<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const fields = new Map<string, Value>();
  const written = new Map<string, Site>();
  let whole = true;
  let place = at + 1;
  for (const child of node.children) {
    const entry = child.node;
    if (entry._tag === "Entry") {
      const first = written.get(entry.name);
      const site = focusAt(scope.origin, place);
      if (first === undefined) written.set(entry.name, site);
      else {
        const hints = [{ message: "it stands here already", site: first }];
        machine.report("duplicate-name", `\`${entry.name}\` stands twice in this record`, site, hints);
      }
      fields.set(entry.name, yield ask(entry.children[0], place + 1, scope));
    } else if (entry._tag === "Spread") {
      const value = yield ask(entry.children[0], place + 1, scope);
      if (value._tag === "Record") {
        if (!machine.charge(value.fields.size >>> 1)) return poison;
        for (const [name, field] of value.fields) fields.set(name, field);
      } else {
        whole = false;
        if (value._tag !== "Poison") {
          const message = `\`...\` takes a record here, not ${describe(value)}`;
          reportMisfit(value, message, siteAt(scope.origin, place + 1), machine);
        }
      }
    }
    place += child.size;
  }
  return whole ? record(fields) : poison;
}

export function* evaluateField(node: Field<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const of = yield ask(node.children[0], at + 1, scope);
  const site = focusAt(scope.origin, at);
  const { name } = node;
  switch (of._tag) {
    case "Record":
    case "Module":
      return fieldOf(of, name, site, machine);
    case "Self":
      return selfField(of.of, name, site, machine);
    case "Host":
      return hostField(name, site, machine);
    case "Automaton":
    case "Composition":
    case "List":
    case "Poison":
      if (isComposable(of)) return selectPort(of, name, site, machine);
      return of._tag === "Poison" ? poison : noFields(of, name, site, machine);
    case "Quantity":
    case "String":
    case "Secret":
    case "Bool":
    case "Fn":
    case "Builtin":
    case "Protocol":
    case "Type":
      return noFields(of, name, site, machine);
  }
}

const noFields = (of: Value, name: string, site: Site, machine: Machine): Value =>
  reportMisfit(of, `${describe(of)} has no fields`, site, machine, functionFor(name, of));

/** A hint where a method was meant. */
const functionFor = (name: string, of: Value): readonly { readonly message: string }[] =>
  name === "length" && (of._tag === "List" || of._tag === "String") ? [{ message: "write `length(…)`" }] : [];

const fieldOf = (
  of: Extract<Value, { _tag: "Record" | "Module" }>,
  name: string,
  site: Site,
  machine: Machine,
): Value => {
  const value = of.fields.get(name);
  if (value !== undefined) return value;
  const { fields } = of;
  const first = firstNames(fields.keys(), 8).join(", ");
  const some = fields.size === 0 ? "" : `; it has ${first}${fields.size > 8 ? ", …" : ""}`;
  const what = of._tag === "Record" ? (of.called ?? "this record") : describe(of);
  return machine.report(
    "unknown-field",
    `${what} has no \`${name}\`${some}`,
    site,
    meant(name, candidatesIn(fields)),
  );
};

/** `list[0]`, `record["k"]`, and a port as `x.port` picks it: `x["port"]` */
export function* evaluateIndex(node: Index<Term>, { term, at, scope }: Ask, machine: Machine): Rule {
  const of = yield ask(node.children[0], at + 1, scope);
  const indexAt = childAt(term, at, 1);
  const index = yield ask(node.children[1], indexAt, scope);
  const site = siteAt(scope.origin, indexAt);
  if (index._tag === "String" && isComposable(of)) return selectPort(of, index.text, site, machine);
  if (of._tag === "Poison" || index._tag === "Poison") return poison;
  if (of._tag === "Record") {
    if (index._tag === "String") return fieldOf(of, index.text, site, machine);
    return reportMisfit(
      index,
      `the index of a record is the name of a field, not ${describe(index)}`,
      site,
      machine,
    );
  }
  if (of._tag === "Automaton" || of._tag === "Composition") {
    const message = `the index of ${describe(of)} is the name of a port, not ${describe(index)}`;
    return reportMisfit(index, message, site, machine);
  }
  if (of._tag !== "List") {
    const message = `\`[…]\` takes an element of a list or a field of a record, not of ${describe(of)}`;
    return reportMisfit(of, message, siteAt(scope.origin, at + 1), machine);
  }
  const position = index._tag === "Quantity" ? asInteger(index.quantity) : null;
  if (position === null) {
    return reportMisfit(
      index,
      `the index of a list is a whole number, not ${describe(index)}`,
      site,
      machine,
    );
  }
  const element = elementAt(of, position);
  if (element !== undefined) return element;
  const last = of.length - 1;
  const range =
    last < 0 ? "the list is empty" : last === 0 ? "its only index is 0" : `its indices are 0 to ${last}`;
  return machine.report("unknown-field", `the list has no element ${position}; ${range}`, site);
}
