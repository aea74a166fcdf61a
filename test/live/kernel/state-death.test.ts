/**
 * The orchestrator is killed after each step of an apply that makes a state of a size, of a change by which a state gets a size or
 * loses it, and of a removal. Whoever comes next finds what was kept, mounted once, and nothing beside it. `DEATHS` as in death.test.ts.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { removeAllKept } from "../../../runtime/process/kept/list.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { KeptSizes } from "../../../runtime/process/kept/sizes.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { kernelTest } from "../../runtime/netns/lab.ts";
import { loopsOf } from "../../runtime/process/kept-system.ts";
import { until } from "../../until.ts";
import { type Order, obey } from "./death.ts";
import { processesOf } from "./inventory.ts";
import { differences, enter, type Home, home } from "./stage.ts";

const stride = process.env.DEATHS === "all" ? 1 : Number(process.env.DEATHS ?? 30);
// Without loop devices it is skipped, visibly.
const test =
  new KeptSizes(new SystemState("none")).inability() === null ? kernelTest.serial : kernelTest.skip;

/** Each start adds a line to what is kept. */
const text = (system: string, size: string, seconds: number): string => `
automaton db {
  runs exec ["sh", "-c", "echo ${seconds} >> /kept/starts; exec sleep ${seconds}"]
  state data at "/kept" ${size}
}
system ${system} = db
`;

const sized = "size 8MiB";
const lives: Omit<Order, "place"> = { dieAfter: null, text: null, down: false, stay: false };

const stepsOf = async (order: Order): Promise<number> => {
  const { steps, output } = await obey(order);
  if (steps === null) throw new Error(output);
  return steps;
};

const keeping = (t: ExecutionContext, size: string, seconds: number): Home => {
  const place = home(t, (system) => text(system, size, seconds));
  process.env[keptDirVariable] = `${place.directory}/kept`;
  return place;
};

/** What is kept of the only instance: the names beside each other. */
const namesOf = (place: Home): readonly string[] => {
  const kept = `${place.directory}/kept`;
  const [owner] = existsSync(kept) ? readdirSync(kept) : [];
  const directory = `${kept}/${owner}/${place.system}/db/0`;
  return owner !== undefined && existsSync(directory) ? readdirSync(directory) : [];
};

/** A new orchestrator comes, does what is left to do, and goes. What its program then sees of what is kept. */
const takeOver = async (t: ExecutionContext, place: Home, what: string): Promise<readonly string[]> => {
  const stage = await enter(t, place);
  t.deepEqual(stage.live.orchestrator.state.problems, [], what);
  t.deepEqual(await differences(stage), [], what);
  t.deepEqual(namesOf(place), ["data"], what);
  const [pid] = [...processesOf(place.system)].find(([, who]) => who.includes("db"))!;
  await stage.live.stop();
  return readFileSync(`/proc/${pid}/root/kept/starts`, "utf8").trim().split("\n");
};

const takeDown = async (t: ExecutionContext, place: Home, what: string): Promise<void> => {
  const stage = await enter(t, place);
  t.deepEqual(await stage.live.remove(), [], what);
  await stage.live.closed;
  await until(`${what}: no loop device is left`, () => loopsOf(place.system).length === 0);
};

test("killed while a state of a size is made, and while it is removed", async (t) => {
  const place = keeping(t, sized, 1_000);
  const steps = await stepsOf({ ...lives, place });
  const removal = await stepsOf({ ...lives, place, down: true });
  t.log(`${steps} steps, ${removal} of the removal`);
  const state = new SystemState(place.system, place.stateRoot);
  for (let dieAfter = 1; dieAfter <= Math.max(steps, removal); dieAfter += 2 * stride) {
    const what = `after step ${dieAfter} of ${steps}`;
    removeAllKept(state);
    await obey({ ...lives, place, dieAfter });
    const starts = await takeOver(t, place, what);
    t.is(loopsOf(place.system).length, 1, what);
    await obey({ ...lives, place, down: true, dieAfter });
    await takeDown(t, place, what);
    t.deepEqual(namesOf(place), ["data"], what);
    t.true(starts.length === 1 || starts.length === 2, `${what}: ${starts.length} starts`);
  }
});

test("killed while a state gets a size, and while it loses it", async (t) => {
  const place = keeping(t, "", 1_000);
  const other: Home = { ...place, file: `${place.directory}/other.arch` };
  const [without, withSize] = [text(place.system, "", 1_000), text(place.system, sized, 2_000)];
  writeFileSync(other.file, withSize);
  await stepsOf({ ...lives, place });
  const up = await stepsOf({ ...lives, place, text: withSize });
  const down = await stepsOf({ ...lives, place: other, text: without });
  t.log(`${up} steps there, ${down} back`);
  let known = 3;
  for (let dieAfter = 1; dieAfter <= Math.max(up, down); dieAfter += stride) {
    for (const [from, to, next, isSized] of [
      [place, withSize, other, true],
      [other, without, place, false],
    ] as const) {
      const what = `after step ${dieAfter} of ${isSized ? up : down} ${isSized ? "there" : "back"}`;
      await obey({ ...lives, place: from, text: to, dieAfter });
      const starts = await takeOver(t, next, what);
      t.true(starts.length > known, `${what}: ${starts.join(" ")}`);
      known = starts.length;
      t.is(loopsOf(place.system).length, isSized ? 1 : 0, what);
    }
  }
});
