import { closeSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import test from "ava";
import { calls } from "../../../runtime/ffi/calls.ts";
import { startChild } from "../../../runtime/ffi/child.ts";
import { CLONE_NEWNET, CLONE_NEWNS } from "../../../runtime/ffi/libc.ts";
import { pipe } from "../../../runtime/ffi/pipe.ts";
import type { Exit } from "../../../runtime/ffi/wait.ts";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import { Watcher } from "../../../runtime/process/watcher.ts";
import { until } from "../../until.ts";

const rounds = Number(process.env.FUZZ_RUNS ?? 100);
const root = process.getuid?.() === 0 ? test : test.skip; // needs root: makes namespaces
const shell = (script: string) => calls.exec("/bin/sh", ["sh", "-c", script], { GREETING: "é" });

const exitOf = (watcher: Watcher, pid: number): Promise<Exit> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the child hangs")), 60_000);
    watcher.watch(pid, readStat(pid)!.startTime, (exit) => {
      clearTimeout(timer);
      resolve(exit);
    });
  });

/** Objects of all sorts, so that the collector and its threads have something to do. */
const makeGarbage = (): unknown =>
  Array.from({ length: 2_000 }, (_, index) => ({
    list: new Array(50).fill(index),
    text: "x".repeat(index % 100),
  }));

root(
  "children made while the heap is busy all reach their program, in namespaces of their own",
  async (t) => {
    const watcher = new Watcher();
    t.teardown(() => watcher.close());
    const own = readlinkSync("/proc/self/ns/net");
    const ends = new Map<string, number>();
    let garbage: unknown;
    for (let round = 0; round < rounds; round++) {
      garbage = makeGarbage();
      const pid = startChild(CLONE_NEWNS | CLONE_NEWNET, [
        calls.chdir("/proc"),
        shell(
          `test "$(pwd)$GREETING" = /procé && test "$(readlink /proc/self/ns/net)" != '${own}' && exit 7`,
        ),
        calls.exit(99),
      ]);
      const end = JSON.stringify(await exitOf(watcher, pid));
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    t.truthy(garbage);
    t.deepEqual([...ends], [[JSON.stringify({ code: 7, signal: null }), rounds]]);
  },
);

test("a child waits for its word, and goes on to the next call where a program is missing", async (t) => {
  const watcher = new Watcher();
  t.teardown(() => watcher.close());
  const directory = mkdtempSync(`${tmpdir()}/child-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  const [go, tell] = pipe();
  const made = `${directory}/made`;
  const pid = startChild(0, [
    calls.close(tell),
    calls.wait(go),
    shell(`: > ${made}; exit 3`),
    calls.exit(99),
  ]);
  const exit = exitOf(watcher, pid);
  closeSync(go);
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.false(existsSync(made));
  writeSync(tell, "!");
  closeSync(tell);
  t.deepEqual(await exit, { code: 3, signal: null });
  t.true(existsSync(made));

  const lost = startChild(0, [calls.exec("/no/such/program", ["it"], {}), calls.exit(99)]);
  t.deepEqual(await exitOf(watcher, lost), { code: 99, signal: null });
});

test("what the kernel refuses is an error of the parent, and there is no child", (t) => {
  const before = readFileSync("/proc/thread-self/children", "utf8");
  // Flags that exclude one another: a new mount namespace and a shared root directory.
  const CLONE_FS = 0x200;
  t.throws(() => startChild(CLONE_NEWNS | CLONE_FS, [calls.exit(0)]), {
    message: /Invalid argument \(EINVAL\)$/,
  });
  t.is(readFileSync("/proc/thread-self/children", "utf8"), before);
});

test("a child bound to its parent is killed when that ends", async (t) => {
  const watcher = new Watcher();
  t.teardown(() => watcher.close());
  const directory = mkdtempSync(`${tmpdir()}/child-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  const note = `${directory}/note`;
  const child = new URL("../../../runtime/ffi/child.js", import.meta.url).href;
  const program = `
    import { calls } from ${JSON.stringify(new URL("./calls.js", child).href)};
    import { startChild } from ${JSON.stringify(child)};
    startChild(0, [calls.dieWithParent, calls.exec("/bin/sh", ["sh", "-c", "echo $$ > ${note}.new; mv ${note}.new ${note}; exec sleep 73"], {}), calls.exit(99)]);
    setInterval(() => undefined, 1000);`;
  const parent = startChild(0, [
    calls.exec(process.execPath, [process.execPath, "--input-type=module", "-e", program], {
      PATH: process.env.PATH ?? "",
    }),
    calls.exit(99),
  ]);
  const exit = exitOf(watcher, parent);
  await until("the child is up", () => existsSync(note), 60_000);
  const pid = Number(readFileSync(note, "utf8"));
  const { startTime } = readStat(pid)!;
  process.kill(parent, "SIGKILL");
  t.deepEqual(await exit, { code: null, signal: "SIGKILL" });
  await until("the child is dead", () => !isAlive(pid, startTime));
});
