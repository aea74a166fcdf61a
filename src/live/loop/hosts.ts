/** Looking up the names of hosts elsewhere that something is wired to, and taking what was found. */
import { resolvedCell } from "../../core/cell-key.ts";
import { sameJson } from "../../core/json.ts";
import { namedPorts } from "../../program/hosts.ts";
import {
  addressesText,
  answered,
  followed,
  isUnresolved,
  staleWords,
  unresolvedWords,
} from "../policy/resolution.ts";
import { portNotReadyLine } from "../status/reason.ts";
import { beginChange, record } from "./changes.ts";
import type { Input } from "./input.ts";
import { setCells } from "./program.ts";
import type { State, Step } from "./state.ts";
import { soon } from "./turn.ts";

/** Asks for the names whose time has come. */
export const resolveDue = (step: Step): void => {
  followHosts(step);
  const { hosts } = step.state;
  for (const [name, host] of hosts) {
    if (host.at === null || host.at > step.now) continue;
    hosts.set(name, { ...host, at: null });
    step.emit({ _tag: "Resolve", host: name });
  }
};

/** Follows the names that the program uses now, and no others. */
const followHosts = (step: Step): void => {
  const { program, state, now } = step;
  const uses = namedPorts(program);
  if (uses === state.namedPorts) return;
  state.namedPorts = uses;
  const ports = new Map<string, string[]>();
  for (const { host, port } of uses) ports.set(host, [...(ports.get(host) ?? []), port]);
  for (const [name, host] of state.hosts) {
    if (ports.has(name)) continue;
    state.hosts.delete(name);
    if (host.resolved !== null)
      believe(step, name, undefined, host.ports, `nothing asks for ${name} any more`);
  }
  for (const [name, its] of ports) {
    const known = state.hosts.get(name);
    if (known === undefined) {
      const resolved = program.workspace.cells.get(resolvedCell(name)) ?? null;
      state.hosts.set(name, followed(its, resolved, now));
    } else if (!sameJson(known.ports, its)) state.hosts.set(name, { ...known, ports: its });
  }
};

const automatonOfPort = ([first = ""]: readonly string[]): string => first.slice(0, first.lastIndexOf("."));

const believe = (
  step: Step,
  name: string,
  value: unknown,
  ports: readonly string[],
  headline: string,
): void => {
  const cause = { event: "resolved", automaton: automatonOfPort(ports), headline, causes: [] };
  setCells(step, [[resolvedCell(name), value]], beginChange(step, cause));
};

/** A lookup has ended. */
export const hostResolved = (
  step: Step,
  { host: name, lookup }: Input & { readonly _tag: "HostResolved" },
): void => {
  const { state, now } = step;
  const before = state.hosts.get(name);
  if (before === undefined) return;
  const after = answered(before, lookup, now);
  state.hosts.set(name, after);
  const automaton = automatonOfPort(after.ports);
  if (after.problem !== null && after.problem !== before.problem)
    record(step, "unresolved", automaton, staleWords(name, after) ?? unresolvedWords(name, after));
  if (after.resolved !== null && after.resolved !== before.resolved)
    believe(step, name, after.resolved, after.ports, `${name} is ${addressesText(after.resolved)}`);
  else if (after.problem === null && before.problem !== null)
    record(step, "resolved", automaton, `${name} is resolved again, and is where it was`);
  soon(step);
};

/** When a name is to be looked up next; infinite: none is. */
export const resolveAt = ({ hosts }: State): number => {
  let at = Number.POSITIVE_INFINITY;
  for (const host of hosts.values()) if (host.at !== null) at = Math.min(at, host.at);
  return at;
};

/** Whether every name was looked up once. */
export const areHostsAsked = ({ hosts }: State): boolean =>
  [...hosts.values()].every(({ isAsked }) => isAsked);

/** Why ports elsewhere are not ready, a sentence each. */
export const hostProblems = ({ hosts }: State): readonly string[] =>
  [...hosts].flatMap(([name, host]) =>
    isUnresolved(host) ? host.ports.map((port) => portNotReadyLine(port, unresolvedWords(name, host))) : [],
  );

/** What is not known anew, a sentence each. */
export const hostWarnings = ({ hosts }: State): readonly string[] =>
  [...hosts].flatMap(([name, host]) => staleWords(name, host) ?? []);
