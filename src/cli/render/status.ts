/** A running system for people. For programs the status is printed as it is. */
import { runsPrograms } from "../../bases.ts";
import { limitTexts } from "../../core/limits.ts";
import { portsText, publishedPorts } from "../../core/port-range.ts";
import { counted } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import type { AutomatonStatus, InstanceState, InstanceStatus, Status } from "../../live/control/status.ts";
import { notReadyLine, soAre } from "../../live/status/reason.ts";
import { scheduleText } from "./schedule.ts";
import { type Cell, type Column, table } from "./table.ts";
import { cut, marked, padEnd, width } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

export const statePaint = (state: InstanceState | Status["state"], theme: Theme): Paint => {
  switch (state) {
    case "ready":
    case "scheduled":
    case "done":
    case "converged":
      return theme.good;
    case "starting":
    case "running":
    case "draining":
    case "converging":
      return theme.busy;
    case "unhealthy":
    case "failed":
    case "backoff":
    case "degraded":
      return theme.bad;
    case "stopped":
      return theme.quiet;
  }
};

type Publication = Status["publications"][number];

const text = (of: string | number | null, paint?: Paint): Cell => ({
  text: of === null ? "-" : String(of),
  ...(paint === undefined ? {} : { paint }),
});

const instanceColumns: readonly Column[] = [
  { title: "AUTOMATON", least: 12 },
  { title: "INSTANCE" },
  { title: "STATE" },
  { title: "PID", align: "right", drop: 2 },
  { title: "RESTARTS", align: "right", drop: 3 },
  { title: "IPV4", drop: 4 },
  { title: "IPV6", drop: 5 },
];
const limitsColumn: Column = { title: "LIMITS", drop: 6 };
const scheduleColumn: Column = { title: "SCHEDULE", least: 16, drop: 1 };

const isV6 = (address: string): boolean => address.includes(":");
const v4Of = (addresses: readonly string[]): string | null => addresses.find((a) => !isV6(a)) ?? null;
const v6Of = (addresses: readonly string[]): string | null => addresses.find(isV6) ?? null;

/** More instances of an automaton than this are shown in runs of like ones, unless all are asked for. */
const many = 12;

/** Instances in runs: those of one run differ in nothing that matters. */
const runsOf = (
  instances: readonly InstanceStatus[],
  all: boolean,
): readonly (readonly InstanceStatus[])[] => {
  if (all || instances.length <= many) return instances.map((instance) => [instance]);
  const runs: InstanceStatus[][] = [];
  for (const instance of instances) {
    const last = runs.at(-1)?.at(-1);
    const alike = last?.state === instance.state && last.restarts === instance.restarts;
    if (alike && last.index === instance.index - 1) runs.at(-1)!.push(instance);
    else runs.push([instance]);
  }
  return runs;
};

const instanceCells = (run: readonly InstanceStatus[], theme: Theme): readonly Cell[] => {
  const { index, state, pid, restarts, addresses } = run[0]!;
  const last = run.at(-1)!.index;
  return [
    text(run.length === 1 ? index : `${index} to ${last}`),
    text(state, statePaint(state, theme)),
    text(run.length === 1 ? pid : "", theme.quiet),
    text(restarts, restarts > 0 ? theme.busy : theme.quiet),
    text(run.length === 1 ? v4Of(addresses) : ""),
    text(run.length === 1 ? v6Of(addresses) : ""),
  ];
};

const limitsOf = ({ limits = {} }: InstanceStatus): string => limitTexts(limits).join(", ");

const instances = (
  automata: readonly AutomatonStatus[],
  all: boolean,
  room: number | null,
  theme: Theme,
  now: number,
): string => {
  const everyone = automata.flatMap(({ instances: each }) => each);
  const isLimited = everyone.some(({ limits }) => limits !== undefined);
  const isScheduled = everyone.some(({ schedule }) => schedule !== undefined);
  const columns = [
    ...instanceColumns,
    ...(isLimited ? [limitsColumn] : []),
    ...(isScheduled ? [scheduleColumn] : []),
  ];
  return table(
    columns,
    automata.flatMap(({ name, instances: each, external }) =>
      each.length === 0
        ? [
            [
              text(name, theme.heading),
              text(external === true ? "elsewhere" : "none", theme.quiet),
              ...columns.slice(2).map(() => text("")),
            ],
          ]
        : runsOf(each, all).map((run, i) => [
            text(i === 0 ? name : "", theme.heading),
            ...instanceCells(run, theme),
            ...(isLimited ? [text(limitsOf(run[0]!))] : []),
            ...(isScheduled ? [text(scheduleText(run[0]!, now))] : []),
          ]),
    ),
    room,
    theme,
  );
};

const protocolTitle = "PROTOCOL";

const serviceColumns: readonly Column[] = [
  { title: "SERVICE", least: 12 },
  { title: "PORT" },
  { title: protocolTitle, least: 8, drop: 2 },
  { title: "VIRTUAL IPV4", drop: 4 },
  { title: "VIRTUAL IPV6", drop: 5 },
];

const elsewhereColumn: Column = { title: "AT", drop: 3 };

/** `mx.example.com (192.0.2.7, 192.0.2.8)` */
const elsewhereText = ({ at = "", addresses = [] }: AutomatonStatus["services"][number]): string =>
  addresses.length === 0 || addresses[0] === at ? at : `${at} (${addresses.join(", ")})`;

const services = (automata: readonly AutomatonStatus[], room: number | null, theme: Theme): string => {
  const rows = automata.flatMap(({ name, services: each }) => each.map((service) => ({ name, ...service })));
  // What the kernel has of a system does not say how its protocols are called.
  const isNamed = rows.some(({ protocol }) => protocol !== "");
  const isElsewhere = rows.some(({ at }) => at !== undefined);
  const columns = serviceColumns.filter(({ title }) => isNamed || title !== protocolTitle);
  return table(
    isElsewhere ? [...columns, elsewhereColumn] : columns,
    rows.map(({ name, ...service }) => [
      text(`${name}.${service.port}`, theme.heading),
      text(`${service.transport} ${portsText(service)}`),
      ...(isNamed ? [text(service.protocol, theme.quiet)] : []),
      text(v4Of(service.vips)),
      text(v6Of(service.vips)),
      ...(isElsewhere ? [text(elsewhereText(service))] : []),
    ]),
    room,
    theme,
  );
};

const wires = ({ wires: each }: Status, room: number | null, theme: Theme): string => {
  const left = each.reduce((most, { from }) => Math.max(most, width(from)), 0);
  return each
    .map(({ from, to, kind }) => {
      const line = `${padEnd(from, left)} ${kind === "request" ? "=>" : "->"} ${to}`;
      return `${room === null ? line : cut(line, room)}\n`;
    })
    .join("")
    .replace(/^/, `${theme.quiet("WIRES")}\n`);
};

/** Where a person finds a published port: a URL if its name or protocol says that it speaks HTTP. */
const entryPoint = ({ automata }: Status, { to, hostPort, last, transport }: Publication): string => {
  const [name, port] = [to.slice(0, to.lastIndexOf(".")), to.slice(to.lastIndexOf(".") + 1)];
  const service = automata.find((each) => each.name === name)?.services.find((each) => each.port === port);
  const web = /web|http/i.test(`${port} ${service?.protocol ?? ""}`);
  return transport === "tcp" && web && last === undefined
    ? `http://localhost:${hostPort}/`
    : `localhost ${transport} ${portsText(publishedPorts({ hostPort, ...(last === undefined ? {} : { last }) }))}`;
};

/** Where both do not fit in a line, the second has one of its own. */
const publicationLine = (
  status: Status,
  publication: Publication,
  room: number | null,
  theme: Theme,
): string => {
  const { to, transport } = publication;
  // Nobody listens for a model.
  const isModel = !runsPrograms(status.base);
  const words = isModel
    ? `would be published at the host's ${transport} port ${portsText(publishedPorts(publication))}`
    : "is published at";
  const where = isModel ? "" : ` ${entryPoint(status, publication)}`;
  const fits = room === null || width(to) + 1 + width(words) + width(where) <= room;
  const rest = `${theme.quiet(words)}${isModel ? "" : ` ${theme.link(where.trimStart())}`}`;
  return `${to}${fits ? " " : "\n  "}${rest}\n`;
};

/** `3 of 4 instances ready`; a job that is done is what it was to become. */
export const readiness = ({ automata }: Status): string => {
  const all = automata.flatMap(({ instances: each }) => each);
  const ready = all.filter(({ state }) => ["ready", "done", "scheduled"].includes(state)).length;
  return `${ready} of ${counted(all.length, "instance")} ready`;
};

/** Of so many reasons that are alike one line tells; more lines than these only where all are asked for. */
const reasonLines = 10;

const isTold = ({ state, reason }: InstanceStatus): boolean =>
  reason !== null && state !== "ready" && state !== "draining";

/** Why instances are not ready, a reason a line: like ones of an automaton together. */
export const reasons = ({ automata, problems }: Status, all = false): readonly string[] => {
  const lines: string[] = [];
  for (const { name, instances: each } of automata) {
    const alike = new Map<string, InstanceStatus[]>();
    for (const instance of each.filter(isTold)) {
      const { state, reason } = instance;
      if (problems.includes(notReadyLine({ automaton: name, index: instance.index }, state, reason)))
        continue;
      const same = alike.get(`${state} ${reason}`);
      if (same === undefined) alike.set(`${state} ${reason}`, [instance]);
      else same.push(instance);
    }
    for (const [first, ...rest] of all ? [...alike.values()].flat().map((one) => [one]) : alike.values()) {
      const { index, state, reason } = first!;
      const line = notReadyLine({ automaton: name, index }, state, reason);
      lines.push(`${line}${soAre(rest.length)}`);
    }
  }
  if (all || lines.length <= reasonLines) return lines;
  return [...lines.slice(0, reasonLines - 1), counted(lines.length - reasonLines + 1, "more reason")];
};

const headline = (status: Status, room: number | null, theme: Theme): string => {
  const { system, state, base, orchestrator } = status;
  const keeper = orchestrator === null ? "not supervised" : `supervised by ${orchestrator}`;
  const facts = `(${[readiness(status), base, keeper].join(", ")})`;
  const left = room === null ? null : room - width(`${system} ${state} `);
  const fitting = left === null ? facts : cut(facts, left);
  return `${theme.heading(system)} ${statePaint(state, theme)(state)} ${theme.quiet(fitting)}\n`;
};

/** That what was saved last is not what is run, and why. */
const rejection = ({ rejected }: Status, room: number | null, theme: Theme): string => {
  if (rejected === null) return "";
  const { file, line, column, message, errors } = rejected;
  const more = errors === 1 ? "" : `, and ${counted(errors - 1, "more error")}`;
  const text = `what was saved last is not applied: ${file}:${line}:${column}: ${message}${more}`;
  return marked("!", theme.bad, text, room);
};

/** `all`: also each of many like instances by itself. `now`: the time of day, in milliseconds since 1970. */
export const renderStatus = (
  status: Status,
  all: boolean,
  room: number | null,
  theme: Theme,
  now = Date.now(),
): string => {
  const { automata, publications, problems, warnings } = status;
  const sections = [
    [
      headline(status, room, theme),
      rejection(status, room, theme),
      ...problems.map((problem) => marked("!", theme.bad, problem, room)),
      ...reasons(status, all).map((reason) => marked("!", theme.busy, reason, room)),
      ...warnings.map((warning) => marked("warning:", theme.warning, visibleLine(warning), room)),
    ].join(""),
  ];
  if (automata.length === 0) sections.push("There is nothing in it.\n");
  else sections.push(instances(automata, all, room, theme, now));
  if (automata.some(({ services: each }) => each.length > 0)) sections.push(services(automata, room, theme));
  if (status.wires.length > 0) sections.push(wires(status, room, theme));
  if (publications.length > 0)
    sections.push(publications.map((each) => publicationLine(status, each, room, theme)).join(""));
  return sections.join("\n");
};
