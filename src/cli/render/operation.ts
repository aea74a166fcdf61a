/** Operations as lines of a plan: what each is about, and what it does to it. */
import { isDeepStrictEqual } from "node:util";
import { limitNames, limitTexts, limitValue, sizeText } from "../../core/limits.ts";
import { observable } from "../../core/observable.ts";
import { type Operation, subject } from "../../core/operation.ts";
import { portsText, publishedPorts } from "../../core/port-range.ts";
import {
  type EndpointAddress,
  hostPlace,
  type InstanceLimits,
  type Resource,
  type Service,
} from "../../core/resource.ts";
import { counted } from "../../core/tally.ts";
import { changes, told, word } from "./changes.ts";
import { processChanges, processFacts } from "./process.ts";

export const addresses = ({ v4, v6 }: { readonly v4: string | null; readonly v6: string }): string =>
  v4 === null ? v6 : `${v4} ${v6}`;

/** `192.0.2.7:587`, `[2001:db8::7]:587`, `host:587` */
const placeText = ({ v4, v6 }: EndpointAddress, number: number): string => {
  if (v4 === hostPlace.v4) return `host:${number}`;
  return [...(v4 === null ? [] : [`${v4}:${number}`]), ...(v6 === null ? [] : [`[${v6}]:${number}`])].join(
    " ",
  );
};

/** ` from 8080`, where the programs behind a service listen elsewhere than it is asked. */
const listensText = ({ number, endpoints }: Service): string => {
  const numbers = new Set(endpoints.map((one) => one.number));
  const [only] = numbers;
  return numbers.size === 1 && only !== number ? ` from ${only}` : "";
};

/** What a resource is called within its automaton, and what there is to say of it. */
const describe = (resource: Resource): readonly [name: string, detail: string] => {
  switch (resource.kind) {
    case "hub":
      return ["hub", resource.netns];
    case "instance":
      return [`instance ${resource.index}`, addresses(resource.address)];
    case "hosts":
      return ["names", resource.entries.map(({ name }) => name).join(", ")];
    case "limits":
      return [`limits ${resource.index}`, limitTexts(resource).join(", ")];
    case "files":
      return [
        `files ${resource.index}`,
        `${resource.files.map(({ path }) => path).join(", ")}; ${resource.signal} tells the program`,
      ];
    case "process":
      return [`process ${resource.index}`, (resource.argv ?? []).map(word).join(" ")];
    case "service":
      return [
        `service ${resource.id.replaceAll(`${resource.automaton}.`, "")}`,
        `${resource.transport} ${portsText(resource)}${listensText(resource)} at ${addresses(resource.vip)}`,
      ];
    case "wire":
      return [`wire ${resource.requirement}`, `${resource.oneWay ? "->" : "=>"} ${resource.service}`];
    case "egress":
      return [
        `way out to ${resource.service.replaceAll(`${resource.automaton}.`, "")}`,
        resource.anywhere === true
          ? "anywhere outside"
          : resource.to.map(({ address, number }) => placeText(address, number)).join(", "),
      ];
    case "publication":
      return [`host ${resource.transport} ${portsText(publishedPorts(resource))}`, `to ${resource.service}`];
  }
};

/** `memory 64MiB → 128MiB`, `state data no limit → 1GiB` */
const limitChanges = (before: InstanceLimits, after: InstanceLimits): string => {
  const change = (what: string, values: readonly (string | undefined)[]): readonly string[] => {
    const [old, now] = values.map((value) => value ?? "no limit");
    return old === now ? [] : [`${what} ${old} → ${now}`];
  };
  const both = [before, after];
  const states = new Set(both.flatMap(({ state = {} }) => Object.keys(state)));
  return [
    ...limitNames.flatMap((name) =>
      change(
        name,
        both.map(({ [name]: value }) => (value === undefined ? value : limitValue(name, value))),
      ),
    ),
    ...[...states].flatMap((name) =>
      change(
        `state ${name}`,
        both.map(({ state }) => (state?.[name] === undefined ? undefined : sizeText(state[name]))),
      ),
    ),
  ].join(", ");
};

export interface Line {
  readonly op: Operation["op"];
  readonly name: string;
  readonly detail: string;
  /** What else there is to say, a line each. */
  readonly more: readonly string[];
}

/** Of so many changes of one process each is told. */
const mostChanges = 12;

const linesOf = (all: readonly string[]): Pick<Line, "detail" | "more"> => {
  const [detail = "", ...more] =
    all.length <= mostChanges
      ? all
      : [...all.slice(0, mostChanges - 1), `and ${counted(all.length - mostChanges + 1, "more change")}`];
  return { detail, more };
};

/** What is said of a process that was found in the world: that shows no more of itself than a hash. */
const unknownChange =
  "it runs something else: its command, variables, files, user, host name, directories or secrets differ, and nobody who is there knows which";

export const lineOf = (operation: Operation): Line => {
  const { op } = operation;
  const [name, detail] = describe(subject(operation));
  if (op !== "update") {
    const resource = subject(operation);
    const facts = op === "create" && resource.kind === "process" ? processFacts(resource) : [];
    return { op, name, detail, more: facts.length === 0 ? [] : [facts.join("; ")] };
  }
  const { before, after } = operation;
  if (before.kind === "limits" && after.kind === "limits")
    return { op, name, detail: limitChanges(before, after), more: [] };
  if (after.kind === "files") return { op, name, detail, more: [] };
  const hidden = before.kind === "process" && (before.argv ?? []).length === 0;
  if (before.kind === "process" && after.kind === "process" && !hidden) {
    const changed = processChanges(before, after);
    if (changed.length > 0) return { op, name, ...linesOf(changed) };
  }
  const all = hidden ? changes(observable(before), observable(after)) : changes(before, after);
  // The hash says nothing to people where what it is made of is told.
  const telling = [...new Set(all.filter((change) => !change.startsWith("spec ")))];
  return { op, name, detail: telling.length > 0 ? told(telling) : unknownChange, more: [] };
};

/** Runs of like operations on many instances become one line. */
export const joined = (lines: readonly Line[]): readonly Line[] => {
  const out: Line[] = [];
  for (let i = 0; i < lines.length; ) {
    const first = lines[i]!;
    const base = /^(instance|process|limits|files) (\d+)$/.exec(first.name);
    let end = i + 1;
    if (base !== null)
      while (
        end < lines.length &&
        lines[end]!.op === first.op &&
        lines[end]!.name === `${base[1]} ${Number(base[2]) + end - i}` &&
        (base[1] === "instance" ||
          (lines[end]!.detail === first.detail && isDeepStrictEqual(lines[end]!.more, first.more)))
      )
        end++;
    const plural = { instance: "instances", process: "processes", limits: "limits", files: "files" } as const;
    if (base !== null && end - i > 3)
      out.push({
        op: first.op,
        name: `${plural[base[1] as keyof typeof plural]} ${base[2]} to ${Number(base[2]) + end - i - 1}`,
        detail: base[1] === "instance" ? "" : first.detail,
        more: first.more,
      });
    else out.push(...lines.slice(i, end));
    i = end;
  }
  return out;
};
