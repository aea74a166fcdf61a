/** Opening a system for keeps: this process becomes its one orchestrator. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Refusal } from "../control/messages.ts";
import { isStopped } from "../control/reach.ts";
import type { Lease, LeaseRefused } from "../ledger/lease.ts";
import { noteRemoval } from "../ledger/removal.ts";
import { Live, type LiveOptions } from "./live.ts";
import { refusalOf } from "./refusal.ts";
import { openWorld, type World } from "./world.ts";

const heldBy = (system: string, pid: number | null): Refusal => {
  const removal = `\`architect down ${system}\``;
  if (isStopped(pid))
    return {
      message: `another orchestrator (process ${pid}), which is stopped, keeps ${system} already`,
      hint: `\`kill -CONT ${pid}\` lets it go on; ${removal} removes the system all the same`,
    };
  return {
    message: `another orchestrator${pid === null ? "" : ` (process ${pid})`} keeps ${system} already`,
    hint: `stop it first, or take everything away with ${removal}`,
  };
};

/** Makes the one orchestrator of a system. Left: there is one already, or the world cannot be reached. */
export const openLive = async (options: LiveOptions): Promise<Either<Refusal, Live>> => {
  const system = options.program.system!;
  let world: World;
  let lease: Either<LeaseRefused, Lease>;
  try {
    world = await openWorld(system, options.base, options.stateRoot, options.clock);
    lease = world.acquireLease();
  } catch (error) {
    return left(refusalOf(error));
  }
  if (isLeft(lease)) {
    void world.base.close();
    return left(heldBy(system, lease.left.pid));
  }
  // What was to be removed, and is there in part, is kept from now on.
  await noteRemoval(world.ledger, false);
  return right(new Live(options, system, world, lease.right));
};
