/** A plan like a diff, grouped by automaton; and as the object of `plan --json`. */
import { isDeepStrictEqual } from "node:util";
import type { Operation } from "../../core/operation.ts";
import { subject } from "../../core/operation.ts";
import { observable, type Resource } from "../../core/resource.ts";
import { signs, tally } from "../../core/tally.ts";
import { type Reason, tell } from "../../program/reasons.ts";
import { cut, padEnd, width } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

/** The form of an operation in JSON. */
export const operationJson = (operation: Operation) => {
  const { kind, automaton } = subject(operation);
  return { op: operation.op, kind, id: operation.key, automaton };
};

const addresses = ({ v4, v6 }: { readonly v4: string | null; readonly v6: string }): string =>
  v4 === null ? v6 : `${v4} ${v6}`;

/** What a resource is called within its automaton, and what there is to say of it. */
const describe = (resource: Resource): readonly [name: string, detail: string] => {
  switch (resource.kind) {
    case "hub":
      return ["hub", resource.netns];
    case "instance":
      return [`instance ${resource.index}`, addresses(resource.address)];
    case "hosts":
      return ["names", resource.entries.map(({ name }) => name).join(", ")];
    case "process":
      return [`process ${resource.index}`, (resource.argv ?? []).map(word).join(" ")];
    case "service":
      return [
        `service ${resource.id.replaceAll(`${resource.automaton}.`, "")}`,
        `${resource.transport} ${resource.number} at ${addresses(resource.vip)}`,
      ];
    case "wire":
      return [`wire ${resource.requirement}`, `${resource.oneWay ? "->" : "=>"} ${resource.service}`];
    case "publication":
      return [`host ${resource.transport} ${resource.hostPort}`, `to ${resource.service}`];
  }
};

/** An argument as a shell would need it. */
const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(text));

const short = (value: unknown): string =>
  value === undefined || value === null
    ? "nothing"
    : cut(typeof value === "string" ? word(value) : JSON.stringify(value), 60);

/** Elements of a list by what names them; the rest of them is looked at only if the names are equal. */
const nameOfElement = (element: unknown): string => {
  if (typeof element === "object" && element !== null)
    for (const field of ["instance", "name"]) {
      const name = (element as Readonly<Record<string, unknown>>)[field];
      if (typeof name === "string") return name.replace(/^instance\//, "").replace(/\/(\d+)$/, ".$1");
    }
  return short(element);
};

/** Of a long list of changes only so much is told. */
const told = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");

/** Which elements of two lists of the same names are not the same; all of them in another order. */
const differing = (before: readonly unknown[], after: readonly unknown[]): readonly string[] => {
  const old = new Map(before.map((element) => [nameOfElement(element), element]));
  const names = after.filter((element) => !isDeepStrictEqual(old.get(nameOfElement(element)), element));
  return (names.length > 0 ? names : after).map(nameOfElement);
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What differs between two versions of a resource, in words, deepest first. */
export const changes = (before: unknown, after: unknown, path = ""): readonly string[] => {
  if (isDeepStrictEqual(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && path !== "argv") {
    const [old, now] = [before.map(nameOfElement), after.map(nameOfElement)];
    const gone = old.filter((name) => !now.includes(name));
    const come = now.filter((name) => !old.includes(name));
    if (gone.length + come.length === 0) return [`${path} ~ ${told(differing(before, after))}`];
    const parts = [
      ...(come.length > 0 ? [`+ ${told(come)}`] : []),
      ...(gone.length > 0 ? [`- ${told(gone)}`] : []),
    ];
    return [`${path} ${parts.join(" ")}`];
  }
  if (isRecord(before) && isRecord(after)) {
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    // What the world does not show is not known to differ.
    const known = path === "" ? fields.filter((field) => field in before && field in after) : fields;
    return known.flatMap((field) =>
      changes(before[field], after[field], path === "" ? field : `${path}.${field}`),
    );
  }
  return [`${path} ${short(before)} → ${short(after)}`];
};

interface Line {
  readonly op: Operation["op"];
  readonly name: string;
  readonly detail: string;
}

const lineOf = (operation: Operation): Line => {
  const { op } = operation;
  const [name, detail] = describe(subject(operation));
  if (op !== "update") return { op, name, detail };
  // A process that was found in the world shows no more of itself than a hash.
  const { before, after } = operation;
  const hidden = before.kind === "process" && (before.argv ?? []).length === 0;
  const all = hidden ? changes(observable(before), observable(after)) : changes(before, after);
  // The hash says nothing to people where what it is made of is told.
  const telling = all.filter((change) => !change.startsWith("spec "));
  return { op, name, detail: telling.length > 0 ? told(telling) : "its command or environment" };
};

/** Runs of like operations on many instances become one line. */
const joined = (lines: readonly Line[]): readonly Line[] => {
  const out: Line[] = [];
  for (let i = 0; i < lines.length; ) {
    const first = lines[i]!;
    const base = /^(instance|process) (\d+)$/.exec(first.name);
    let end = i + 1;
    if (base !== null)
      while (
        end < lines.length &&
        lines[end]!.op === first.op &&
        lines[end]!.name === `${base[1]} ${Number(base[2]) + end - i}` &&
        (base[1] === "instance" || lines[end]!.detail === first.detail)
      )
        end++;
    const plural = { instance: "instances", process: "processes" } as const;
    if (base !== null && end - i > 3)
      out.push({
        op: first.op,
        name: `${plural[base[1] as "instance" | "process"]} ${base[2]} to ${Number(base[2]) + end - i - 1}`,
        detail: base[1] === "instance" ? "" : first.detail,
      });
    else out.push(...lines.slice(i, end));
    i = end;
  }
  return out;
};

const kindRank = ["hub", "instance", "process", "hosts", "service", "wire", "publication"];

const compare = (a: Operation, b: Operation): number => {
  const [x, y] = [subject(a), subject(b)];
  const index = (of: Resource): number => (of.kind === "instance" || of.kind === "process" ? of.index : 0);
  return (
    kindRank.indexOf(x.kind) - kindRank.indexOf(y.kind) ||
    index(x) - index(y) ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  );
};

/** An operation, and why, where that is known. */
export type Planned = Operation & { readonly because?: readonly Reason[] };

export const plannedJson = (operation: Planned) => ({
  ...operationJson(operation),
  because: operation.because ?? [],
});

const groups = (
  operations: readonly Planned[],
): readonly (readonly [string | null, readonly Planned[]])[] => {
  const by = new Map<string | null, Planned[]>();
  for (const each of operations) {
    const { automaton } = subject(each);
    const group = by.get(automaton);
    if (group === undefined) by.set(automaton, [each]);
    else group.push(each);
  }
  return [...by]
    .sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1))
    .map(([automaton, of]) => [automaton, of.sort(compare)] as const);
};

/** An automaton comes with its first instance, and goes with it; all else is a change to it. */
const opOf = (operations: readonly Operation[]): Operation["op"] => {
  const op = operations[0]!.op;
  const isWhole = operations.some((each) => {
    const resource = subject(each);
    return resource.kind === "instance" && resource.index === 0;
  });
  return isWhole && operations.every((each) => each.op === op) ? op : "update";
};

/** The instances that are made, or go: in order, as the operations of an automaton are. */
const indexesOf = (operations: readonly Operation[], op: Operation["op"]): readonly number[] =>
  operations.flatMap((each) => {
    const resource = subject(each);
    return each.op === op && resource.kind === "instance" ? [resource.index] : [];
  });

/** What the operations on an automaton come to. */
const reasonOf = (operations: readonly Operation[]): string => {
  const whole = opOf(operations);
  if (whole === "create") return "is new";
  if (whole === "delete") return "is no longer in the system";
  const [made, gone] = [indexesOf(operations, "create"), indexesOf(operations, "delete")];
  const parts: string[] = [];
  if (made.length > 0 && gone.length === 0) parts.push(`scales ${made[0]} → ${made.at(-1)! + 1}`);
  if (gone.length > 0 && made.length === 0) parts.push(`scales ${gone.at(-1)! + 1} → ${gone[0]}`);
  const kinds = new Set(operations.filter(({ op }) => op === "update").map((each) => subject(each).kind));
  if (kinds.has("process")) parts.push("starts its processes anew");
  if (kinds.has("instance")) parts.push("has instances that are not as they should be");
  if (parts.length === 0 && (kinds.has("hosts") || kinds.has("wire"))) parts.push("is wired differently");
  if (parts.length === 0 && kinds.has("service")) parts.push("offers its services differently");
  return parts.join(", ");
};

const paintOf = (op: Operation["op"], theme: Theme): Paint => theme[op];

export const summaryLine = (operations: readonly Operation[], theme: Theme): string => {
  const { create, update, delete: gone } = tally(operations);
  if (operations.length === 0) return "no changes";
  return [
    ...(create > 0 ? [theme.create(`${create} to create`)] : []),
    ...(update > 0 ? [theme.update(`${update} to update`)] : []),
    ...(gone > 0 ? [theme.delete(`${gone} to delete`)] : []),
  ].join(", ");
};

/** What an automaton's operations come of, in words, each thing once. */
const causesOf = (operations: readonly Planned[]): readonly string[] => [
  ...new Set(
    operations.flatMap(({ because = [] }) => {
      // That all of it is new has been said.
      const told = because.length === 1 && because[0]!.change === "new" ? [] : because;
      return told.length === 0 ? [] : [tell(told)];
    }),
  ),
];

export interface PlanView {
  readonly system: string;
  readonly operations: readonly Planned[];
}

export const renderPlan = ({ system, operations }: PlanView, room: number | null, theme: Theme): string => {
  const head = `${theme.heading(system)}: ${summaryLine(operations, theme)}\n`;
  const body = groups(operations).map(([automaton, of]) => {
    const op = opOf(of);
    const lines = joined(of.map(lineOf));
    const left = Math.min(
      28,
      lines.reduce((most, { name }) => Math.max(most, width(name)), 0),
    );
    const why = automaton === null ? "" : reasonOf(of);
    const indent = automaton === null ? "" : "    ";
    const because = automaton === null ? [] : causesOf(of);
    return [
      automaton === null
        ? ""
        : `${paintOf(op, theme)(signs[op])} ${theme.heading(automaton)}${why === "" ? "" : theme.quiet(` ${why}`)}\n`,
      ...because.map((one) => `${indent}${theme.quiet(`because ${one}`)}\n`),
      ...lines.map(({ op: own, name, detail }) => {
        const rest = room === null ? detail : cut(detail, room - indent.length - left - 4);
        return `${`${indent}${paintOf(own, theme)(signs[own])} ${padEnd(name, left)}  ${rest}`.trimEnd()}\n`;
      }),
    ].join("");
  });
  return [head, ...(body.length === 0 ? [] : ["\n", body.join("\n")])].join("");
};
