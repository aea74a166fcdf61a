/** `runs once`: a job is ready when it has ended with 0, and is not run again. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { tellsExits } from "../../../runtime/process/foreign-exit.ts";
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { enter, type Home, home, type Stage, save, until } from "./stage.ts";

const text = ({ system, directory }: Home, script: string, clauses = ""): string => `
automaton migrate {
  runs once exec ["sh", "-c", "echo run >> ${directory}/said; ${script}"]
  ${clauses}
}
automaton idle { runs exec ["sleep", "600"] }
system ${system} = [migrate, idle]
`;

const runsOf = ({ directory }: Home): number =>
  existsSync(`${directory}/said`) ? readFileSync(`${directory}/said`, "utf8").split("\n").length - 1 : 0;
const jobOf = ({ live }: Stage) =>
  live.status().automata.find(({ name }) => name === "migrate")!.instances[0]!;

/** A job that is done is there, and lives no more: nobody who looks at the kernel alone would find it. */
const isFine = async (t: ExecutionContext, { live }: Stage): Promise<void> => {
  await live.settled();
  t.like(live.status(), { state: "converged", problems: [] });
};

test.serial("it runs once for what it is, whoever keeps the system", async (t) => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, "sleep 2"));
  const stage = await enter(t, place, undefined, { settle: false });
  await until("it runs", () => jobOf(stage).state === "running", 60_000);
  t.is(jobOf(stage).reason, null);
  await stage.live.settled();
  await isFine(t, stage);
  t.like(jobOf(stage), { state: "done", reason: null, pid: null });
  t.is(runsOf(place), 1);
  await stage.live.stop();

  const next = await enter(t, place);
  await isFine(t, next);
  t.is(jobOf(next).state, "done");
  t.is(runsOf(place), 1, "another orchestrator runs it no more");
  await save(next, text(place, "true"));
  await isFine(t, next);
  t.is(jobOf(next).state, "done");
  t.is(runsOf(place), 2, "another program is another job");
});

test.serial(
  "one that ends with another code has failed, and is tried again only where that is said",
  async (t) => {
    const place = home(t, () => "");
    writeFileSync(place.file, text(place, "exit 3"));
    const stage = await enter(t, place);
    t.like(jobOf(stage), {
      state: "failed",
      reason: "exited with 3; `architect restart migrate` runs it again",
    });
    t.deepEqual(stage.live.status().problems, [
      "migrate.0 is failed: exited with 3; `architect restart migrate` runs it again",
    ]);
    t.is(stage.live.status().state, "degraded");
    t.is(runsOf(place), 1);
    await save(
      stage,
      text(
        place,
        `[ -e ${place.directory}/again ] || { touch ${place.directory}/again; exit 1; }`,
        "restart on-failure",
      ),
    );
    await until("it is done", () => jobOf(stage).state === "done", 60_000);
    t.is(runsOf(place), 3);
    await isFine(t, stage);
  },
);

for (const { code, state } of [
  { code: 0, state: "done" },
  { code: 3, state: "failed" },
] as const)
  (tellsExits() ? test.serial : test.skip)(
    `one that ends with ${code} while nobody supervises it is ${state}, and is not run again`,
    async (t) => {
      const place = home(t, () => "");
      const waits = `while [ ! -e ${place.directory}/end ]; do sleep 0.05; done; exit ${code}`;
      writeFileSync(place.file, text(place, waits));
      const stage = await enter(t, place, undefined, { settle: false });
      await until("it runs", () => runsOf(place) === 1, 60_000);
      const { pid } = jobOf(stage);
      await stage.live.stop();
      writeFileSync(`${place.directory}/end`, "");
      await until("that is noted", () =>
        existsSync(`${place.stateRoot}/${place.system}/processes/migrate.0.end`),
      );
      t.not(pid, null);
      const next = await enter(t, place);
      t.is(jobOf(next).state, state);
      t.is(runsOf(place), 1);
    },
  );
