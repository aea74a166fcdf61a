/** What asks the log writer of a system, where that is killed or the system is gone. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { setImmediate } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { OutputPipe } from "../../../../runtime/process/log/output-pipe.ts";
import { LogWriter } from "../../../../runtime/process/log/writer-client.ts";
import { findWriter } from "../../../../runtime/process/log/writer-lock.ts";
import { SystemState } from "../../../../runtime/process/state.ts";
import { Terminator } from "../../../../runtime/process/terminator.ts";
import { freshName } from "../../../fresh.ts";

const scene = (t: ExecutionContext) => {
  const directory = mkdtempSync(`${tmpdir()}/writer-`);
  const state = new SystemState(freshName(), `${directory}/state`);
  const writer = new LogWriter(state, () => []);
  const pipes: OutputPipe[] = [];
  t.teardown(async () => {
    await writer.stop(new Terminator());
    for (const pipe of pipes) pipe.close();
    rmSync(directory, { recursive: true });
  });
  const pipe = (text: string): OutputPipe => {
    const made = new OutputPipe();
    pipes.push(made);
    writeSync(made.writeEnd, text);
    return made;
  };
  return { state, writer, pipe };
};

test("a log writer that is killed when it is asked to take a pipe fails nothing: the next one takes it", async (t) => {
  const { state, writer, pipe } = scene(t);
  await writer.take("a", 0, pipe("one\n"));
  const { pid } = findWriter(state.logWriterLock)!;
  process.kill(pid, "SIGSTOP");
  const taken = writer.take("b", 0, pipe("two\n"));
  await setImmediate(); // it is asked
  process.kill(pid, "SIGKILL");
  await taken;
  t.is(await writer.flush("b", 0, 60_000), 4);
  t.is(readFileSync(state.logFile("b", 0), "utf8"), "two\n");
  t.not(findWriter(state.logWriterLock)!.pid, pid);
});

test("once it is closed it starts no log writer and makes no directories, also where it had begun to", async (t) => {
  const { state, writer, pipe } = scene(t);
  const begun = writer.take("a", 0, pipe("one\n"));
  writer.close();
  await t.throwsAsync(begun, { code: "ECANCELED" });
  t.is(await writer.flush("a", 0, 60_000), null);
  await t.throwsAsync(writer.take("a", 0, pipe("one\n")), { code: "ECANCELED" });
  t.false(existsSync(state.root));
});
