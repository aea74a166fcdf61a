/** What is kept of logs when a system is taken away. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { keepLogs, keptLogs, keptRoot, keptSystems } from "../../../../runtime/process/log/kept.ts";
import { LogReader } from "../../../../runtime/process/log/reader.ts";
import { whyUnkept } from "../../../../runtime/process/log/unkept.ts";
import { SystemState } from "../../../../runtime/process/state.ts";
import { markTime } from "./mark.ts";

const scene = (t: ExecutionContext) => {
  const directory = mkdtempSync(`${tmpdir()}/kept-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  const root = `${directory}/state`;
  const print = (system: string, instance: string, text: string, at = 1_000): string => {
    const path = `${new SystemState(system, root).logs}/${instance}.log`;
    writeFileSync(path, text);
    utimesSync(path, at, at);
    return path;
  };
  const take = (system: string): string | null => {
    const state = new SystemState(system, root);
    const unkept = keepLogs(state);
    state.remove();
    return unkept;
  };
  return { directory, root, kept: keptRoot(root), print, take };
};

const linesOf = async (path: string) => {
  const lines = [];
  const reader = new LogReader(path);
  for await (const line of reader.past({ lines: Number.POSITIVE_INFINITY, unfinished: true }))
    lines.push(line);
  await reader.close();
  return lines;
};

test("root's logs are kept with those of the machine, others beside their directory", (t) => {
  t.is(keptRoot("/run/architect"), "/var/log/architect");
  t.is(keptRoot("/run/user/7/architect"), "/run/user/7/architect.logs");
});

test("a log is kept with its times, for its owner alone, in place of that of an earlier system", async (t) => {
  const { kept, print, take } = scene(t);
  print("shop", "old.0", "of an earlier life\n");
  take("shop");
  const path = print("shop", "web.0", "one\n");
  markTime(path, 5_000);
  writeFileSync(path, "one\ntwo\n");
  utimesSync(path, 9, 9);
  const before = Date.now();
  take("shop");
  const found = keptLogs(kept, "shop")!;
  t.true(found.keptAt >= before - 10 && found.keptAt <= Date.now() + 10);
  t.deepEqual(
    found.all.map(({ automaton, index }) => `${automaton}.${index}`),
    ["web.0"],
  );
  t.deepEqual(await linesOf(found.all[0]!.path), [
    { text: "one", time: 5_000 },
    { text: "two", time: 9_000 },
  ]);
  t.is(statSync(kept).mode & 0o777, 0o700);
  t.is(statSync(found.directory).mode & 0o777, 0o700);
  t.is(statSync(found.all[0]!.path).mode & 0o777, 0o600);
  t.deepEqual(readdirSync(kept), ["shop"]);
  take("shop");
  t.is(keptLogs(kept, "shop")!.all.length, 1, "one that printed nothing takes nothing away");
});

test("the last MiB of a log is kept, from the beginning of a line on, and its times still fit", async (t) => {
  const { kept, print, take } = scene(t);
  const line = (n: number): string => `${String(n).padStart(99, "0")}\n`;
  const count = 15_000;
  const text = Array.from({ length: count }, (_, n) => line(n)).join("");
  const path = print("shop", "web.0", text.slice(0, 100 * 14_000));
  markTime(path, 5_000);
  writeFileSync(path, text);
  utimesSync(path, 9, 9);
  take("shop");
  const [log] = keptLogs(kept, "shop")!.all;
  const { size } = statSync(log!.path);
  t.true(size <= 1 << 20 && size > (1 << 20) - 100, String(size));
  const lines = await linesOf(log!.path);
  t.is(`${lines.at(-1)!.text}\n`, line(count - 1));
  t.is(`${lines[0]!.text}\n`, line(count - lines.length));
  t.deepEqual([lines.at(-1001)!.time, lines.at(-1000)!.time], [5_000, 9_000]);
});

test("a hundred logs are kept of a system, those written last, and twenty systems", (t) => {
  const { kept, print, take } = scene(t);
  for (let index = 0; index < 130; index++) print("many", `web.${index}`, "x\n", 1_000 + index);
  take("many");
  const indexes = keptLogs(kept, "many")!.all.map(({ index }) => index);
  t.deepEqual([indexes.length, Math.min(...indexes)], [100, 30]);
  utimesSync(`${kept}/many`, 1, 1);
  for (let n = 0; n < 20; n++) {
    print(`s${n}`, "web.0", "x\n");
    take(`s${n}`);
    utimesSync(`${kept}/s${n}`, 10 + n, 10 + n);
  }
  t.is(keptSystems(kept).length, 20);
  t.false(keptSystems(kept).includes("many"), "the oldest has gone");
});

test("what a process had begun to keep when it died goes with the next", (t) => {
  const { kept, print, take } = scene(t);
  mkdirSync(`${kept}/.shop.999999999`, { recursive: true, mode: 0o700 });
  print("shop", "web.0", "x\n");
  take("shop");
  t.deepEqual(readdirSync(kept), ["shop"]);
});

test("where they cannot be kept, nothing is, the system is removed, and it is told why, also before", (t) => {
  const { directory, root, kept, print, take } = scene(t);
  writeFileSync(kept, "a file");
  print("shop", "web.0", "x\n");
  const words = `use ${kept}: it must be a directory of this user alone: chown it to this user, and chmod 0700`;
  t.is(whyUnkept(kept), words);
  t.is(take("shop"), `make the directory ${kept}: file already exists`);
  t.is(readFileSync(kept, "utf8"), "a file");
  t.false(existsSync(root));
  rmSync(kept);
  // Whoever made the link would read them.
  mkdirSync(`${directory}/elsewhere`);
  symlinkSync(`${directory}/elsewhere`, kept);
  print("shop", "web.0", "x\n");
  t.is(whyUnkept(kept), words);
  t.not(take("shop"), null);
  t.deepEqual(readdirSync(`${directory}/elsewhere`), []);
  t.false(existsSync(root));
  rmSync(kept);
  mkdirSync(kept, { mode: 0o755 });
  chmodSync(kept, 0o755);
  print("shop", "web.0", "x\n");
  t.is(whyUnkept(kept), words);
  t.is(take("shop"), words);
  print("shop", "web.0", "");
  t.is(take("shop"), null, "there was nothing to keep");
  chmodSync(kept, 0o700);
  t.is(whyUnkept(kept), null);
  print("shop", "web.0", "x\n");
  t.is(take("shop"), null);
  rmSync(kept, { recursive: true });
  t.is(whyUnkept(kept), null, "it can be made");
});

test("what lies in a directory of somebody else's choice is no log that was kept", (t) => {
  const { directory, kept, print, take } = scene(t);
  print("shop", "web.0", "x\n");
  take("shop");
  t.is(keptLogs(kept, "shop")!.all.length, 1);
  renameSync(kept, `${directory}/elsewhere`);
  symlinkSync(`${directory}/elsewhere`, kept);
  t.is(keptLogs(kept, "shop"), null);
  rmSync(kept);
  renameSync(`${directory}/elsewhere`, kept);
  chmodSync(kept, 0o755);
  t.is(keptLogs(kept, "shop"), null, "others may look into it");
});

// Needs root: mounts a small file system.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

kernel("a disk that is too small for them keeps none, and what was kept before stays", (t) => {
  const { kept, root, print, take } = scene(t);
  mkdirSync(kept);
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=700,size=256k", "tmpfs", kept]);
  t.teardown(() => execFileSync("umount", [kept]));
  print("shop", "web.0", "small\n");
  take("shop");
  print("shop", "web.0", `${"x".repeat(1 << 20)}\n`);
  t.is(take("shop"), `write in ${kept}: no space left on device`);
  t.false(existsSync(root));
  t.deepEqual(readdirSync(kept), ["shop"]);
  t.is(readFileSync(keptLogs(kept, "shop")!.all[0]!.path, "utf8"), "small\n");
});
