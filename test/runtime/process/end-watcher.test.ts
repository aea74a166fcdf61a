/** How processes end that nobody supervises, as the log writer notes it. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { readEndNote } from "../../../runtime/process/end-note.ts";
import { EndWatcher } from "../../../runtime/process/end-watcher.ts";
import { tellsExits } from "../../../runtime/process/foreign-exit.ts";
import { readStat } from "../../../runtime/process/proc.ts";
import { type ProcessRecord, writeRecord } from "../../../runtime/process/record.ts";
import { processFileName, SystemState } from "../../../runtime/process/state.ts";
import { until } from "../../until.ts";

/** A system's directory, and how a process is started and noted in it that ends with 3 when it is told to. */
const system = (t: ExecutionContext) => {
  const root = mkdtempSync(join(tmpdir(), "architect-ends-"));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const state = new SystemState("s", root);
  const start = (index: number) => {
    const child = spawn("sh", ["-c", "read line; exit 3"], { stdio: ["pipe", "ignore", "ignore"] });
    t.teardown(() => child.kill("SIGKILL"));
    // Its watcher may be the one that takes its end: nothing here waits for that.
    child.unref();
    (child.stdin as Socket).unref();
    const pid = child.pid!;
    const { startTime } = readStat(pid)!;
    const record: ProcessRecord = { automaton: "a", index, pid, startTime, spec: "", restart: "never" };
    writeRecord(state, record);
    return { record, end: () => child.stdin.end("\n") };
  };
  const watcher = new EndWatcher(state);
  t.teardown(() => watcher.close());
  return { state, start, watcher };
};

const tells = tellsExits() ? test : test.skip;

tells("all that are noted are watched, and how each ends is noted beside it", async (t) => {
  const { state, start, watcher } = system(t);
  const [first, second] = [start(0), start(1)];
  watcher.lookAtAll();
  second.end();
  await until("its end is noted", () => readEndNote(state, second.record) !== null);
  t.deepEqual(readEndNote(state, second.record)?.exit, { code: 3, signal: null });
  t.is(readEndNote(state, first.record), null);
});

tells("a changed note is looked at alone, however many others there are", async (t) => {
  const { state, start, watcher } = system(t);
  const { record, end } = start(0);
  // It cannot be read, so whoever reads all of them fails.
  mkdirSync(join(state.processes, processFileName("b", 0)));
  t.throws(() => watcher.lookAtAll(), { message: /EISDIR/ });
  for (const name of [".a.0.1", "gone.0", `${processFileName("a", 0)}.end`]) watcher.lookAt(name);
  watcher.lookAt(processFileName("a", 0));
  end();
  await until("its end is noted", () => readEndNote(state, record) !== null);
  t.deepEqual(readEndNote(state, record)?.exit, { code: 3, signal: null });
});
