/** The status of a system: as its orchestrator knows it, or as the world alone shows it. */

import { resolve } from "node:path";
import type { BaseCase, EndedProcess, InstanceId, Observation } from "../../core/base.ts";
import { observedCell, type Scheduled } from "../../core/cell-key.ts";
import { limitsThereAre } from "../../core/limits.ts";
import type { MonitorTarget } from "../../core/monitor.ts";
import { isRange } from "../../core/port-range.ts";
import {
  hostsKey,
  type Instance,
  limitsKey,
  processKey,
  type Resource,
  type ResourceKey,
  type Service,
} from "../../core/resource.ts";
import { observedOfAutomaton } from "../../program/cells.ts";
import type { Program } from "../../program/program.ts";
import type { AutomatonStatus, InstanceState, InstanceStatus, Status } from "../control/status.ts";
import { nothingUnfinished, type Unfinished } from "../ledger/unfinished.ts";
import { type Unstarted, unstartedName } from "../ledger/unstarted.ts";
import { automatonOf } from "../loop/automaton.ts";
import { AskedFamilies, type WiredPorts } from "../loop/families.ts";
import { hostWarnings } from "../loop/hosts.ts";
import { StartOrder } from "../loop/order.ts";
import { processState, type State } from "../loop/state.ts";
import type { Machine } from "../loop/step.ts";
import { refusalOf } from "../policy/failures.ts";
import { describeEnd, isUnseen, jobState } from "../policy/process.ts";
import { withEnd } from "../policy/schedule.ts";
import { addressesOf, collect, type ServiceFacts } from "./collect.ts";
import { elsewhereOf, elsewhereSeen, portOf } from "./elsewhere.ts";
import {
  drainingWords,
  failedJob,
  heldBackWords,
  portNotReadyLine,
  processReason,
  unfinishedLine,
} from "./reason.ts";
import { scheduleStatus, unscheduledWarnings } from "./schedule.ts";
import { scheduledIn, unsupervised } from "./unsupervised.ts";

/** What an instance may use at the most, for its status. */
const limitsOf = (
  { automaton, index }: Instance,
  resources: ReadonlyMap<ResourceKey, Resource>,
): Pick<InstanceStatus, "limits"> => {
  const found = resources.get(limitsKey(automaton, index));
  if (found?.kind !== "limits") return {};
  const { state } = found;
  const limits = { ...Object.fromEntries(limitsThereAre(found)), ...(state === undefined ? {} : { state }) };
  // Of what is not enforced nothing is shown.
  return Object.keys(limits).length === 0 ? {} : { limits };
};

/** The wires of each client. */
const wiresOf = (
  resources: ReadonlyMap<ResourceKey, Resource>,
): ReadonlyMap<string, readonly WiredPorts[]> => {
  const wires = new Map<string, WiredPorts[]>();
  for (const resource of resources.values()) {
    if (resource.kind !== "wire") continue;
    const { automaton, requirement, service } = resource;
    const one = { requirement, ports: service.split("|") };
    const own = wires.get(automaton);
    if (own === undefined) wires.set(automaton, [one]);
    else own.push(one);
  }
  return wires;
};

/** What was noted when the last orchestrator left. */
interface Left {
  readonly unstarted?: Unstarted;
  readonly unfinished?: Unfinished;
  readonly schedules?: ReadonlyMap<string, Scheduled>;
  /** It is noted how jobs end. */
  readonly seesEnds?: boolean;
  /** A command had begun to remove it. */
  readonly isRemoved?: boolean;
}

/** Of a process that is gone while a command that removes the system is not through. */
const endedByRemoval = "ended by `architect down`";

/** How a process ended; of a job of which that is not known, what to do. */
const endText = ({ automaton, index }: Instance, end: EndedProcess, isRemoved: boolean): string => {
  if (isRemoved && isUnseen(end)) return endedByRemoval;
  const words = describeEnd(end);
  if (end.once !== true) return words;
  return isUnseen(end)
    ? `${words}: architect logs ${automaton}.${index} shows what it printed, and the next apply or run runs it again`
    : unsupervised(failedJob(automaton, words));
};

/** On which ports of its automaton nobody listens in an instance, in words; null where nothing is missing. */
type Missing = BaseCase["missing"];

/**
 * What the world shows of a system that nobody supervises. Protocols are not to be seen there. `unstarted`: what
 * the last orchestrator left before it had started it.
 */
export const reportOf = (
  system: string,
  base: string,
  { resources, processes, ended, warnings = [] }: Observation,
  missing: Missing,
  {
    unstarted = {},
    unfinished = nothingUnfinished,
    schedules = new Map(),
    isRemoved = false,
    seesEnds = false,
  }: Left = {},
): Status => {
  const inService = new Set<string>();
  const served = new Map<string, Service[]>();
  const asked = new AskedFamilies();
  for (const [client, wires] of wiresOf(resources)) {
    const hosts = resources.get(hostsKey(client));
    if (hosts?.kind === "hosts") asked.replace(client, hosts, wires);
  }
  for (const resource of resources.values()) {
    if (resource.kind !== "service") continue;
    const { automaton, id, endpoints } = resource;
    // Of a union the endpoints listen on ports of their own, each of which is a service too.
    const own = id.includes("|") ? [] : [resource];
    served.set(automaton, [...(served.get(automaton) ?? []), ...own]);
    for (const { instance } of endpoints) inService.add(instance);
  }
  /** It may listen at another number than clients ask; what is in no service, where the others do. */
  const portsOf = ({ key, automaton }: Instance): MonitorTarget["ports"] =>
    (served.get(automaton) ?? [])
      .filter((service) => !isRange(service))
      .map(({ id, transport, number, endpoints }) => {
        const there = endpoints.find(({ instance }) => instance === key) ?? endpoints[0];
        const families = asked.of(automaton, id.slice(automaton.length + 1));
        return {
          transport,
          number: there?.number ?? number,
          ...(families.length === 0 ? {} : { families }),
        };
      });
  const silences = new Map<string, string | null>();
  const silenceOf = (instance: Instance): string | null => {
    const { key, automaton, index } = instance;
    const known = silences.get(key);
    if (known !== undefined) return known;
    const runs = processes.has(processKey(automaton, index));
    const found = runs ? missing(instance, portsOf(instance), inService.has(key)) : null;
    silences.set(key, found);
    return found;
  };
  const endOf = ({ automaton, index }: Instance): EndedProcess | undefined =>
    ended.get(processKey(automaton, index));
  /** Why it was not started; null where it was, or nothing is to run in it. */
  const whyUnstarted = ({ automaton, index }: Instance): string | null => {
    if (processes.has(processKey(automaton, index))) return null;
    const reason = unstarted[unstartedName(automaton, index)];
    return reason === undefined ? null : unsupervised(reason ?? "it was not started");
  };
  const isStill = ({ automaton, index }: InstanceId, specs: Unfinished["jobs"]): boolean => {
    const spec = specs[unstartedName(automaton, index)];
    return spec !== undefined && processes.get(processKey(automaton, index))?.spec === spec;
  };
  /** Of a run by the clock it is told with its times that nobody saw how it ended; it waits for the next one. */
  const isUnseenRun = ({ automaton }: Instance, end: EndedProcess): boolean =>
    schedules.has(automaton) && isUnseen(end) && !isRemoved;
  const scheduledOf = (instance: Instance): Scheduled | undefined => {
    const noted = schedules.get(instance.automaton);
    const end = endOf(instance);
    return noted === undefined || noted.time === null || end === undefined ? noted : withEnd(noted, end);
  };
  const isRunningJob = (instance: Instance): boolean => isStill(instance, unfinished.jobs);
  const stateOf = (instance: Instance): InstanceState => {
    const { key, automaton, index } = instance;
    const end = endOf(instance);
    const isScheduled = schedules.has(automaton);
    if (end !== undefined && !isUnseenRun(instance, end))
      return end.once !== true ? "stopped" : end.code === 0 ? "done" : "failed";
    if (isRemoved && !processes.has(processKey(automaton, index))) return "stopped";
    if (whyUnstarted(instance) !== null) return "starting";
    if (isRunningJob(instance) || (isScheduled && processes.has(processKey(automaton, index))))
      return "running";
    if (isScheduled) return "scheduled";
    if (!served.has(automaton) || inService.has(key))
      return silenceOf(instance) === null ? "ready" : "unhealthy";
    return processes.has(processKey(automaton, index)) ? "unhealthy" : "stopped";
  };
  const reasonOf = (instance: Instance): string | null => {
    const end = endOf(instance);
    if (end !== undefined && !isUnseenRun(instance, end))
      return end.once === true && end.code === 0 ? null : endText(instance, end, isRemoved);
    const state = stateOf(instance);
    if (state === "ready" || state === "scheduled") return null;
    if (state === "running")
      return seesEnds
        ? "nobody supervises it, so nothing follows from how it ends before the next apply or run"
        : "nobody supervises it, so how it ends will not be known";
    if (state === "starting") return whyUnstarted(instance);
    if (state === "stopped") return isRemoved ? endedByRemoval : "its process is gone";
    return silenceOf(instance) ?? "no service sends connections to it";
  };
  const collected = collect(
    resources.values(),
    (instance) => ({
      index: instance.index,
      netns: instance.netns,
      addresses: addressesOf(instance.address),
      pid: processes.get(processKey(instance.automaton, instance.index))?.pid ?? null,
      state: stateOf(instance),
      restarts: 0,
      reason: reasonOf(instance),
      ...limitsOf(instance, resources),
      ...scheduleStatus(scheduledOf(instance), null),
    }),
    (service) => ({ protocol: "", ...elsewhereSeen(service, unstarted) }),
  );
  const isDone = (end: EndedProcess): boolean => end.restart !== "always" && end.code === 0;
  const problems = collected.automata.flatMap(({ name, services }) =>
    services.flatMap(({ port, reason = null }) =>
      reason === null ? [] : [portNotReadyLine(`${name}.${port}`, reason)],
    ),
  );
  for (const { name, instances } of collected.automata) {
    const count = instances.filter(({ index }) =>
      isStill({ automaton: name, index }, unfinished.earlier),
    ).length;
    if (count > 0) problems.push(`${unfinishedLine(name, count)}; architect apply FILE goes on with it`);
  }
  if (isRemoved) problems.push(`its removal is not finished; \`architect down ${system}\` goes on with it`);
  const isReady = collected.automata.every(({ name, instances }) =>
    instances.every(({ index, state }) => {
      const end = ended.get(processKey(name, index));
      if (schedules.has(name) && state !== "stopped") return true;
      return state === "ready" || state === "running" || (end !== undefined && isDone(end));
    }),
  );
  const runsJobs = collected.automata.some(({ instances }) =>
    instances.some(({ state, schedule }) => state === "running" && schedule === undefined),
  );
  const state = !isReady || problems.length > 0 ? "degraded" : runsJobs ? "converging" : "converged";
  return {
    system,
    state,
    problems,
    warnings: [...warnings, ...unscheduledWarnings(scheduledIn(collected.automata))],
    base,
    file: null,
    rejected: null,
    orchestrator: null,
    ...collected,
  };
};

/** Whether it is ready only just now, and gets no connections yet. */
const isHeldBack = ({ automata }: State, automaton: string, index: number): boolean =>
  automata.get(automaton)?.scaling?.heldBack.has(index) === true;

const instanceState = (state: State, { automaton, index, key }: Instance): InstanceState => {
  const known = state.automata.get(automaton)?.instances.get(index);
  if (known?.draining != null) return "draining";
  if (!state.sides.actual.has(key) || isHeldBack(state, automaton, index)) return "starting";
  if (known?.process == null && state.schedules.has(automaton)) return "scheduled";
  const job = known?.process == null ? null : jobState(known.process);
  const isUnseenRun = known?.process?.end != null && isUnseen(known.process.end);
  if (isUnseenRun && state.schedules.has(automaton)) return "scheduled";
  if (job !== null) return job;
  const phase = known?.process?.phase ?? "ready";
  return phase === "waiting" ? "starting" : phase;
};

/** Why it is not ready; null where all is well. */
const instanceReason = (
  state: State,
  order: StartOrder,
  { automaton, index, key }: Instance,
): string | null => {
  const known = state.automata.get(automaton)?.instances.get(index);
  if (known?.draining != null) return drainingWords(known.draining.open);
  if (!state.sides.actual.has(key)) return refusalOf(state.failures.get(key)) ?? "its network is being made";
  if (isHeldBack(state, automaton, index)) return heldBackWords;
  const unlimited = refusalOf(state.failures.get(limitsKey(automaton, index)));
  if (unlimited !== null && known?.process?.running == null) return unlimited;
  if (known?.process == null) return null;
  const { process, phase } = known.process;
  if (phase === "waiting" && order.isHeld(process)) return order.waitOf(automaton)?.words ?? null;
  const job = jobState(known.process);
  return job === "running" || job === "done" ? null : processReason(known.process);
};

/** With what is measured of it. */
const withObserved = ({ workspace }: Program, automaton: AutomatonStatus): AutomatonStatus => {
  const observed: Record<string, number> = {};
  for (const cell of observedOfAutomaton) {
    const value = workspace.cells.get(observedCell(automaton.name, cell));
    if (typeof value === "number") observed[cell] = value;
  }
  return Object.keys(observed).length === 0 ? automaton : { ...automaton, observed };
};

/** What the orchestrator of a system knows of it. */
export const statusOf = ({ program, state }: Machine, system: string, base: string): Status => {
  const order = new StartOrder({ program, state });
  const instanceOf = (instance: Instance): InstanceStatus => {
    const { automaton, index, netns, address } = instance;
    const known = processState(state, processKey(automaton, index));
    const schedule = state.schedules.get(automaton);
    return {
      index,
      netns,
      addresses: addressesOf(address),
      pid: known?.running?.pid ?? null,
      state: instanceState(state, instance),
      restarts: known?.backoff.restarts ?? 0,
      reason: instanceReason(state, order, instance),
      ...limitsOf(instance, state.sides.actual),
      ...scheduleStatus(schedule?.noted, state.byClock ? (schedule?.next ?? null) : null),
    };
  };
  const detailsOf = (service: Service): ServiceFacts => {
    const { provides } = automatonOf(program, service.automaton)?.member.automaton ?? { provides: [] };
    const protocol = provides.find(({ name }) => name === portOf(service.id))?.label ?? "";
    return { protocol, ...elsewhereOf({ program, state }, service) };
  };
  const { automata, ...collected } = collect(program.resources(), instanceOf, detailsOf);
  return {
    system,
    automata: automata.map((automaton) => withObserved(program, automaton)),
    state: state.convergence,
    problems: state.problems,
    warnings: [...state.warnings, ...hostWarnings(state)],
    base,
    file: resolve(program.file),
    rejected: null,
    orchestrator: process.pid,
    ...collected,
  };
};
