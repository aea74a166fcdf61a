/** A runtime directory whose disk is full, or takes no changes. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { namespaceNames } from "../../../runtime/namespaces.ts";
import { processesOf } from "../../live/kernel/inventory.ts";
import { sweep } from "../../sweep.ts";
import { until } from "../../until.ts";
import { architect, complaints, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: mounts a small file system.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string): string => `
automaton a { runs exec ["sleep", "640"] instances input("m", 1) }
automaton bare { instances input("n", 1) }
system ${system} = [a, bare]
`;

const scene = (t: ExecutionContext) => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": programOf(system) });
  const root = join(cwd, "run");
  mkdirSync(root);
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=700,size=64k,nr_inodes=100", "tmpfs", root]);
  const env = { ARCHITECT_RUNTIME_DIR: root };
  const ask = (...args: readonly string[]): Promise<Ran> => architect(args, { cwd, env });
  t.teardown(async () => {
    execFileSync("mount", ["-o", "remount,rw", root]);
    empty();
    await ask("down", system);
    execFileSync("umount", ["-l", root]);
  });
  const filling = (): readonly string[] => readdirSync(root).filter((name) => name.startsWith("fill"));
  /** Until the disk takes neither bytes nor files. */
  const fill = (): void => {
    for (let i = 0; ; i++)
      try {
        writeFileSync(join(root, `fill${i}`), i === 0 ? "x".repeat(1 << 20) : "");
      } catch (error) {
        // The first takes all the bytes, the others all the names.
        t.is((error as NodeJS.ErrnoException).code, "ENOSPC");
        if (i > 0) return;
      }
  };
  const empty = (): void => {
    for (const name of filling()) rmSync(join(root, name));
  };
  const nothingLeft = (): void => {
    t.deepEqual(namespaceNames(`${system}.`), []);
    t.deepEqual([...processesOf(system).values()], []);
  };
  return { system, cwd, root, env, ask, fill, empty, nothingLeft };
};

kernel(
  "an input is set and not kept while the disk is full, told, and kept when there is room",
  async (t) => {
    const { system, cwd, root, env, ask, fill, empty, nothingLeft } = scene(t);
    const running = start(t, ["run", "main.arch"], cwd, env);
    await running.says("Ctrl-C stops and removes it");
    fill();
    const set = await ask("set", "n=3");
    t.is(set.code, 0);
    t.is(set.err, "warning: n is set, but not kept: no space left on device\n");
    t.regex(set.out, /^n = 3: \d+ operations /);
    t.is(namespaceNames(`${system}.bare.`).length, 3);
    await running.says("n is set, but not kept: no space left on device");
    empty();
    await running.says("the inputs that were set are kept now");
    t.deepEqual(JSON.parse(readFileSync(join(root, system, "inputs"), "utf8")), { n: "3" });

    fill();
    const down = await ask("down", system);
    t.deepEqual([down.code, down.out, complaints(down)], [0, `${system} is stopped and removed\n`, ""]);
    t.is(await running.ended, 0);
    nothingLeft();
  },
);

kernel("a process that cannot be noted does not run, is told, and starts when there is room", async (t) => {
  const { system, cwd, env, ask, fill, empty, nothingLeft } = scene(t);
  const running = start(t, ["run", "main.arch"], cwd, env);
  await running.says("Ctrl-C stops and removes it");
  fill();
  const set = await ask("set", "m=2");
  t.regex(set.out + set.err, /no space left on device/);
  t.notRegex(set.out + set.err, / at .*:\d+:\d+/, "no stack");
  // It is tried again and again, and runs for a moment each time, until it could not be noted.
  await until("what could not be noted does not run", () => processesOf(system).size === 1);
  const state = async (): Promise<string> => (await ask("status", system)).out;
  t.regex(await state(), /no space left on device/);
  empty();
  await running.says(/a.1 is ready|it went well now/);
  await until("it runs", () => processesOf(system).size === 2, 60_000);
  t.is((await ask("down", system)).code, 0);
  t.is(await running.ended, 0);
  nothingLeft();
});

kernel("on a full disk nothing begins, and what nobody supervises is removed", async (t) => {
  const { system, root, ask, fill, nothingLeft } = scene(t);
  t.is((await ask("apply", "main.arch")).code, 0);
  for (const name of readdirSync(root)) sweep(join(root, name));
  fill();
  for (const verb of ["run", "apply"]) {
    const ran = await ask(verb, "main.arch");
    t.is(ran.code, 1);
    t.regex(complaints(ran), /^error: cannot (lock|make the directory) \S+: no space left on device\n$/);
  }
  t.is(processesOf(system).size, 1, "what ran runs");
  const down = await ask("down", system);
  t.deepEqual([down.code, down.out, complaints(down)], [0, `${system} is stopped and removed\n`, ""]);
  nothingLeft();
});

kernel("so it is on a disk that takes no changes; files that must stay are named", async (t) => {
  const { system, cwd, root, env, ask, nothingLeft } = scene(t);
  writeFileSync(join(cwd, "main.arch"), `automaton bare {}\nsystem ${system} = bare\n`);
  const running = start(t, ["run", "main.arch"], cwd, env);
  await running.says("Ctrl-C stops and removes it");
  running.child.kill("SIGKILL");
  await running.ended;
  // The kernel refuses while something is open for writing.
  await until("the disk takes no changes", () => {
    try {
      execFileSync("mount", ["-o", "remount,ro", root], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
  const ran = await ask("run", "main.arch");
  t.deepEqual(
    [ran.code, complaints(ran)],
    [1, `error: cannot listen at ${root}/${system}/control: read-only file system\n`],
  );
  t.deepEqual(namespaceNames(`${system}.`).length, 2, "it is left as it was");
  const down = await ask("down", system);
  t.deepEqual(
    [down.code, complaints(down)],
    [1, `error: cannot remove ${root}/${system}: read-only file system (EROFS)\n`],
  );
  nothingLeft();
});
