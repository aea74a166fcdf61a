/** What the base case asks of the process manager. */
import type { EndedProcess, RunningProcess } from "../../src/core/base.ts";
import type { Hosts, InstanceFiles, InstanceLimits, Process, ResourceKey } from "../../src/core/resource.ts";
import type { InstanceReference } from "../process/process-table.ts";

/** What the base case asks of the limits. */
export interface LimitsControl {
  set(limits: InstanceLimits): Promise<void>;
  clear(instance: Pick<InstanceLimits, "automaton" | "index">): Promise<void>;
  all(): readonly InstanceLimits[];
  warnings(): readonly string[];
}

export interface ProcessControl {
  running(): ReadonlyMap<ResourceKey, RunningProcess & InstanceReference>;
  /** What lives on where no name leads, as `running` last saw it; without a namespace (`netns` is empty). */
  nameless(): readonly InstanceReference[];
  /** The processes that ended by themselves, as `running` last saw it. */
  readonly ended: ReadonlyMap<ResourceKey, EndedProcess>;
  /** `running` as far as it has been seen, without looking. */
  readonly known: ReadonlyMap<ResourceKey, RunningProcess>;
  /** Processes are to be started soon: begins what takes time for that. */
  warm(): void;
  /** Why it could not be started now, as far as one can tell without making anything; null: nothing is in its way. */
  refusal(process: Process): Error | null;
  start(process: Process): Promise<RunningProcess>;
  stop(instance: InstanceReference): Promise<void>;
  readonly limits: LimitsControl;
  /** What running processes are not kept from on this machine, a sentence each. */
  unconfined(): readonly string[];
  heldFiles(): readonly InstanceFiles[];
  reloadFiles(files: InstanceFiles): Promise<void>;
  hosts(): readonly Hosts[];
  writeHosts(hosts: Hosts): void;
  clearHosts(automaton: string): void;
  onExit(
    listener: (event: {
      readonly key: ResourceKey;
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
      readonly unnoted?: string;
    }) => void,
  ): () => void;
  destroy(): Promise<readonly Error[]>;
  /** Why logs are not kept when all is destroyed, or were not; null: they are, for all that is known. */
  readonly unkept: string | null;
  close(): Promise<void>;
}
