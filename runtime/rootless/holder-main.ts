/**
 * The process that holds a user's namespaces: `node holder-main.js STATE_ROOT`, started
 * as the first in a new user and mount namespace and in the host's network. It makes
 * the rest, relays published ports, and lives until the last system of the user is gone.
 */
import { closeSync, constants, openSync } from "node:fs";
import { bind, checked } from "../ffi/libc.ts";
import { KernelError } from "../kernel-error.ts";
import { readStat } from "../process/proc.ts";
import { openFarSide } from "../relay/far-side.ts";
import { relaySocket } from "../relay/protocol.ts";
import { Relay } from "../relay/relay.ts";
import { ownRun } from "./own-run.ts";
import { hostNetwork } from "./places.ts";
import { writeNote } from "./record.ts";

const [stateRoot = ""] = process.argv.slice(2);
const dup2 = bind<[number, number], number>("int dup2(int from, int to)");

/** Lets go of the terminal that it was started from. */
const leaveTerminal = (): void => {
  const nowhere = openSync("/dev/null", constants.O_RDWR);
  for (const fd of [0, 1, 2]) checked("leave the terminal", dup2(nowhere, fd));
  closeSync(nowhere);
};

if (process.getuid!() !== 0) process.exit(1); // whoever started it went away before it was mapped

try {
  process.chdir("/");
  ownRun();
  const relay = new Relay(await openFarSide(hostNetwork));
  await relay.listen(relaySocket(stateRoot));
  leaveTerminal();
  writeNote(stateRoot, { _tag: "held", pid: process.pid, startTime: readStat(process.pid)!.startTime });
} catch (error) {
  const { operation, code, words } =
    error instanceof KernelError
      ? error
      : new KernelError("prepare namespaces", "EIO", (error as Error).message);
  writeNote(stateRoot, { _tag: "failed", pid: process.pid, operation, code, words });
  process.exit(1);
}
