/** From payload terms to payloads. */

import type { Term } from "../../core/term.ts";
import { describe } from "../describe.ts";
import type { Site } from "../problem.ts";
import { misfitCode, misfitHints } from "../secret.ts";
import { followPath, type Wanted } from "./path.ts";
import { inside, type Report, type Scope } from "./scope.ts";
import type { Payload } from "./session.ts";

const baseNames = ["Bytes", "String", "Int", "Float", "Bool", "Json", "Unit"] as const;

const bases: ReadonlyMap<string, Payload> = new Map(
  baseNames.map((name) => [name, { _tag: "Base", name }] as const),
);

const payloadType: Wanted = { kind: "payload type", always: baseNames };

/** Stands for a payload that failed: nothing is reported of it again. */
const anything: Payload = { _tag: "Base", name: "Unit" };

export interface PathRead {
  readonly payload: Payload;
  /** The names behind the payload's: where a session goes on, `Bytes . t`. */
  readonly rest: readonly string[];
}

/** Reads the payload at the beginning of a path; what is left of it may be a session. */
export const readPath = (names: readonly string[], site: Site, scope: Scope, report: Report): PathRead => {
  const [head = "", ...rest] = names;
  const base = bases.get(head);
  if (base !== undefined) return { payload: base, rest };
  const { value, past } = followPath(names, 0, payloadType, site, scope, report);
  if (value._tag === "Type") return { payload: value.payload, rest: names.slice(past) };
  if (value._tag !== "Poison") {
    const what = `\`${names.slice(0, past).join(".")}\` is ${describe(value)}`;
    report.add(misfitCode(value), `a payload type is expected here, but ${what}`, site, misfitHints(value));
  }
  return { payload: anything, rest: [] };
};

interface Reading {
  readonly term: Term;
  readonly site: Site;
  /** The parts' payloads as they come. */
  readonly parts: Payload[];
  /** How far behind the term its next part stands. */
  offset: number;
  readonly into: Payload[];
}

/** Reads a payload term; where it fails, what is returned does not matter. A loop: any depth. */
export const readPayload = (root: Term, rootSite: Site, scope: Scope, report: Report): Payload => {
  const whole: Payload[] = [];
  const stack: Reading[] = [{ term: root, site: rootSite, parts: [], offset: 1, into: whole }];
  while (stack.length > 0) {
    const reading = stack[stack.length - 1]!;
    const { term, site, parts, into } = reading;
    const { node } = term;
    const next = (node.children as readonly Term[])[parts.length];
    if (next !== undefined) {
      stack.push({ term: next, site: inside(site, reading.offset), parts: [], offset: 1, into: parts });
      reading.offset += next.size;
      continue;
    }
    stack.pop();
    if (node._tag === "Path") into.push(readWholePath(node.names, site, scope, report));
    else if (node._tag === "ListOf") into.push({ _tag: "ListOf", of: parts[0]! });
    else if (node._tag === "FieldOf") into.push(parts[0]!);
    else if (node._tag === "RecordOf") into.push(recordOf(term, site, parts, report));
    else throw new Error(`a ${node._tag} is no payload`);
  }
  return whole[0]!;
};

const readWholePath = (names: readonly string[], site: Site, scope: Scope, report: Report): Payload => {
  const { payload, rest } = readPath(names, site, scope, report);
  if (rest.length > 0) {
    const type = names.slice(0, names.length - rest.length).join(".");
    report.add("unknown-field", `the payload type \`${type}\` has no \`${rest[0]}\``, site);
  }
  return payload;
};

const recordOf = (term: Term, site: Site, parts: readonly Payload[], report: Report): Payload => {
  const fields = new Map<string, Payload>();
  let offset = 1;
  (term.node.children as readonly Term[]).forEach((child, i) => {
    const { name } = child.node as { readonly name: string };
    if (fields.has(name)) {
      const fieldSite = { ...inside(site, offset), focus: true as const };
      report.add("invalid-protocol", `the field \`${name}\` stands twice in this payload`, fieldSite);
    }
    fields.set(name, parts[i]!);
    offset += child.size;
  });
  return { _tag: "RecordOf", fields };
};
