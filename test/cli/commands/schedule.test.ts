/** A job that runs by the clock, as people see it: `apply`, `run`, `status`, `plan`, `explain`, `restart`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

// No test lasts until the new year.
const programOf = (system: string): string => `
automaton yearly {
  runs once exec ["sh", "-c", "echo a happy new year; exit 3"]
  schedule "@yearly"
  env { TZ = "Asia/Kolkata" }
}
automaton idle { runs exec ["sleep", "600"] }
system ${system} = [yearly, idle]
`;

const jobOf = ({ automata }: Status) => automata.find(({ name }) => name === "yearly")!.instances[0]!;

kernel("apply says that nobody runs it, and run does; a run that failed fails no apply", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const ask = (...args: readonly string[]) => architect(args, { cwd, env });
  const status = async (): Promise<Status> => JSON.parse((await ask("status", "--json")).out) as Status;
  t.teardown(() => ask("down", system));
  const warning = "nobody supervises the system, so the clock does not run yearly: `architect run FILE` does";

  const applied = await ask("apply", "main.arch");
  t.is(applied.code, 0);
  t.true(applied.err.includes(`warning: ${warning}`), applied.err);
  const left = await status();
  t.like(left, { state: "converged", problems: [], warnings: [warning] });
  t.like(jobOf(left), {
    state: "scheduled",
    reason: null,
    next: null,
    last: null,
    schedule: { cron: "@yearly", zone: "Asia/Kolkata" },
  });
  t.regex((await ask("status")).out, /yearly .*scheduled .*nobody runs it/);
  t.regex((await ask("plan", "main.arch")).out, /no changes/);

  const run = start(t, ["run", "main.arch"], cwd, env);
  await run.says("converged");
  const kept = await status();
  t.deepEqual(kept.warnings, []);
  const { next } = jobOf(kept);
  t.regex(next!, /^\d{4}-12-31T18:30:00\.000Z$/, "midnight in India");
  t.regex((await ask("status")).out, /yearly .*scheduled .*next at \d{4}-01-01 00:00/);
  t.regex((await ask("explain", "yearly")).out, /schedule +literal = @yearly/);

  t.is((await ask("restart", "yearly")).code, 0);
  await run.says("yearly.0 exited with 3");
  await run.says("a happy new year");
  let failed = await status();
  for (let i = 0; i < 100 && jobOf(failed).state !== "failed"; i++) failed = await status();
  t.like(failed, { state: "converged", problems: [] });
  t.like(jobOf(failed), { next, last: { code: 3 } });
  t.regex(jobOf(failed).reason!, /^exited with 3/);

  const main = join(cwd, "main.arch");
  writeFileSync(main, programOf(system).replace("a happy new year", "a good one"));
  const waits = await ask("plan", "main.arch", "--detailed-exitcode");
  t.is(waits.err + waits.out, `${system}: no changes now\n\n~ yearly runs so from its next time on\n`);
  t.is(waits.code, 2);
  const { operations, waiting } = JSON.parse((await ask("plan", "main.arch", "--json")).out);
  t.deepEqual([operations, waiting], [[], ["yearly"]]);
  writeFileSync(main, programOf(system));
  t.is((await ask("plan", "main.arch", "--detailed-exitcode")).code, 0);
  t.is((await ask("apply", "main.arch")).code, 0, "how a run ended keeps nobody from relying on the rest");
});
