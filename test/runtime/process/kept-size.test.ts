/** Kept directories with a size. */
import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { checkFit } from "../../../runtime/process/kept/fit.ts";
import { openLocked } from "../../../runtime/process/kept/image.ts";
import { listKept, removeKept } from "../../../runtime/process/kept/list.ts";
import { withoutRoom } from "../../../runtime/process/kept/room-for.ts";
import { KeptSizes } from "../../../runtime/process/kept/sizes.ts";
import { treeSize } from "../../../runtime/process/kept/tree-size.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { until } from "../../until.ts";
import { at, type Kept, kept, limitedTo, loopsOf, placeOf } from "./kept-system.ts";
import { isRoot } from "./sandbox.ts";

const isAble = isRoot && new KeptSizes(new SystemState("none")).inability() === null;
const kernel = isAble ? test.serial : test.serial.skip; // needs root and loop devices

const MiB = 2 ** 20;

/** How many blocks the file system in an image has, by its own word. */
const blocksIn = (image: string): number => readFileSync(image).readUInt32LE(1024 + 4);

const write = (mebibytes: number): string =>
  `dd if=/dev/zero of=/kept/big bs=1M count=${mebibytes} conv=fsync 2>&1 | grep -o 'No space left on device'`;

kernel("a state with a size takes no more than that, and is empty at first", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(16 * MiB));
  const script = `ls -A /kept | wc -l; stat -c '%a %u' /kept; echo 1 > /kept/it; ${write(20)}; stat -c %s /kept/big`;
  const { said, stop } = await system.run(script, { ...at("/kept", true), user: "1234:1234" });
  const [entries, owner, full, size] = said().split("\n");
  t.deepEqual([entries, owner, full], ["0", "700 1234", "No space left on device"]);
  t.deepEqual(limits.warnings(), [
    "the state data of a.0 is nearly full: a larger `size` applies while it runs",
  ]);
  t.true(Number(size) > 8 * MiB && Number(size) < 16 * MiB, size);
  const [found] = listKept(system.system, system.state.root);
  t.like(found, { size: 16 * MiB, inUse: true });
  t.true(found!.bytes > 8 * MiB && found!.bytes <= 16 * MiB, `${found!.bytes}`);
  const { blocks } = statSync(placeOf(system));
  t.true(blocks * 512 >= 16 * MiB, "its room is its own");
  await stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  const emptied = "cat /kept/it; rm /kept/big";
  const second = await system.run(emptied, { ...at("/kept", true), user: "1234:1234" });
  t.is(second.said(), "1\n");
  t.deepEqual(limits.warnings(), []);
  await second.stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  removeKept(system.state, listKept(system.system, system.state.root)[0]!);
  t.deepEqual(listKept(system.system, system.state.root), []);
});

kernel("each instance has an image of its own, and the next user gets all in it", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  for (const index of [0, 1]) {
    await limits.set(limitedTo(8 * MiB, "a", index));
    const { stop } = await system.run(`mkdir /kept/d; echo ${index} > /kept/d/it`, {
      ...at("/kept", true),
      index,
      user: "nobody",
    });
    await stop();
  }
  const { said } = await system.run("cat /kept/d/it; stat -c %u /kept /kept/d /kept/d/it", {
    ...at("/kept", true),
    index: 1,
    user: "1234:1234",
  });
  t.is(said(), "1\n1234\n1234\n1234\n");
});

kernel("it grows when its instance does not run, keeps what is in it, and never shrinks", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  const first = await system.run("echo 1 > /kept/it", at("/kept", true));
  await first.stop();
  await limits.set(limitedTo(200 * MiB));
  t.like(limits.all()[0], { state: { data: 200 * MiB } });
  const second = await system.run(`cat /kept/it; ${write(100)}; stat -c %s /kept/big`, at("/kept", true));
  t.is(second.said(), `1\n${100 * MiB}\n`);
  const error = await t.throwsAsync(limits.set(limitedTo(64 * MiB)));
  t.regex(
    error!.message,
    /limit the state data of a\.0 to 64MiB: .*it has 200MiB, and what is kept never shrinks/,
  );
  t.deepEqual(limits.unenforceable([limitedTo(64 * MiB)]).length, 1);
  t.like(limits.all()[0], { state: { data: 200 * MiB } }, "what there is stays noted");
  await second.stop();
});

kernel("what was interrupted while it grew is finished the next time, or taken back", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  // Killed after the room was reserved, and before the file system grew.
  truncateSync(placeOf(system), 32 * MiB);
  t.like(limits.all()[0], { state: { data: 8 * MiB } });
  await limits.set(limitedTo(8 * MiB));
  t.is(statSync(placeOf(system)).size, 8 * MiB);
  truncateSync(placeOf(system), 32 * MiB);
  await limits.set(limitedTo(16 * MiB));
  t.is(statSync(placeOf(system)).size, 16 * MiB);
  const { said } = await system.run(`cat /kept/it; ${write(10)}; stat -c %s /kept/big`, at("/kept", true));
  t.is(said(), `1\n${10 * MiB}\n`);
});

kernel("a growth of little that was interrupted is finished, too", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  truncateSync(placeOf(system), 10 * MiB);
  t.like(limits.all()[0], { state: { data: 8 * MiB } });
  await limits.set(limitedTo(10 * MiB));
  t.is(blocksIn(placeOf(system)) * 4096, 10 * MiB);
});

kernel(
  "a size by which the last group of blocks would be hardly more than tables is there, and stays",
  async (t) => {
    const system = kept(t);
    const { limits } = system.manager();
    await limits.set(limitedTo(128 * MiB));
    await (await system.run("true", at("/kept", true))).stop();
    await until("it is unmounted", () => loopsOf(system.system).length === 0);
    for (const size of [129, 132].map((each) => each * MiB)) {
      await limits.set(limitedTo(size));
      t.like(limits.all()[0], { state: { data: size } });
      const blocks = blocksIn(placeOf(system));
      t.is(blocks * 4096, size === 129 * MiB ? 128 * MiB : size);
      await limits.set(limitedTo(size));
      t.is(statSync(placeOf(system)).size, size);
    }
  },
);

kernel("nothing of an image is taken back while somebody is at work on it", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  // As `resize2fs` has it locked that goes on after its orchestrator was killed.
  const locked = openLocked(placeOf(system));
  try {
    truncateSync(placeOf(system), 200 * MiB);
    for (const size of [8 * MiB, 200 * MiB]) {
      await t.throwsAsync(limits.set(limitedTo(size)), { code: "EBUSY", message: /checked or made larger/ });
      t.is(statSync(placeOf(system)).size, 200 * MiB);
    }
  } finally {
    closeSync(locked);
  }
  await limits.set(limitedTo(8 * MiB));
  t.is(statSync(placeOf(system)).size, 8 * MiB);
});

kernel("while it runs it grows without an end, or stays as it is where the kernel refuses", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  const { wanted, said, manager } = await system.run("echo 1 > /kept/it", at("/kept", true));
  manager.running();
  const before = manager.known.get(wanted.key)!.pid;
  const refusal = await limits.set(limitedTo(64 * MiB)).then(
    () => null,
    (error: Error) => error.message,
  );
  // CAP_SYS_RESOURCE: bit 24 of what this process may do.
  const effective = /^CapEff:\s*(\w+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]!;
  const isAllowed = ((BigInt(`0x${effective}`) >> 24n) & 1n) === 1n;
  if (isAllowed) t.is(refusal, null);
  else t.regex(refusal!, /EPERM.*CAP_SYS_RESOURCE|CAP_SYS_RESOURCE.*EPERM/);
  const size = (isAllowed ? 64 : 8) * MiB;
  t.like(listKept(system.system, system.state.root)[0], { size });
  t.is(statSync(placeOf(system)).size, size);
  t.is(manager.running().get(wanted.key)!.pid, before);
  t.is(said(), "");
});

kernel("a size that comes copies what is kept, and one that goes copies it back", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  const make = `cd /kept; mkdir -p d/e; echo 1 > d/e/it; ln d/e/it hard; ln -s d/e/it soft; chmod 4750 d/e/it
    chown 77:88 d; touch -d @1000000000 d/e/it; mkfifo pipe`;
  const look =
    "cd /kept; find . | sort; cat soft; stat -c '%a %u %g' d; stat -c '%a %h %Y' hard; stat -c %F pipe";
  const plain = await system.run(`${make}; ${look}`, at("/kept"));
  const told = plain.said();
  t.regex(told, /4750 2 1000000000/);
  // Its size is known before its instance ends.
  await limits.set(limitedTo(32 * MiB));
  t.true(statSync(placeOf(system)).isDirectory());
  await plain.stop();
  const sized = await system.run(`${look}`, at("/kept", true));
  t.is(sized.said(), told);
  t.true(statSync(placeOf(system)).isFile());
  await sized.stop();
  const again = await system.run(look, at("/kept"));
  t.is(again.said(), told);
  t.true(statSync(placeOf(system)).isDirectory());
  t.deepEqual(readdirSync(`${placeOf(system)}/..`), ["data"], "nothing is left beside it");
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
});

kernel("what does not fit into a size is told before anything is ended", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await (await system.run(`head -c ${20 * MiB} /dev/zero > /kept/it`, at("/kept"))).stop();
  const error = await t.throwsAsync(limits.set(limitedTo(16 * MiB)));
  t.regex(
    error!.message,
    /put what is kept as data into 16MiB: it takes .* in 2 files and directories \(EFBIG\)/,
  );
  const full = await t.throwsAsync(limits.set(limitedTo(2 ** 50)));
  t.regex(full!.message, /are free there \(ENOSPC\)/);
  t.deepEqual(limits.all(), [], "nothing is noted");
});

kernel("an interrupted change leaves what was kept, and nothing else", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  const place = placeOf(system);
  const beside = (name: string): string => place.replace(/data$/, name);
  // Killed while a draft was made, and killed between the two renames.
  writeFileSync(beside(".data.0123456789ab"), "half");
  renameSync(place, beside(".data.before"));
  t.deepEqual(listKept(system.system, system.state.root), []);
  const { said } = await system.run("cat /kept/it", at("/kept", true));
  t.is(said(), "1\n");
  t.deepEqual(readdirSync(beside("")), ["data"]);
});

kernel("what an interrupted change left is handed on under a new name as well", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  const place = placeOf(system);
  const beside = (name: string): string => place.replace(/data$/, name);
  writeFileSync(beside(".data.0123456789ab"), "half");
  renameSync(place, beside(".data.before"));
  await limits.set({ ...limitedTo(8 * MiB), state: { all: 8 * MiB } });
  const { said } = await system.run("cat /all/it", {
    state: [{ name: "all", path: "/all", sized: true, formerly: "data" }],
  });
  t.is(said(), "1\n");
  t.deepEqual(readdirSync(beside("")), ["all"]);
});

kernel("how much a directory takes counts a file once, by whatever names", async (t) => {
  const system = kept(t);
  const script = `head -c ${MiB} /dev/zero > /kept/it; for i in 1 2 3; do ln /kept/it /kept/$i; done`;
  await system.run(script, at("/kept"));
  const { bytes, entries } = treeSize(placeOf(system));
  t.true(bytes >= MiB && bytes < 2 * MiB, `${bytes}`);
  t.is(entries, 2);
});

test("of a large tree as much is looked at as shows that it does not fit", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "architect-fit-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of ["a", "b", "c", "d"]) writeFileSync(join(directory, name), Buffer.alloc(4 * MiB, 1));
  t.throws(() => checkFit(directory, "data", 12 * MiB), { code: "EFBIG", message: /it takes 16/ });
  // The directory and three of four files.
  t.throws(() => checkFit(directory, "data", 12 * MiB, 4), {
    code: "EFBIG",
    message: /it takes at least 12/,
  });
  t.notThrows(() => checkFit(directory, "data", 12 * MiB, 2));
  t.notThrows(() => checkFit(directory, "data", 64 * MiB));
});

kernel("it can be written to where all else is read-only", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  const script = "echo 1 > /kept/it; cat /kept/it; touch /var/lib/other 2>&1 | grep -o 'Read-only.*'";
  const { said } = await system.run(script, { ...at("/kept", true), readOnly: true });
  t.is(said(), "1\nRead-only file system\n");
});

kernel("one image is never mounted twice", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  const { stop } = await system.run("true", at("/kept", true));
  t.is(loopsOf(system.system).length, 1);
  t.throws(() => openLocked(placeOf(system)), { code: "EBUSY", message: /still mounted/ });
  await stop();
  await until("the kernel has let go of it", () => {
    try {
      openLocked(placeOf(system));
      return true;
    } catch {
      return false;
    }
  });
});

kernel("a renamed state hands its image on", async (t) => {
  const system = kept(t);
  const { limits } = system.manager();
  await limits.set(limitedTo(8 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  await limits.set({ ...limitedTo(8 * MiB, "b"), state: { all: 8 * MiB } });
  const { said } = await system.run("cat /all/it", {
    automaton: "b",
    state: [{ name: "all", path: "/all", sized: true, formerly: "a.data" }],
  });
  t.is(said(), "1\n");
  t.false(existsSync(placeOf(system)));
});

kernel("what is handed on takes no new room; it grows, and must fit where it gets a size", async (t) => {
  const system = kept(t);
  const { manager, stop } = await system.run(`head -c ${20 * MiB} /dev/zero > /kept/it`, at("/kept"));
  await stop();
  const { limits } = manager;
  const renamed = (size: number) => ({ ...limitedTo(size), state: { all: size } });
  const wanted = system.process("a", ["true"], {
    state: [{ name: "all", path: "/all", sized: true, formerly: "data" }],
  });
  await limits.set(renamed(16 * MiB));
  t.like(manager.refusal(wanted), { code: "EFBIG" });
  await limits.set(renamed(2 ** 50));
  t.like(manager.refusal(wanted), { code: "ENOSPC" });
  await limits.set(renamed(32 * MiB));
  t.is(manager.refusal(wanted), null);
  const first = await system.run("stat -c %s /all/it", { state: wanted.state! });
  t.is(first.said(), `${20 * MiB}\n`);
  await first.stop();
  // Back to its first name, where nothing is, and larger.
  await limits.set(limitedTo(64 * MiB));
  const second = await system.run(`stat -c %s /kept/it; ${write(20)}; stat -c %s /kept/big`, {
    state: [{ name: "data", path: "/kept", sized: true, formerly: "all" }],
  });
  t.is(second.said(), `${20 * MiB}\n${20 * MiB}\n`);
  t.like(listKept(system.system, system.state.root), [{ name: "data", size: 64 * MiB }]);
});

/** What is kept is on a disk of so many MiB. */
const onDisk = (t: ExecutionContext, system: Kept, size: number): void => {
  const root = `${system.directory}/kept`;
  mkdirSync(root);
  execFileSync("mount", ["-t", "tmpfs", "-o", `mode=700,size=${size}M`, "tmpfs", root]);
  t.teardown(() => execFileSync("umount", ["-l", root]));
};

kernel("a size goes only where there is room for what is in it", async (t) => {
  const system = kept(t);
  onDisk(t, system, 24);
  const { limits } = system.manager();
  await limits.set(limitedTo(16 * MiB));
  const { manager, stop } = await system.run(write(10).replace(/\|.*/, ""), at("/kept", true));
  const without = (name: string) =>
    system.process("a", ["true"], { state: [{ name, path: "/kept", formerly: "data" }] });
  const told = /^what a\.0 is to keep is refused: reserve 1\d{4}KiB .* are free there \(ENOSPC\)$/;
  for (const isStopped of [false, true]) {
    if (isStopped) await stop();
    for (const name of ["data", "renamed"]) {
      t.like(manager.refusal(without(name)), { code: "ENOSPC" }, name);
      const [line, ...more] = withoutRoom(system.state, [without(name)], [], () => ({}));
      t.regex(line!, told);
      t.deepEqual(more, []);
    }
  }
});

kernel("an image that is handed on grows only where there is room, and never shrinks", async (t) => {
  const system = kept(t);
  onDisk(t, system, 40);
  const { manager, stop } = await system.run("true", at("/kept"));
  await stop();
  const { limits } = manager;
  await limits.set(limitedTo(16 * MiB));
  await (await system.run("echo 1 > /kept/it", at("/kept", true))).stop();
  await until("it is unmounted", () => loopsOf(system.system).length === 0);
  const state = [{ name: "all", path: "/all", sized: true as const, formerly: "data" }];
  const renamed = system.process("a", ["true"], { state });
  for (const [size, code] of [
    [64, "ENOSPC"],
    [8, "EINVAL"],
  ] as const) {
    await limits.set({ ...limitedTo(0), state: { all: size * MiB } });
    t.like(manager.refusal(renamed), { code });
    await t.throwsAsync(system.run("true", { state }), { code });
    t.is(statSync(placeOf(system)).size, 16 * MiB);
  }
  await limits.set({ ...limitedTo(0), state: { all: 32 * MiB } });
  t.is(manager.refusal(renamed), null);
  t.is((await system.run("cat /all/it", { state })).said(), "1\n");
});

kernel("a plan tells what is new and has no room", (t) => {
  const system = kept(t);
  onDisk(t, system, 10);
  const wanted = system.process("a", ["true"], at("/kept", true));
  const lines = (size: number) => withoutRoom(system.state, [wanted], [limitedTo(size * MiB)], () => ({}));
  t.deepEqual(lines(8), []);
  t.regex(lines(16).join("\n"), /^what a\.0 is to keep is refused: reserve 16MiB .*\(ENOSPC\)$/);
});

kernel("a program does not start with a size that nothing enforces", async (t) => {
  const system = kept(t);
  await t.throwsAsync(system.run("true", at("/kept", true)), { code: "cannot-enforce" });
  t.deepEqual(listKept(system.system, system.state.root), []);
});

kernel("what was started without its size gets it only when it starts anew", async (t) => {
  const system = kept(t);
  const sizes = new KeptSizes(system.state);
  const state = { automaton: "a", index: 0, name: "data" };
  const { stop } = await system.run("true", at("/kept"));
  await t.throwsAsync(sizes.set(state, 8 * MiB, true), { code: "EBUSY", message: /started without one/ });
  await t.notThrowsAsync(sizes.set(state, 8 * MiB, false), "its program is about to be another");
  await stop();
  await t.notThrowsAsync(sizes.set(state, 8 * MiB, true));
});
