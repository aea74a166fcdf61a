import type { ProcessControl } from "../../../runtime/netns/process-control.ts";

/** Keeps nothing: these systems are bare. */
export const noProcesses: ProcessControl = {
  known: new Map(),
  running: () => new Map(),
  nameless: () => [],
  ended: new Map(),
  warm: () => {},
  refusal: () => null,
  start: () => Promise.reject(new Error("there are no processes")),
  stop: () => Promise.resolve(),
  limits: {
    set: () => Promise.resolve(),
    clear: () => Promise.resolve(),
    all: () => [],
    warnings: () => [],
  },
  unconfined: () => [],
  heldFiles: () => [],
  reloadFiles: () => Promise.resolve(),
  hosts: () => [],
  writeHosts: () => {},
  clearHosts: () => {},
  onExit: () => () => {},
  destroy: () => Promise.resolve([]),
  unkept: null,
  close: () => Promise.resolve(),
};
