import { constants } from "node:os";
import test from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { KillTarget } from "../../../runtime/process/kill-target.ts";
import { Terminator } from "../../../runtime/process/terminator.ts";

const { SIGTERM, SIGKILL } = constants.signals;

/** One process that ends when it gets a signal, and what it got. `look` is called at each look at it. */
const target = (endsAt: number | null, look: (nth: number) => void = () => {}) => {
  const got: number[] = [];
  let looks = 0;
  let released = 0;
  const it: KillTarget = {
    victims: () => {
      look(looks++);
      if (endsAt !== null && got.includes(endsAt)) return [];
      const send = (signals: readonly number[]) => got.push(...signals);
      return [{ id: "7 at 8", pid: 7, parent: 1, isGuest: false, send }];
    },
    release: () => {
      released++;
    },
  } as unknown as KillTarget;
  return { it, got, released: () => released };
};

test("what ends at SIGTERM gets no other signal", async (t) => {
  const { it, got, released } = target(SIGTERM);
  await new Terminator(50).end(it, "stop a", 60_000);
  t.deepEqual(got, [SIGTERM]);
  t.is(released(), 1);
});

test("what a process starts after its SIGTERM is left alone while that lives", async (t) => {
  const got: string[] = [];
  /** Who lives in each round: numbers, with those of their parents. */
  const rounds: (readonly (readonly [pid: number, parent: number])[])[] = [
    [[7, 1]],
    [
      [7, 1],
      [8, 7],
      [9, 8],
    ],
    [
      [8, 1],
      [9, 8],
    ],
    [],
  ];
  const it: KillTarget = {
    victims: () =>
      rounds.shift()!.map(([pid, parent]) => ({
        id: String(pid),
        pid,
        parent,
        startTime: 100,
        isGuest: false,
        send: (signals) => got.push(`${pid} ${signals}`),
      })),
    release: () => {},
  };
  await new Terminator(50, () => 100).end(it, "stop a", 60_000);
  t.deepEqual(got, [`7 ${SIGTERM}`, `8 ${SIGTERM}`]);
});

test("what a process started before its SIGTERM, and was not seen then, gets one too", async (t) => {
  const got: string[] = [];
  const rounds: (readonly (readonly [pid: number, startTime: number])[])[] = [
    [[7, 5]],
    [
      [7, 5],
      [8, 99],
      [9, 100],
      [10, 101],
    ],
    [],
  ];
  const it: KillTarget = {
    victims: () =>
      rounds.shift()!.map(([pid, startTime]) => ({
        id: String(pid),
        pid,
        parent: pid === 7 ? 1 : 7,
        startTime,
        isGuest: false,
        send: (signals) => got.push(`${pid} ${signals}`),
      })),
    release: () => {},
  };
  let ticks = 100;
  await new Terminator(50, () => ticks++).end(it, "stop a", 60_000);
  t.deepEqual(got, [`7 ${SIGTERM}`, `8 ${SIGTERM}`]);
});

test("what does not end in its time is killed, however late that is looked at", async (t) => {
  // This process does not get to run for longer than all limits together.
  const { it, got } = target(SIGKILL, (nth) => {
    if (nth === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  });
  await new Terminator(50).end(it, "stop a", 10);
  t.is(got.at(-1), SIGKILL);
});

test("what not even SIGKILL ends is told, and let go of", async (t) => {
  const { it, got, released } = target(null);
  const error = await t.throwsAsync(new Terminator(50).end(it, "stop a", 10), { instanceOf: KernelError });
  t.is(error?.message, "stop a: still running after SIGKILL: 7 at 8 (ETIMEDOUT)");
  t.true(got.includes(SIGKILL));
  t.is(released(), 1);
});
