/** A state of a size, by the commands. */
import test, { type ExecutionContext } from "ava";
import type { listKept } from "../../../runtime/process/kept/list.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { KeptSizes } from "../../../runtime/process/kept/sizes.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { loopsOf } from "../../runtime/process/kept-system.ts";
import { until } from "../../until.ts";
import { architect, complaints, folder, type Ran } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root, loop devices and e2fsprogs.
const isAble = new KeptSizes(new SystemState("none")).inability() === null;
const kernel = isAble ? test.serial : test.serial.skip;

const programOf = (system: string, size: string, count: number): string => `
automaton db {
  runs exec ["sh", "-c", "echo started >> /kept/log; exec sleep 600"]
  state data at "/kept" ${size}
  instances ${count}
}
system ${system} = db
`;

const scene = (t: ExecutionContext) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "none.arch": programOf(system, "", 2),
    "small.arch": programOf(system, "size 8MiB", 2),
    "one.arch": programOf(system, "size 8MiB", 1),
    "large.arch": programOf(system, "size 16MiB", 2),
  });
  const kept = `${cwd}/kept`;
  const ask = (...args: readonly string[]): Promise<Ran> =>
    architect(args, { cwd, env: { [keptDirVariable]: kept } });
  t.teardown(() => ask("down", system, "--state"));
  const apply = async (file: string): Promise<void> => {
    const applied = await ask("apply", file);
    t.deepEqual([applied.code, complaints(applied)], [0, ""], file);
  };
  const list = async () => {
    const { out } = await ask("state", "ls", "--json");
    return (JSON.parse(out) as { readonly state: ReturnType<typeof listKept> }).state;
  };
  const starts = async (index: number): Promise<number> =>
    (await ask("exec", `db.${index}`, "--system", system, "--", "cat", "/kept/log")).out.split("\n").length -
    1;
  const mounted = (count: number) =>
    until(`${count} images are mounted`, () => loopsOf(system).length === count);
  return { system, ask, apply, list, starts, mounted };
};

const MiB = 2 ** 20;

kernel("a size comes, grows, never shrinks, and goes; what is kept is always there", async (t) => {
  const { system, ask, apply, list, starts, mounted } = scene(t);
  await apply("none.arch");
  const planned = await ask("plan", "small.arch");
  t.regex(planned.out, /\+ limits 0 +state data = 8MiB\n/);
  await apply("small.arch");
  t.is(await starts(0), 2);
  await mounted(2);
  t.regex((await ask("status", system)).out, /LIMITS[\s\S]* state data = 8MiB\n/);
  t.deepEqual(
    (await list()).map(({ size, inUse }) => [size, inUse]),
    [
      [8 * MiB, true],
      [8 * MiB, true],
    ],
  );
  await apply("one.arch");
  await mounted(1);
  t.is(await starts(0), 2, "it was not restarted");
  await apply("small.arch");
  await mounted(2);
  t.is(await starts(1), 3);

  t.is((await ask("down", system)).code, 0);
  await mounted(0);
  await apply("large.arch");
  t.deepEqual(
    (await list()).map(({ size }) => size),
    [16 * MiB, 16 * MiB],
  );
  t.is(await starts(1), 4);
  const told = "make a state smaller: it has 16MiB, and what is kept never shrinks";
  t.true((await ask("plan", "small.arch")).out.includes(told));
  const refused = await ask("apply", "small.arch");
  t.is(refused.code, 1);
  t.true(refused.err.includes(`cannot limit the state data of db.0 to 8MiB: ${told}`), refused.err);
  t.is(await starts(1), 4, "what runs goes on");

  await apply("none.arch");
  await mounted(0);
  t.is(await starts(1), 5);
  t.deepEqual(
    (await list()).map(({ size }) => size),
    [null, null],
  );
  await apply("large.arch");
  const down = await ask("down", system, "--state");
  t.deepEqual([down.code, complaints(down)], [0, ""]);
  await mounted(0);
  t.deepEqual(await list(), []);
});
