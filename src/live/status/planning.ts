/** What an orchestrator would do if it came now: for commands that only look. */

import { wantsRestart } from "../../../runtime/process/backoff.ts";
import type { BaseCase, Failure, Observation } from "../../core/base.ts";
import { heldCell, readyCell, resolvedCell } from "../../core/cell-key.ts";
import { sameJson } from "../../core/json.ts";
import type { Operation } from "../../core/operation.ts";
import { instanceKey, type Process, type Resource, type ResourceKey } from "../../core/resource.ts";
import { hostsOf, namedPorts } from "../../program/hosts.ts";
import type { Program } from "../../program/program.ts";
import { plan } from "../../reconcile.ts";
import { automatonOf, followsLoad } from "../loop/automaton.ts";
import { adoptionOf, hostsFound } from "../policy/adoption.ts";
import type { Setting } from "../policy/load.ts";
import { isUnseen, restartAfter } from "../policy/process.ts";
import { answered, followed } from "../policy/resolution.ts";

/**
 * The difference between what the program wants and what is there. Who runs and is out
 * of service is taken as on its way, and load that was served as still to be served: an
 * orchestrator would leave both alone at first.
 */
export const planAgainst = async (program: Program, base: BaseCase): Promise<readonly Operation[]> => {
  const observation = await base.observe();
  program.adopt(observation.resources.values());
  program.observe(await resolvedAs(program, base, observation));
  const { counts, inService } = adoptionOf(observation);
  const settings: Setting[] = [];
  for (const [name, count] of counts) {
    const found = automatonOf(program, name);
    if (found === null) continue;
    const { asked } = found.instances;
    const held = followsLoad(program, name) ? Math.max(asked, count) : asked;
    if (held > asked) settings.push([heldCell(name), held]);
    if (found.member.automaton.runs === null || found.member.automaton.provides.length === 0) continue;
    for (let index = 0; index < Math.min(count, held); index++) {
      const there = observation.resources.has(instanceKey(name, index));
      if (there && !inService.has(instanceKey(name, index))) settings.push([readyCell(name, index), false]);
    }
  }
  if (settings.length > 0) program.observe(settings);
  return plan(program.resources(), withDone(program, observation));
};

/**
 * The names that the program uses, as an orchestrator would know them: those that are in use as they are, all
 * others looked up once. What is not found has no place yet.
 */
const resolvedAs = async (
  program: Program,
  base: BaseCase,
  { resources }: Observation,
): Promise<readonly Setting[]> => {
  const known = hostsFound(resources.values());
  const names = hostsOf(namedPorts(program));
  const used = names.flatMap((host): readonly Setting[] =>
    known.has(host) ? [[resolvedCell(host), known.get(host)!]] : [],
  );
  const others = await lookedUp(
    base,
    names.filter((host) => !known.has(host)),
  );
  return [...used, ...others];
};

/** What names are, each looked up once now. Of what is not found there is nothing. */
export const lookedUp = async (base: BaseCase, names: readonly string[]): Promise<readonly Setting[]> => {
  const found = names.map(async (host): Promise<readonly Setting[]> => {
    const { resolved } = answered(followed([], null, 0), await base.lookUp(host), 0);
    return resolved === null ? [] : [[resolvedCell(host), resolved]];
  });
  return (await Promise.all(found)).flat();
};

/** Those of the names that the program does not know resolved. */
export const unknownTo = ({ workspace }: Program, names: readonly string[]): readonly string[] =>
  names.filter((host) => workspace.cells.get(resolvedCell(host)) === undefined);

/** That nothing was found of a name. */
export const unresolvedHost = (host: string): string =>
  `${host} is not resolved: what is to go there has no place yet`;

/** The names that the program uses and that are not resolved, in words. */
export const unresolvedOf = (program: Program): readonly string[] =>
  unknownTo(program, hostsOf(namedPorts(program))).map(unresolvedHost);

/** What a process is started with, beside what says whether another is to be. */
const startedWith = ({ spec: _, care: __, ...rest }: Process): Omit<Process, "spec" | "care"> => rest;

/**
 * The automata that would be started otherwise, and are not started anew for that: what runs by the clock is its new self
 * from its next time on. `operations`: the difference between two programs.
 */
export const waitingIn = (operations: readonly Operation[]): readonly string[] =>
  operations.flatMap(({ before, after }) => {
    if (before?.kind !== "process" || after?.kind !== "process") return [];
    if (after.care.schedule === undefined || before.spec !== after.spec) return [];
    return sameJson(startedWith(before), startedWith(after)) ? [] : [after.automaton];
  });

/** What of limits could not be enforced in a world, and what there is no room for, of what operations make, a sentence each. */
export const unenforceableOf = (base: BaseCase, operations: readonly Operation[]): readonly string[] => {
  const limits = operations.flatMap(({ after }) => (after?.kind === "limits" ? [after] : []));
  const processes = operations.flatMap(({ after }) => (after?.kind === "process" ? [after] : []));
  return base.unenforceable?.(limits, processes) ?? [];
};

/** Why a process of an automaton could not be started now; null where nothing is known to be in the way of any. */
export const startRefusalOf = (base: BaseCase, program: Program, automaton: string): Failure | null => {
  const checked = new Set<string>();
  for (const one of program.resources()) {
    if (one.kind !== "process" || one.automaton !== automaton || checked.has(one.spec)) continue;
    checked.add(one.spec);
    const refusal = base.refusal?.(one) ?? null;
    if (refusal !== null) return refusal;
  }
  return null;
};

/** What exists, with the processes that have ended and are to be followed by no other. */
const withDone = (
  program: Program,
  { resources, ended }: Observation,
): ReadonlyMap<ResourceKey, Resource> => {
  const all = new Map(resources);
  for (const wanted of program.resources()) {
    const end = wanted.kind === "process" ? ended.get(wanted.key) : undefined;
    if (wanted.kind !== "process" || end === undefined || all.has(wanted.key)) continue;
    // A job that nobody saw end is run again, but for one that runs by the clock.
    const { care } = wanted;
    if (care.once === true && care.schedule === undefined && isUnseen(end)) continue;
    if (end.spec === wanted.spec && !wantsRestart(restartAfter(care, end), end)) all.set(wanted.key, wanted);
  }
  return all;
};
