/** Record literals, fields and indices. */
import type { Field, Index, Record_ } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import { meant } from "../meant.ts";
import type { Site } from "../problem.ts";
import { asInteger } from "../quantity.ts";
import { elementAt } from "../rope.ts";
import { focusAt, kidAt, siteAt } from "../site.ts";
import { poison, record, type Value } from "../value.ts";
import { hostField, selfField } from "./cells.ts";
import { selectPort } from "./composing.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";

/** `{ k = v, ...r }`: what stands later wins over what is spread; a name is written once. */
export function* evaluateRecord(node: Record_<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const fields = new Map<string, Value>();
  const written = new Map<string, Site>();
  let whole = true;
  let place = at + 1;
  for (const kid of node.kids) {
    const said = kid.node;
    if (said._tag === "Entry") {
      const first = written.get(said.name);
      const site = focusAt(scope.origin, place);
      if (first === undefined) written.set(said.name, site);
      else {
        const hints = [{ message: "it stands here already", site: first }];
        machine.report("duplicate-name", `\`${said.name}\` stands twice in this record`, site, hints);
      }
      fields.set(said.name, yield ask(said.kids[0], place + 1, scope));
    } else if (said._tag === "Spread") {
      const value = yield ask(said.kids[0], place + 1, scope);
      if (value._tag === "Record") for (const [name, field] of value.fields) fields.set(name, field);
      else {
        whole = false;
        if (value._tag !== "Poison") {
          const message = `\`...\` takes a record here, not ${describe(value)}`;
          machine.report("type-mismatch", message, siteAt(scope.origin, place + 1));
        }
      }
    }
    if (!machine.charge(fields.size >>> 4)) return poison;
    place += kid.size;
  }
  return whole ? record(fields) : poison;
}

export function* evaluateField(node: Field<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const of = yield ask(node.kids[0], at + 1, scope);
  const site = focusAt(scope.origin, at);
  const { name } = node;
  switch (of._tag) {
    case "Poison":
      return poison;
    case "Record":
    case "Module":
      return fieldOf(of, name, site, machine);
    case "Self":
      return selfField(name, site, machine);
    case "Host":
      return hostField(name, site, machine);
    case "Automaton":
    case "Composition":
      return selectPort(of, name, site, machine);
    case "Quantity":
    case "String":
    case "Bool":
    case "List":
    case "Fn":
    case "Builtin":
    case "Protocol":
    case "Type":
      return machine.report("type-mismatch", `${describe(of)} has no fields`, site, functionFor(name, of));
  }
}

/** For those who expect a method. */
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
  const names = [...of.fields.keys()];
  const some =
    names.length === 0 ? "" : `; it has ${names.slice(0, 8).join(", ")}${names.length > 8 ? ", …" : ""}`;
  const what = of._tag === "Record" ? "this record" : describe(of);
  return machine.report("unknown-field", `${what} has no \`${name}\`${some}`, site, meant(name, names));
};

/** `list[0]`, `record["k"]` */
export function* evaluateIndex(node: Index<Term>, { term, at, scope }: Ask, machine: Machine): Rule {
  const of = yield ask(node.kids[0], at + 1, scope);
  const indexAt = kidAt(term, at, 1);
  const index = yield ask(node.kids[1], indexAt, scope);
  if (of._tag === "Poison" || index._tag === "Poison") return poison;
  const site = siteAt(scope.origin, indexAt);
  if (of._tag === "Record") {
    if (index._tag === "String") return fieldOf(of, index.text, site, machine);
    return machine.report(
      "type-mismatch",
      `the index of a record is the name of a field, not ${describe(index)}`,
      site,
    );
  }
  if (of._tag !== "List") {
    const message = `\`[…]\` takes an element of a list or a field of a record, not of ${describe(of)}`;
    return machine.report("type-mismatch", message, siteAt(scope.origin, at + 1));
  }
  const position = index._tag === "Quantity" ? asInteger(index.quantity) : null;
  if (position === null) {
    return machine.report(
      "type-mismatch",
      `the index of a list is a whole number, not ${describe(index)}`,
      site,
    );
  }
  const element = elementAt(of, position);
  if (element !== undefined) return element;
  const last = of.length - 1;
  const range =
    last < 0 ? "the list is empty" : last === 0 ? "its only index is 0" : `its indices are 0 to ${last}`;
  return machine.report("unknown-field", `the list has no element ${position}; ${range}`, site);
}
