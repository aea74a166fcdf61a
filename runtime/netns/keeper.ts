/** What the base case asks of whoever keeps processes; `ProcessKeeper` does it. */
import type { RunningProcess } from "../../src/core/base.ts";
import type { Hosts, Process, ResourceKey } from "../../src/core/resource.ts";

export interface Place {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
}

export interface Keeper {
  running(): ReadonlyMap<ResourceKey, RunningProcess & Place>;
  /** The same as far as it has been seen, without looking. */
  readonly known: ReadonlyMap<ResourceKey, RunningProcess>;
  start(process: Process): Promise<RunningProcess>;
  stop(place: Place): Promise<void>;
  hosts(): readonly Hosts[];
  writeHosts(hosts: Hosts): void;
  clearHosts(automaton: string): void;
  onExit(
    listener: (event: {
      readonly key: ResourceKey;
      readonly pid: number;
      readonly code: number | null;
      readonly signal: string | null;
    }) => void,
  ): () => void;
  destroy(): Promise<readonly Error[]>;
  close(): Promise<void>;
}
