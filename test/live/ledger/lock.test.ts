import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { isLeft, isRight, left } from "fp-ts/lib/Either.js";
import { type Lock, lockSystem } from "../../../src/live/ledger/lock.ts";

const folder = (t: ExecutionContext): string => {
  const base = mkdtempSync(join(tmpdir(), "lock-"));
  t.teardown(() => rmSync(base, { recursive: true, force: true }));
  return join(base, "root");
};

const lock = (root: string, system: string): Lock => {
  const done = lockSystem(root, system);
  if (isLeft(done)) throw new Error("it is held");
  return done.right;
};

test("a system is one holder's until it is released; nothing is left then", (t) => {
  const root = folder(t);
  const first = lock(root, "shop");
  t.deepEqual(lockSystem(root, "shop"), left({ pid: process.pid }));
  const other = lock(root, "other");
  other.release();
  first.release();
  t.false(existsSync(root));
  lock(root, "shop").release();
});

test("a holder that is killed gives it back", async (t) => {
  const root = folder(t);
  const module = new URL("../../../src/live/ledger/lock.js", import.meta.url).href;
  const script = `import { lockSystem } from ${JSON.stringify(module)};
    const kept = lockSystem(${JSON.stringify(root)}, "shop");
    process.stdout.write(kept._tag);
    setInterval(() => kept, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", script]);
  const said = await new Promise<string>((resolve) =>
    holder.stdout.once("data", (data) => resolve(String(data))),
  );
  t.is(said, "Right");
  t.deepEqual(lockSystem(root, "shop"), left({ pid: holder.pid! }));
  const ended = new Promise((resolve) => holder.once("exit", resolve));
  holder.kill("SIGKILL");
  await ended;
  const next = lockSystem(root, "shop");
  t.true(isRight(next));
});
