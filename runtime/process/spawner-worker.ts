/**
 * The thread that starts processes. It lives in mounts of its own; for each process
 * it enters the instance's network and a fresh view of the files, and comes back.
 */
import { constants, openSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { CLONE_NEWNS, setns } from "../ffi/libc.ts";
import { posixSpawn } from "../ffi/posix-spawn.ts";
import { KernelError } from "../kernel-error.ts";
import { withNamespace } from "../namespaces.ts";
import { onOrders } from "../thread.ts";
import type { SpawnReply, SpawnRequest } from "./spawner.ts";
import { boundCapabilities, enterView, leaveMounts } from "./surroundings.ts";

leaveMounts();
boundCapabilities();
const home = openSync("/proc/thread-self/ns/mnt", constants.O_RDONLY);

const start = ({ namespace, view, spawn }: SpawnRequest): number =>
  withNamespace(namespace, () => {
    try {
      enterView(view);
      return posixSpawn(spawn);
    } finally {
      setns(home, CLONE_NEWNS);
    }
  });

const answer = (request: SpawnRequest): SpawnReply => {
  try {
    return { id: request.id, pid: start(request) };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { operation, code, words } = error;
    return { id: request.id, refusal: { operation, code, words } };
  }
};

onOrders((request: SpawnRequest) => parentPort!.postMessage(answer(request)));
