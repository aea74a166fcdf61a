/** A plan like a diff, grouped by automaton; and as the object of `plan --json`. */
import { compareNames } from "../../core/natural.ts";
import type { Operation } from "../../core/operation.ts";
import { subject } from "../../core/operation.ts";
import type { Resource } from "../../core/resource.ts";
import { signs, tally } from "../../core/tally.ts";
import { type Reason, tell } from "../../program/reasons.ts";
import { joined, lineOf } from "./operation.ts";
import { cut, fill, padEnd, width } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

/** The form of an operation in JSON. */
export const operationJson = (operation: Operation) => {
  const { kind, automaton } = subject(operation);
  return { op: operation.op, kind, id: operation.key, automaton };
};

const kindRank = [
  "hub",
  "instance",
  "limits",
  "process",
  "files",
  "hosts",
  "service",
  "wire",
  "publication",
  "egress",
];

const compare = (a: Operation, b: Operation): number => {
  const [x, y] = [subject(a), subject(b)];
  const index = (of: Resource): number =>
    of.kind === "instance" || of.kind === "process" || of.kind === "limits" || of.kind === "files"
      ? of.index
      : 0;
  return (
    kindRank.indexOf(x.kind) - kindRank.indexOf(y.kind) || index(x) - index(y) || compareNames(a.key, b.key)
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
    .sort(([a], [b]) => compareNames(a ?? "", b ?? ""))
    .map(([automaton, of]) => [automaton, of.sort(compare)] as const);
};

/** That a name was looked up for the first time is no change of anything. */
const isFirstLookup = ({ what, change, before }: Reason): boolean =>
  change === "set" && before === null && what.startsWith("addresses of ");

/** Whether it comes of a new automaton that runs elsewhere: that has no instances. */
const isNewElsewhere = (each: Planned): boolean => {
  const { kind } = subject(each);
  const [first] = each.because ?? [];
  if (each.op !== "create" || first === undefined || (kind !== "service" && kind !== "egress")) return false;
  return first.change === "new" || isFirstLookup(first);
};

/** An automaton comes with its first instance, and goes with it, or runs elsewhere; all else is a change to it. */
const opOf = (operations: readonly Planned[], isFresh: boolean): Operation["op"] => {
  const op = operations[0]!.op;
  if (operations.every((each) => (isFresh && each.op === "create") || isNewElsewhere(each))) return op;
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
const reasonOf = (operations: readonly Planned[], isFresh: boolean): string => {
  const whole = opOf(operations, isFresh);
  if (whole === "create") return "is new";
  if (whole === "delete") return "is no longer in the system";
  const [made, gone] = [indexesOf(operations, "create"), indexesOf(operations, "delete")];
  const parts: string[] = [];
  if (made.length > 0 && gone.length === 0) parts.push(`scales ${made[0]} → ${made.at(-1)! + 1}`);
  if (gone.length > 0 && made.length === 0) parts.push(`scales ${gone.at(-1)! + 1} → ${gone[0]}`);
  const kinds = new Set(operations.filter(({ op }) => op === "update").map((each) => subject(each).kind));
  const runsAnew = operations.some(
    ({ before, after }) =>
      before?.kind === "process" && after?.kind === "process" && before.spec !== after.spec,
  );
  if (runsAnew) parts.push("starts its processes anew");
  else if (kinds.has("files")) parts.push("gets other files");
  else if (kinds.has("process")) parts.push("looks after its processes differently");
  if (kinds.has("limits")) parts.push("is limited differently");
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
      const [first] = because;
      // That all of it is new has been said.
      const isSaid = because.length === 1 && first!.change === "new";
      return first === undefined || isSaid || isFirstLookup(first) ? [] : [tell(because)];
    }),
  ),
];

export interface PlanView {
  readonly system: string;
  readonly operations: readonly Planned[];
  /** What of limits this machine would not enforce, a sentence each. */
  readonly unenforceable?: readonly string[];
  /** Automata whose program is changed from their next run by the clock on. */
  readonly waiting?: readonly string[];
}

export const renderPlan = (
  { system, operations, unenforceable = [], waiting = [] }: PlanView,
  room: number | null,
  theme: Theme,
): string => {
  const isLater = operations.length === 0 && waiting.length > 0;
  const head = `${theme.heading(system)}: ${summaryLine(operations, theme)}${isLater ? " now" : ""}\n`;
  const later = waiting.map(
    (name) =>
      `${theme.update(signs.update)} ${theme.heading(name)}${theme.quiet(" runs so from its next time on")}\n`,
  );
  // With its hub, all of a system is new.
  const isFresh = operations.some(({ op, after }) => op === "create" && after.kind === "hub");
  const body = groups(operations).map(([automaton, of]) => {
    const op = opOf(of, isFresh);
    const lines = joined(of.map(lineOf));
    const left = Math.min(
      28,
      lines.reduce((most, { name }) => Math.max(most, width(name)), 0),
    );
    const why = automaton === null ? "" : reasonOf(of, isFresh);
    const indent = automaton === null ? "" : "    ";
    const because = automaton === null ? [] : causesOf(of);
    return [
      automaton === null
        ? ""
        : `${paintOf(op, theme)(signs[op])} ${theme.heading(automaton)}${why === "" ? "" : theme.quiet(` ${why}`)}\n`,
      ...because.map((one) => `${indent}${theme.quiet(`because ${one}`)}\n`),
      ...lines.flatMap(({ op: own, name, detail, more }) => {
        const space = room === null ? null : Math.max(1, room - indent.length - left - 4);
        // What a process is made of is told in short, and what changes of it in full.
        const isShort = space === null || own !== "update" || !name.startsWith("process");
        const [rest = "", ...below] = isShort
          ? [space === null ? detail : cut(detail, space)]
          : fill(detail, space);
        const further = more.flatMap((line) => (space === null ? [line] : fill(line, space)));
        return [
          `${`${indent}${paintOf(own, theme)(signs[own])} ${padEnd(name, left)}  ${rest}`.trimEnd()}\n`,
          ...[...below, ...further].map((line) => `${indent}${" ".repeat(left + 4)}${line}\n`),
        ];
      }),
    ].join("");
  });
  const warnings = unenforceable.map((line) => `${theme.warning("!")} ${line}\n`);
  return [
    head,
    ...(body.length === 0 ? [] : ["\n", body.join("\n")]),
    ...(later.length === 0 ? [] : ["\n", ...later]),
    ...(warnings.length === 0 ? [] : ["\n", ...warnings]),
  ].join("");
};
