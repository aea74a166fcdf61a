/**
 * The thread that starts processes. It lives in mounts of its own; for each process
 * it goes where that is to live, and comes back.
 */
import { closeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { type CapabilityName, capabilityNumber } from "../../src/core/capabilities.ts";
import { tryIdentity } from "../ffi/identity.ts";
import { withPidfd } from "../ffi/libc.ts";
import { killChild } from "../ffi/wait.ts";
import { KernelError } from "../kernel-error.ts";
import { onOrders } from "../thread.ts";
import { boundCapabilities, capabilitiesDropped } from "./capabilities.ts";
import { refuseUnenforced, withoutKeyrings } from "./confinement.ts";
import { startInit, startInPidNamespace } from "./init.ts";
import { enterSandbox, Home, joinSandbox, leaveMounts, replaceInSandbox } from "./sandbox.ts";
import type { Detached, JoinRequest, Spawned, SpawnReply, SpawnRequest, StartRequest } from "./spawner.ts";

leaveMounts();
const { grants: isGranting } = workerData as { readonly grants: boolean };
if (!isGranting) boundCapabilities();
/** A thread's bounds stay what they are: asking the kernel takes a call for each capability. */
const dropped = capabilitiesDropped();
const keyrings = withoutKeyrings();
const home = new Home();
process.on("exit", () => home.close());

/** Before anything is made: what cannot become its user must not run as its starter's. */
const tryToBecome = ({ identity }: Detached): void => {
  if (identity !== undefined) tryIdentity(String(identity.uid), identity);
};

const withGrants = (spawn: Detached, grants: readonly CapabilityName[]): Detached => ({
  ...spawn,
  loses: grants.length === 0 ? dropped : capabilitiesDropped(grants),
  keeps: grants.map(capabilityNumber),
});

const start = ({ network, view, confinement, init, output, spawn }: StartRequest): Spawned => {
  tryToBecome(spawn);
  const ofView = enterSandbox(network, view);
  const { pid: first, unenforced: ofProc } = startInit(
    { ...init, loses: dropped },
    spawn.stdio[0],
    output,
    confinement.grants.includes("net_admin"),
  );
  try {
    const unenforced = [
      ...ofView,
      ...ofProc,
      ...(keyrings === null ? [] : [keyrings]),
      ...confinement.unenforced,
    ];
    refuseUnenforced(confinement, unenforced);
    const pid = withPidfd(first, (pidfd) =>
      startInPidNamespace(pidfd, withGrants(spawn, confinement.grants)),
    );
    return { pid, init: first, unenforced };
  } catch (error) {
    killChild(first);
    throw error;
  }
};

const join = ({ beside, grants, spawn }: JoinRequest): Spawned => {
  tryToBecome(spawn);
  const tag = joinSandbox(beside);
  try {
    return { pid: startInPidNamespace(beside, withGrants(spawn, grants)), tag };
  } catch (error) {
    closeSync(tag);
    throw error;
  }
};

const perform = (request: SpawnRequest): Spawned => {
  switch (request._tag) {
    case "start":
      return start(request);
    case "join":
      return join(request);
    case "replace":
      replaceInSandbox(request.of, request.files, request.mounted);
      return null;
  }
};

const answer = (request: SpawnRequest): SpawnReply => {
  const { id } = request;
  try {
    return { id, spawned: home.leave(() => perform(request)) };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { operation, code, words } = error;
    return { id, refusal: { operation, code, words } };
  }
};

onOrders((request: SpawnRequest) => parentPort!.postMessage(answer(request)));
