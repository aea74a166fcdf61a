/** What is not to be restarted is not run again: by whoever keeps the system, until it is another program. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { deleteNamespace } from "../../../runtime/namespaces.ts";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import { planAgainst } from "../../../src/live/status/planning.ts";
import { openWorld } from "../../../src/live/system/world.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, type Home, home, programOf, type Stage, save, until } from "./stage.ts";

/** A job that notes that it ran, waits until it is told to end, and then ends with a code. */
const job =
  (restart: string, { mark = "one", code = 0, waits = false } = {}) =>
  ({ system, directory }: Home): string => {
    const wait = waits ? `while [ ! -e ${directory}/end ]; do sleep 0.02; done; ` : "";
    return `
automaton job {
  runs exec ["sh", "-c", "echo ${mark} >> ${directory}/ran; ${wait}exit ${code}"]
  restart ${restart}
}
system ${system} = job
`;
  };

const prepared = (t: ExecutionContext, text: (place: Home) => string): Home => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place));
  return place;
};

const ran = ({ directory }: Home): readonly string[] =>
  existsSync(`${directory}/ran`) ? readFileSync(`${directory}/ran`, "utf8").trim().split("\n") : [];

const one = ({ live }: Stage) => live.status().automata[0]!.instances[0]!;

const planned = async (place: Home): Promise<readonly string[]> => {
  const { base } = await openWorld(place.system, "netns", place.stateRoot);
  const operations = await planAgainst(programOf(place), base);
  await base.close();
  return operations.map(({ op, key }) => `${op} ${key}`);
};

for (const restart of ["never", "on-failure"])
  test.serial(
    `${restart}: what ended with 0 is done, whoever looks, until it is another program`,
    async (t) => {
      const place = prepared(t, job(restart));
      const first = await enter(t, place);
      await until("it has ended", () => one(first).state === "stopped");
      await first.live.settled();
      t.like(one(first), { state: "stopped", reason: "exited with 0", pid: null, restarts: 0 });
      t.is(first.live.status().state, "converged");
      t.deepEqual(first.live.status().problems, []);
      await first.live.orchestrator.lookAgain("a test asks");
      await first.live.settled();
      t.deepEqual(ran(place), ["one"]);
      await first.live.stop();

      t.deepEqual(await planned(place), []);
      const second = await enter(t, place);
      t.like(one(second), { state: "stopped", reason: "exited with 0" });
      t.is(second.live.status().state, "converged");
      t.deepEqual(ran(place), ["one"]);

      // Its namespace is taken away: that is repaired, and it is not run for it.
      deleteNamespace(one(second).netns);
      await until("it is repaired", () => second.events.some(({ event }) => event === "repaired"));
      await second.live.settled();
      t.deepEqual(ran(place), ["one"]);

      await save(second, job(restart, { mark: "two" })(place));
      await until("the other program has run", () => ran(place).length === 2);
      await until("it has ended", () => one(second).state === "stopped");
      await second.live.settled();
      t.deepEqual(ran(place), ["one", "two"]);
      await second.live.stop();
      t.deepEqual(await planned(place), []);
    },
  );

test.serial("never: what failed is told, and not run again either", async (t) => {
  const place = prepared(t, job("never", { code: 3 }));
  const first = await enter(t, place);
  await until("it is told", () => first.live.status().state === "degraded");
  t.deepEqual(first.live.status().problems, ["job.0 is stopped: exited with 3"]);
  await first.live.stop();
  t.deepEqual(await planned(place), []);
  const second = await enter(t, place);
  t.is(second.live.status().state, "degraded");
  t.deepEqual(second.live.status().problems, ["job.0 is stopped: exited with 3"]);
  t.deepEqual(ran(place), ["one"]);
  // It is to be restarted after all.
  await save(second, job("on-failure", { code: 3 })(place));
  await until("it runs again", () => ran(place).length > 2);
});

test.serial("never: what ended while nobody watched is not run again", async (t) => {
  const place = prepared(t, job("never", { waits: true }));
  const first = await enter(t, place);
  t.like(one(first), { state: "ready" });
  const { pid } = one(first);
  const { startTime } = readStat(pid!)!;
  await first.live.stop();
  writeFileSync(`${place.directory}/end`, "");
  await until("it is gone", () => !isAlive(pid!, startTime));
  t.deepEqual(await planned(place), []);
  const second = await enter(t, place);
  t.is(one(second).state, "stopped");
  t.is(second.live.status().state, "converged");
  t.deepEqual(ran(place), ["one"]);
});

test.serial("a job that was taken out of the program is run when it comes back", async (t) => {
  const place = prepared(t, job("never"));
  const stage = await enter(t, place);
  await until("it has ended", () => one(stage).state === "stopped");
  await save(stage, `system ${place.system} = []\n`);
  await stage.live.settled();
  await save(stage, job("never")(place));
  await until("it has run again", () => ran(place).length === 2);
});

test.serial("of several jobs each is run once, also with another program", async (t) => {
  const several = (mark: string) => (place: Home) =>
    job("never", { mark })(place).replace("restart never", "restart never instances 5");
  const place = prepared(t, several("one"));
  const stage = await enter(t, place);
  await until("all have ended", () => ran(place).length === 5);
  await stage.live.settled();
  await save(stage, several("two")(place));
  await until("all have ended", () => ran(place).length === 10);
  await stage.live.settled();
  t.is(stage.live.status().state, "converged");
  t.is(ran(place).filter((mark) => mark === "two").length, 5);
});
