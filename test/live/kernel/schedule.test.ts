/** `schedule` on the kernel: each of its times is run once, also where the orchestrator is killed at any step of it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { SystemState } from "../../../runtime/process/state.ts";
import { readSchedules } from "../../../src/live/ledger/inputs.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { type Order, obey } from "./death.ts";
import { enter, type Home, home, type Stage, save, until } from "./stage.ts";

/** No test lasts until the new year. */
const text = ({ system, directory }: Home, script = "true", mark = "one"): string => `
automaton job {
  runs once exec ["sh", "-c", "echo ${mark} >> ${directory}/ran; ${script}"]
  schedule "@yearly"
}
automaton idle { runs exec ["sleep", "600"] }
system ${system} = [job, idle]
`;
const yearMs = 366 * 24 * 3_600_000;

const prepared = (t: ExecutionContext, script?: string): Home => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, script));
  return place;
};

const ran = ({ directory }: Home): readonly string[] =>
  existsSync(`${directory}/ran`) ? readFileSync(`${directory}/ran`, "utf8").trim().split("\n") : [];

const job = ({ live }: Stage) => live.status().automata.find(({ name }) => name === "job")!.instances[0]!;

const noted = ({ system, stateRoot }: Home) => readSchedules(new SystemState(system, stateRoot)).get("job");

test.serial(
  "it waits for its time, runs when that is asked for, and another program changes nothing",
  async (t) => {
    const place = prepared(t, "exit 3");
    const stage = await enter(t, place);
    t.like(job(stage), { state: "scheduled", pid: null, reason: null, last: null });
    t.like(stage.live.status(), { state: "converged", problems: [] });
    t.deepEqual(ran(place), []);
    stage.live.restart("job");
    await until("it has failed", () => job(stage).state === "failed");
    t.like(job(stage).last, { code: 3 });
    t.like(stage.live.status(), { state: "converged", problems: [] });
    await save(stage, text(place, "true", "two"));
    await stage.live.settled();
    t.deepEqual(ran(place), ["one"]);
    stage.live.restart("job");
    await until("it is done", () => job(stage).state === "done");
    t.deepEqual(ran(place), ["one", "two"]);
    await stage.live.stop();
    const next = await enter(t, place);
    t.like(job(next), { state: "done", last: { code: 0 } });
    t.deepEqual(ran(place), ["one", "two"]);
  },
);

/** Each thirtieth step, or all, as `DEATHS` says. */
const stride = process.env.DEATHS === "all" ? 1 : Number(process.env.DEATHS ?? 30);

test.serial("killed while it begins a run", async (t) => {
  const place = prepared(t);
  const order: Order = { place, dieAfter: null, text: null, down: false, stay: false, putForward: yearMs };
  const takeDown = async (): Promise<void> => {
    const stage = await enter(t, place);
    t.deepEqual(await stage.live.remove(), []);
    await stage.live.closed;
    writeFileSync(`${place.directory}/ran`, "");
  };
  const { steps, output } = await obey(order);
  if (steps === null) throw new Error(output);
  t.deepEqual(ran(place), ["one"]);
  await takeDown();
  t.log(`${steps} steps`);
  for (let dieAfter = 1; dieAfter <= steps; dieAfter += stride) {
    const what = `after step ${dieAfter} of ${steps}`;
    await obey({ ...order, dieAfter });
    const isNoted = noted(place)?.time != null;
    const stage = await enter(t, place);
    if (isNoted) await until(`${what}: it has run`, () => job(stage).state === "done");
    await stage.live.settled();
    t.deepEqual(
      ran(place).filter((line) => line !== ""),
      isNoted ? ["one"] : [],
      what,
    );
    t.deepEqual(stage.live.status().problems, [], what);
    await stage.live.stop();
    await takeDown();
  }
});
