/** State on a disk that has no room. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, complaints, folder, type Ran } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root: mounts a small file system.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string, clauses: string): string => `
automaton db {
  runs exec ["sh", "-c", "echo started >> /kept/log; exec sleep 600"]
  ${clauses}
}
system ${system} = db
`;

const scene = (t: ExecutionContext) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "one.arch": programOf(system, 'state data at "/kept"'),
    "two.arch": programOf(system, 'state data at "/kept" state log at "/log"'),
    "sized.arch": programOf(system, 'state data at "/kept" size 8MiB'),
  });
  const root = join(cwd, "kept");
  mkdirSync(root);
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=700,size=1M,nr_inodes=40", "tmpfs", root]);
  const env = { ARCHITECT_STATE_DIR: root };
  const ask = (...args: readonly string[]): Promise<Ran> => architect(args, { cwd, env });
  t.teardown(async () => {
    await ask("down", system);
    execFileSync("umount", ["-l", root]);
  });
  const filler = join(root, "fill");
  /** Until the disk takes neither bytes nor files. */
  const fill = (): void => {
    mkdirSync(filler);
    t.throws(() => writeFileSync(join(filler, "bytes"), "x".repeat(1 << 21)), { code: "ENOSPC" });
    const name = (i: number): string => join(filler, String(i));
    t.throws(() => Array.from({ length: 50 }, (_, i) => writeFileSync(name(i), "")), { code: "ENOSPC" });
  };
  const empty = (): void => rmSync(filler, { recursive: true });
  const log = async (): Promise<string> =>
    (await ask("exec", "db", "--system", system, "--", "cat", "/kept/log")).out;
  return { system, root, ask, fill, empty, log };
};

kernel("without room for a state nothing starts, which is told; with room it does", async (t) => {
  const { ask, fill, empty, log } = scene(t);
  fill();
  const planned = await ask("plan", "one.arch");
  t.regex(planned.out, /! what db\.0 is to keep is refused: reserve 20KiB .*\(ENOSPC\)/);
  const refused = await ask("apply", "one.arch", "--timeout", "20s");
  t.is(refused.code, 1);
  t.regex(refused.err, /\(ENOSPC\)/);
  t.regex(refused.err, /hint: make room on that disk, or set ARCHITECT_STATE_DIR to a directory on another/);
  empty();
  const applied = await ask("apply", "one.arch");
  t.deepEqual([applied.code, complaints(applied)], [0, ""]);
  t.is(await log(), "started\n");
});

kernel("what runs is not ended for a state that there is no room for", async (t) => {
  const { ask, root, fill, empty, log } = scene(t);
  t.is((await ask("apply", "one.arch")).code, 0);
  fill();
  for (const [file, words] of [
    ["two.arch", /reserve 20KiB for a state on the disk of .*: 0B are free there \(ENOSPC\)/],
    ["sized.arch", /limit the state data of db\.0( to 8MiB)?: .*(0B are free there|cannot-enforce)/],
  ] as const) {
    const refused = await ask("apply", file, "--timeout", "20s");
    t.is(refused.code, 1, file);
    t.regex(refused.err, words);
    t.is(await log(), "started\n", file);
  }
  empty();
  t.deepEqual(readdirSync(root).length, 1);
  const applied = await ask("apply", "two.arch");
  t.deepEqual([applied.code, complaints(applied)], [0, ""]);
  t.is(await log(), "started\nstarted\n");
});
