/** The logs of systems, also of instances that are no more: where they are, their base cases say. */
import { SystemState } from "../../../runtime/process/state.ts";
import type { InstanceId } from "../../core/base.ts";
import type { InstanceLog, InstanceLogs } from "../../core/base-kind.ts";
import { remembered } from "../../core/remembered.ts";
import { kindOf } from "../systems.ts";

export interface Log extends InstanceLog {
  readonly system: string;
}

/** Looks again each time: instances come and go. A system stays in its base case. */
const looks = new Map<string, Promise<() => InstanceLogs>>();

const openLogs = async (system: string): Promise<() => InstanceLogs> => {
  const { logs } = await (await kindOf(system)).load();
  const place = new SystemState(system);
  return () => logs(place);
};

/** The logs of a system that there are now, and where they come and go. */
export const lookAt = async (system: string): Promise<InstanceLogs> =>
  (await remembered(looks, system, () => openLogs(system)))();

/** Where the logs of a system come and go. */
export const logDirectory = async (system: string): Promise<string> => (await lookAt(system)).directory;

/** All logs of a system. */
export const logsOf = async (system: string): Promise<readonly Log[]> =>
  (await lookAt(system)).all.map((log) => ({ ...log, system }));

export const logName = ({ automaton, index }: InstanceId): string => `${automaton}.${index}`;
