/** What was never started, since it waits for what failed, is not called ready when nobody supervises. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, complaints, folder } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

kernel("after an apply that failed, status says what was not started, and why, until it is", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t);
  t.teardown(() => architect(["down", system]));
  const ask = (...args: readonly string[]) => architect(args, { cwd });
  const save = (code: number): void =>
    writeFileSync(
      join(cwd, "main.arch"),
      `automaton migrate { runs once exec ["sh", "-c", "echo no such table; exit ${code}"] }
automaton worker { runs exec ["sleep", "1000"] after migrate }
automaton bare {}
system ${system} = [migrate, worker, bare]
`,
    );
  const states = async (): Promise<Readonly<Record<string, readonly [string, string | null]>>> => {
    const { automata } = JSON.parse((await ask("status", system, "--json")).out) as Status;
    return Object.fromEntries(
      automata.map(({ name, instances: [first] }) => [name, [first!.state, first!.reason] as const]),
    );
  };
  save(3);
  const failed = await ask("apply", "main.arch", "--timeout", "20s");
  t.is(failed.code, 1);
  t.regex(complaints(failed), /worker\.0 is starting: waits for migrate, which failed: exited with 3/);
  const under = "exited with 3; under `architect run FILE`, `architect restart migrate` runs it again";
  t.true(complaints(failed).includes(`error: migrate.0 is failed: ${under}\n`), complaints(failed));
  const left = await states();
  t.deepEqual(left.worker, ["starting", `waits for migrate, which failed: ${under}`]);
  t.deepEqual(left.bare, ["ready", null]);
  t.deepEqual(left.migrate, ["failed", under]);

  save(0);
  t.is((await ask("apply", "main.arch")).code, 0);
  t.deepEqual((await states()).worker, ["ready", null]);
});
