/** What is not finished says so: what a setting leads to later, and an update that cannot go on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { tellsExits } from "../../../runtime/process/foreign-exit.ts";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string, command: string): string => `
protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton c { requires p: P }
automaton a {
  provides p: P on tcp 9000
  instances 2
  env { N = input("n", 1) }
  runs exec ["${command}", "-e", "require('net').createServer().listen(9000)"]
}
system ${system} = c => a
`;

const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!(await isSo())) if (performance.now() > end) throw new Error(`not within a minute: ${what}`);
};

kernel("a setting says that more follows, and an update that is stuck what goes on as before", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system, "node") });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const ask = (...args: readonly string[]) => architect(args, { cwd, env });
  const status = async (): Promise<Status> => JSON.parse((await ask("status", "--json")).out) as Status;
  t.teardown(() => ask("down", system));
  const run = start(t, ["run", "main.arch", "--watch"], cwd, env);
  await run.says("converged");
  const { code, out } = await ask("set", "n=2");
  t.is(code, 0);
  t.regex(out, /^n = 2: .*; 2 instances are replaced as others get ready: architect status --watch\n$/);
  await run.says("a is rolled");
  await until("the roll is over", async () => (await status()).state === "converged");
  writeFileSync(join(cwd, "main.arch"), programOf(system, "no-such-command"));
  const told = "the update of a is not finished: 2 instances go on as before";
  await until("it is stuck, and says so", async () => (await status()).problems.includes(told));
  t.is((await status()).state, "degraded");
  await run.says(told);
});

test("where nobody supervises it is said what tells more", async (t) => {
  const cwd = folder(t);
  mkdirSync(join(cwd, "run/shop"), { recursive: true, mode: 0o700 });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const hints: readonly (readonly [words: readonly string[], hint: string])[] = [
    [
      ["events"],
      "architect status shop tells how it stands now, architect logs shop what it printed; architect run FILE takes it over as it is",
    ],
    [
      ["explain", "cart"],
      "architect explain cart --file FILE tells it of its program; architect run FILE takes it over as it is",
    ],
    [
      ["set", "n=2", "m=3"],
      "architect apply FILE -i n=2 -i m=3 brings it about; architect run FILE takes it over as it is",
    ],
  ];
  for (const [words, hint] of hints) {
    const { code, err } = await architect(words, { cwd, env });
    t.is(code, 1);
    t.regex(err, /^error: nobody supervises shop, so /);
    t.is(err.split("\n")[1], `hint: ${hint}`);
  }
});

kernel("what apply alone left under way is told by status, with what goes on with it", async (t) => {
  const system = systemOf(t);
  const text = (port: number, more: string): string => `
protocol P = ?Bytes . !Bytes
automaton c { requires p: P }
automaton a { provides p: P on tcp 9000 runs exec ["node", "-e", "require('net').createServer().listen(${port})"] }
automaton job { runs once exec ["sh", "-c", "until [ -e /tmp/go ]; do sleep 0.1; done"] }
system ${system} = [c => a, ${more}]
`;
  const cwd = folder(t, { "main.arch": text(9000, "") });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const ask = (...args: readonly string[]) => architect(args, { cwd, env });
  const status = async (): Promise<Status> => JSON.parse((await ask("status", "--json")).out) as Status;
  t.teardown(() => ask("down", system));
  t.is((await ask("apply", "main.arch")).code, 0);

  writeFileSync(join(cwd, "main.arch"), text(9999, ""));
  const late = await ask("apply", "main.arch", "--timeout", "2s");
  t.is(late.code, 1);
  t.is(late.err.match(/^waiting: .*…$/gm)?.length ?? 0, new Set(late.err.match(/^waiting: .*…$/gm)).size);
  const stuck = await status();
  t.is(stuck.state, "degraded");
  t.deepEqual(stuck.problems, [
    "the update of a is not finished: 1 instance goes on as before; architect apply FILE goes on with it",
  ]);

  writeFileSync(join(cwd, "main.arch"), text(9000, "job"));
  const left = await ask("apply", "main.arch", "--timeout", "2s");
  t.regex(
    left.err,
    /^error: \w+ was not ready within 2s: job\.0 still runs\nhint: (?:it goes on: `architect status \w+` shows|nobody will see) how (?:it|that) ends/m,
  );
  const running = await status();
  t.deepEqual([running.state, running.problems], ["converging", []]);
  const jobOf = ({ automata }: Status) => automata.find(({ name }) => name === "job")!.instances[0]!;
  t.like(jobOf(running), {
    state: "running",
    reason: tellsExits()
      ? "nobody supervises it, so nothing follows from how it ends before the next apply or run"
      : "nobody supervises it, so how it ends will not be known",
  });
  await ask("exec", "job.0", "--", "touch", "/tmp/go");
  await until("it has ended", async () => jobOf(await status()).pid === null);
  if (tellsExits()) {
    await until("that is noted", async () => jobOf(await status()).state === "done");
    t.regex((await ask("plan", "main.arch")).out, /no changes/);
    t.is((await ask("apply", "main.arch")).code, 0);
    return;
  }
  t.is(jobOf(await status()).state, "failed");
  t.is(
    jobOf(await status()).reason,
    "ended while nobody supervised the system, so how is not known: architect logs job.0 shows what it printed, and the next apply or run runs it again",
  );
  t.regex((await ask("plan", "main.arch")).out, /\+ process 0 {2}sh -c/);
});
