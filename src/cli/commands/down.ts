import { setTimeout as sleep } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { refusedWith } from "../../../runtime/kernel-error.ts";
import { listKept, removeAllKept } from "../../../runtime/process/kept/list.ts";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import { SystemState, stateRoot } from "../../../runtime/process/state.ts";
import type { BaseKind } from "../../core/base-kind.ts";
import { nearest } from "../../core/nearest.ts";
import { counted } from "../../core/tally.ts";
import { reach, type Silent } from "../../live/control/reach.ts";
import { acquireLease } from "../../live/ledger/file-lease.ts";
import { lockHolder } from "../../live/ledger/lock.ts";
import { noteRemoval } from "../../live/ledger/removal.ts";
import { removalWarnings } from "../../live/status/unkept.ts";
import { openWorld } from "../../live/system/world.ts";
import { type ExitCode, exit } from "../command.ts";
import { goesOn, whenInterrupted } from "../interrupted.ts";
import { showFailures, showWarnings } from "../keep.ts";
import { withRights } from "../kernel.ts";
import { flag, implement, optional, systemName } from "../option-schema.ts";
import { progressOn } from "../render/progress.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import { silence, silent } from "../silent.ts";
import { chooseSystem, elsewhere, kindOf, systems } from "../systems.ts";
import type { Terminal } from "../terminal.ts";

interface Removal {
  readonly system: string;
  /** Whether what it keeps goes as well. */
  readonly state: boolean;
}

/** Removes what instances keep; how many directories of theirs there were. */
const removeState = (system: string): number => {
  const { length } = listKept(system);
  removeAllKept(new SystemState(system));
  return length;
};

const done = async (removal: Removal, wasHere: boolean, { out, err }: Terminal): Promise<ExitCode> => {
  const { system } = removal;
  const kept = removal.state ? removeState(system) : 0;
  if (wasHere || kept === 0)
    out.write(wasHere ? `${system} is stopped and removed\n` : `nothing of ${system} is here\n`);
  if (kept > 0) out.write(`what ${system} kept is removed: ${counted(kept, "directory", "directories")}\n`);
  const was = wasHere || kept > 0;
  const meant = was ? null : nearest(system, await systems());
  const { hint } = was ? {} : meant === null ? await elsewhere(system) : { hint: `did you mean ${meant}?` };
  if (hint !== undefined) err.write(`${theme(err.colour).help("hint:")} ${hint}\n`);
  return exit.done;
};

/** Null where the disk takes no file: then there can be no orchestrator that begins meanwhile. */
const acquireIfPossible = (system: string): ReturnType<typeof acquireLease> | null => {
  try {
    return acquireLease(stateRoot(), system);
  } catch (error) {
    if (refusedWith(error, "ENOSPC", "EDQUOT", "EROFS")) return null;
    throw error;
  }
};

/** Without an orchestrator: what there is of it is read from the world. */
const destroy = async (removal: Removal, kind: BaseKind, terminal: Terminal): Promise<ExitCode> => {
  const { system } = removal;
  const was = (await systems()).includes(system);
  const lease = acquireIfPossible(system);
  if (lease !== null && isLeft(lease))
    return reportError(terminal, {
      message: `another process (${lease.left.pid}) is changing ${system}`,
      hint: "try again",
    });
  const progress = progressOn(terminal.err);
  progress.phase(`removing ${system}`);
  try {
    const { base, state, ledger } = await openWorld(system, kind.name);
    if (was) await noteRemoval(ledger, true);
    const left = `${system} is removed in part: \`architect down ${system}\` again goes on, \`architect status ${system}\` shows what is left`;
    const failures = await whenInterrupted(terminal, progress, left, () => base.destroy());
    await base.close();
    if (failures.length === 0) state.remove();
    progress.end();
    showFailures(failures, terminal);
    showWarnings(removalWarnings(system, base), terminal);
    return failures.length > 0 ? exit.failed : await done(removal, was, terminal);
  } finally {
    progress.end();
    lease?.right.release();
  }
};

/** Between looks at whether a killed process is gone, and how long that may take; in milliseconds. */
const goneLookMs = 10;
const goneWithinMs = 10_000;

/** Another `down` has no socket either, and comes to its end: whether the process does. */
const letsGo = async (system: string, pid: number): Promise<boolean> => {
  for (let waited = 0; waited < goneWithinMs; waited += goneLookMs) {
    if (lockHolder(stateRoot(), system) !== pid) return true;
    await sleep(goneLookMs);
  }
  return false;
};

/** Ends an orchestrator that would not let go of the system. False where it cannot be told which process it is. */
const endSilent = async (system: string, of: Silent, { err }: Terminal): Promise<boolean> => {
  const startTime = of.pid === null ? undefined : readStat(of.pid)?.startTime;
  if (of.pid === null || startTime === undefined) return false;
  if (!of.hasSocket && !of.isStopped && (await letsGo(system, of.pid))) return true;
  const { warning } = theme(err.colour);
  err.write(
    `${warning("warning:")} ${silence(system, of)}: it is killed, and ${system} removed as the kernel shows it\n`,
  );
  process.kill(of.pid, "SIGKILL");
  for (let waited = 0; waited < goneWithinMs && isAlive(of.pid, startTime); waited += goneLookMs)
    await sleep(goneLookMs);
  return true;
};

export const down = implement(
  t.type({ system: optional(systemName), state: flag }),
  async ({ system: named, state }, terminal) => {
    const chosen = named === null ? await chooseSystem(null, "name one: architect down SYSTEM") : null;
    if (chosen !== null && isLeft(chosen)) {
      if ((await systems()).length > 0) return reportError(terminal, chosen.left);
      const { hint } = await elsewhere(null);
      terminal.out.write("no system runs here\n");
      if (hint !== undefined) terminal.err.write(`${theme(terminal.err.colour).help("hint:")} ${hint}\n`);
      return exit.done;
    }
    const system = named ?? (chosen as { right: string }).right;
    const removal = { system, state };
    const reached = await reach(new SystemState(system));
    let mute = reached._tag === "Silent" ? reached : null;
    if (reached._tag === "Answering") {
      const progress = progressOn(terminal.err);
      progress.phase(`stopping ${system}`);
      const { wait, client } = reached;
      const answer = await whenInterrupted(terminal, progress, goesOn(system), () =>
        wait(client.ask("down", {})),
      );
      progress.end();
      if (isLeft(answer)) mute = answer.left;
      else {
        client.close();
        if (isLeft(answer.right)) return reportError(terminal, answer.right.left);
        const { failures, warnings = [] } = answer.right.right;
        showFailures(failures, terminal);
        showWarnings(warnings, terminal);
        return failures.length > 0 ? exit.failed : await done(removal, true, terminal);
      }
    }
    if (mute !== null && !(await endSilent(system, mute, terminal)))
      return reportError(terminal, silent(system, mute));
    const kind = await kindOf(system);
    return withRights(
      {
        kinds: [kind],
        start: false,
        here: () => destroy(removal, kind, terminal),
        nothing: async () => done(removal, false, terminal),
      },
      terminal,
    );
  },
);
