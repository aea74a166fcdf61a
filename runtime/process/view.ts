/** How the instances of an automaton see the files. */
import { hostsFile } from "./hosts.ts";
import type { SystemState } from "./state.ts";

/** Files of a system, as paths outside. */
export interface View {
  /** Becomes /etc/hosts. */
  readonly hosts: string;
  /** Covers the state of all systems: their sockets, logs and host tables. */
  readonly stateRoot: string;
  /** An empty directory. */
  readonly nothing: string;
}

export const viewOf = (state: SystemState, automaton: string): View => ({
  hosts: hostsFile(state, automaton),
  stateRoot: state.root,
  nothing: state.nothing,
});
