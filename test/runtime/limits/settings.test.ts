/** How limits stand in files of cgroups, on files that stand for them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { groupLimits, memoryKills, settingOf } from "../../../runtime/limits/settings.ts";
import { SystemLimits } from "../../../runtime/limits/system-limits.ts";
import { type InstanceLimits, limitsKey } from "../../../src/core/resource.ts";

const directory = (t: ExecutionContext): string => {
  const at = mkdtempSync(`${tmpdir()}/architect-group-`);
  t.teardown(() => rmSync(at, { recursive: true }));
  return at;
};

const values = {
  memory: fc.integer({ min: 2 ** 20, max: 2 ** 44 }),
  cpu: fc.double({ min: 0.01, max: 512, noNaN: true }),
  processes: fc.integer({ min: 1, max: 4_000_000 }),
};

for (const version of [1, 2] as const)
  for (const limit of groupLimits)
    test(`what version ${version} is told of ${limit} is read back as the same`, (t) => {
      const at = directory(t);
      if (version === 1) writeFileSync(`${at}/memory.limit_in_bytes`, "9223372036854771712\n");
      const { write, read, shows } = settingOf(limit, version);
      fc.assert(
        fc.property(values[limit], (value) => {
          write(at, value);
          const shown = read(at);
          return shown !== null && shows(value, shown) && !shows(value * 2 + 70_000, shown);
        }),
        { numRuns: 50 },
      );
      write(at, null);
      if (version === 2 || limit !== "memory") t.is(read(at), null);
      else t.is(readFileSync(`${at}/memory.limit_in_bytes`, "utf8"), "-1");
    });

test("memory and swap are limited together, in the order that the kernel takes", (t) => {
  const at = directory(t);
  writeFileSync(`${at}/memory.limit_in_bytes`, "9223372036854771712\n");
  writeFileSync(`${at}/memory.memsw.limit_in_bytes`, "9223372036854771712\n");
  writeFileSync(`${at}/memory.swap.max`, "max\n");
  settingOf("memory", 1).write(at, 2 ** 26);
  t.is(readFileSync(`${at}/memory.memsw.limit_in_bytes`, "utf8"), String(2 ** 26));
  settingOf("memory", 2).write(at, 2 ** 26);
  t.is(readFileSync(`${at}/memory.swap.max`, "utf8"), "0");
});

test("both versions count what was ended for memory; a cgroup that is gone has ended nothing", (t) => {
  const at = directory(t);
  writeFileSync(`${at}/memory.oom_control`, "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
  writeFileSync(`${at}/memory.events`, "low 0\nmax 9\noom 2\noom_kill 2\noom_group_kill 0\n");
  t.is(memoryKills(at, 1), 3);
  t.is(memoryKills(at, 2), 2);
  t.is(memoryKills(`${at}/gone`, 2), 0);
});

/** A tree of version 2, as the kernel shows it: controllers are there for the children of who says so. */
const tree = (t: ExecutionContext) => {
  const at = directory(t);
  const owned = { system: "shop", owner: "0000aaaa", root: at, inherits: true };
  const own = `${at}/fs/architect/shop-0000aaaa`;
  mkdirSync(own, { recursive: true });
  for (const each of [`${at}/fs`, `${at}/fs/architect`, own])
    writeFileSync(`${each}/cgroup.subtree_control`, "\n");
  writeFileSync(`${at}/fs/cgroup.controllers`, "cpu memory pids\n");
  writeFileSync(`${at}/mountinfo`, `41 31 0:38 / ${at}/fs rw - cgroup2 cgroup2 rw\n`);
  writeFileSync(`${at}/cgroup`, "0::/\n");
  const kernel = { mountinfo: `${at}/mountinfo`, cgroup: `${at}/cgroup` };
  return { at, own, limits: new SystemLimits(owned, `${at}/state`, { kernel }) };
};

const wanted = (limits: Omit<InstanceLimits, "kind" | "key" | "automaton" | "index">): InstanceLimits => ({
  kind: "limits",
  key: limitsKey("cart", 0),
  automaton: "cart",
  index: 0,
  ...limits,
});

test("version 2: one cgroup has all limits, and shows them as they were written", async (t) => {
  const { at, own, limits } = tree(t);
  const all = wanted({ memory: 100_000_001, cpu: 0.125, processes: 7, files: 64 });
  await limits.set(all);
  t.is(readFileSync(`${own}/cart.0/memory.max`, "utf8"), "100000001");
  t.is(readFileSync(`${own}/cart.0/cpu.max`, "utf8"), "12500 100000");
  t.is(readFileSync(`${own}/cart.0/pids.max`, "utf8"), "7");
  t.true(readFileSync(`${at}/fs/cgroup.subtree_control`, "utf8").startsWith("+"));
  writeFileSync(`${own}/cart.0/memory.max`, "99999744\n"); // whole pages, as the kernel has it
  t.deepEqual(limits.all(), [all]);
  const { groups, openFiles } = limits.confinement(all, ["memory", "cpu", "files"]);
  t.deepEqual([groups, openFiles], [[`${own}/cart.0/cgroup.procs`], 64]);
  writeFileSync(`${own}/cart.0/pids.max`, "max\n");
  t.deepEqual(limits.all(), [wanted({ memory: 100_000_001, cpu: 0.125, files: 64 })]);
});

test("a limit that is wanted no more is lifted from what runs", async (t) => {
  const { own, limits } = tree(t);
  await limits.set(wanted({ memory: 2 ** 26, processes: 7 }));
  await limits.set(wanted({ memory: 2 ** 26 }));
  t.is(readFileSync(`${own}/cart.0/pids.max`, "utf8"), "max");
  t.deepEqual(limits.all(), [wanted({ memory: 2 ** 26 })]);
  t.throws(() => limits.confinement(wanted({}), ["processes"]), { code: "cannot-enforce" });
});

test("what cannot be enforced is refused in the kernel's words, or left out and told", async (t) => {
  const { at, limits } = tree(t);
  writeFileSync(`${at}/fs/cgroup.controllers`, "memory\n");
  const all = wanted({ memory: 2 ** 26, cpu: 2 });
  const error = await t.throwsAsync(limits.set(all), { code: "cannot-enforce" });
  t.is(
    error!.message,
    "limit the cpu of cart.0: make a cgroup: no cgroup file system with the controller cpu is mounted (ENOENT) (cannot-enforce)",
  );
  t.deepEqual(limits.unenforceable([all]), [
    "the limit cpu = 2 of cart cannot be enforced here: make a cgroup: no cgroup file system with the controller cpu is mounted (ENOENT)",
  ]);
  limits.allowsUnenforced = true;
  await limits.set(all);
  t.deepEqual(limits.warnings(), [
    "the limit cpu = 2 of cart.0 is not enforced: no cgroup file system with the controller cpu is mounted (ENOENT)",
  ]);
  t.deepEqual(limits.all(), [all]);
  t.is(limits.confinement(all, ["memory", "cpu"]).groups.length, 1);
  limits.allowsUnenforced = false;
  t.deepEqual(limits.all(), [wanted({ memory: 2 ** 26 })]);
  t.throws(() => limits.confinement(all, ["cpu"]), { code: "cannot-enforce" });
  t.true(existsSync(`${at}/state/limits/cart.0`));
});
