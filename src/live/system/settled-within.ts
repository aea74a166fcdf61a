/** Waiting until a system is as it was asked for, for so long at the most. */
import type { Cancel, Clock } from "../../core/clock.ts";
import type { Status } from "../control/status.ts";

/**
 * Programs that were started have to stand for so long: one that goes into the background
 * listens for a moment before its end is seen. In milliseconds.
 */
const lastingMs = 200;

/** What settles. */
interface Settling {
  settled(): Promise<void>;
  status(): Status;
}

const settledBefore = async (system: Settling, clock: Clock, end: number): Promise<boolean> => {
  let cancel: Cancel = () => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(Math.max(0, end - clock.now()), () => resolve(false));
  });
  const settled = await Promise.race([system.settled().then(() => true), late]);
  cancel();
  return settled;
};

/** What changes when a program ends or is started. */
const standing = ({ automata }: Status): string =>
  JSON.stringify(
    automata.flatMap(({ instances }) => instances.map(({ state, pid, restarts }) => [state, pid, restarts])),
  );

/** False where something still goes on after so many milliseconds. `started`: programs were started. */
export const settledWithin = async (
  system: Settling,
  clock: Clock,
  milliseconds: number,
  started: boolean,
): Promise<boolean> => {
  const end = clock.now() + milliseconds;
  for (;;) {
    if (!(await settledBefore(system, clock, end))) return false;
    if (!started) return true;
    const before = standing(system.status());
    await new Promise<void>((resolve) => void clock.after(lastingMs, resolve));
    if (standing(system.status()) === before) return true;
  }
};
