/** What is noted of jobs, and when. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import test from "ava";
import { MNT_DETACH, mount, umount } from "../../../runtime/ffi/libc.ts";
import { type Process, processKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces

const job: Partial<Process> = { care: { restart: "never", once: true, probe: null } };

kernel("the end of a job is noted before it is told", async (t) => {
  const { manager, process, state } = sandbox(t);
  const it = manager();
  const seen: unknown[] = [];
  it.onExit(({ unnoted }) =>
    seen.push(JSON.parse(readFileSync(state.processFile("a", 0), "utf8")).end, unnoted),
  );
  const { pid } = await it.start(process("a", ["sleep", "60"], job));
  globalThis.process.kill(pid, "SIGKILL");
  await until("its end is told", () => seen.length > 0, 60_000);
  t.deepEqual(seen, [{ code: null, signal: "SIGKILL" }, undefined]);
});

kernel("the end of a job that cannot be noted is told with that", async (t) => {
  const { manager, process, state } = sandbox(t);
  const it = manager();
  const notes = dirname(state.processFile("a", 0));
  mount("architect", notes, "tmpfs", 0, "size=64k,mode=700");
  t.teardown(() => umount(notes, MNT_DETACH));
  const seen: unknown[] = [];
  it.onExit(({ unnoted }) => seen.push(unnoted));
  const { pid } = await it.start(process("a", ["sleep", "60"], job));
  t.throws(() => writeFileSync(`${notes}/.fill.1`, Buffer.alloc(1 << 20)), { code: "ENOSPC" });
  globalThis.process.kill(pid, "SIGKILL");
  await until("its end is told", () => seen.length > 0, 60_000);
  t.deepEqual(seen, ["no space left on device"]);
});

kernel("when a job began and ended is known afterwards", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  let isOver = false;
  it.onExit(() => {
    isOver = true;
  });
  const before = Date.now();
  const { pid } = await it.start(process("a", ["sleep", "60"], job));
  globalThis.process.kill(pid, "SIGKILL");
  await until("its end is told", () => isOver, 60_000);
  const next = manager();
  next.running();
  const { beganAt = 0, endedAt = 0 } = next.ended.get(processKey("a", 0))!;
  // The kernel counts starts in hundredths of a second.
  t.true(before - 50 <= beganAt && beganAt <= endedAt + 50 && endedAt <= Date.now() + 50);
});
