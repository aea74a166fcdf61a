import type { Keeper } from "../../../runtime/netns/keeper.ts";

/** Keeps nothing: these systems are bare. */
export const idleKeeper: Keeper = {
  known: new Map(),
  running: () => new Map(),
  start: () => Promise.reject(new Error("there are no processes")),
  stop: () => Promise.resolve(),
  hosts: () => [],
  writeHosts: () => {},
  clearHosts: () => {},
  onExit: () => () => {},
  destroy: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};
