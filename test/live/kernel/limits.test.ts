/** `limits`: what the kernel is told, and what it does. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { enforceable } from "../../runtime/limits/enforceable.ts";
import { kernelTest } from "../../runtime/netns/lab.ts";
import { groupsOf } from "./inventory.ts";
import { differences, enter, type Home, home, isConverged, type Stage, save, until } from "./stage.ts";

const hasGroups = (["memory", "cpu", "pids"] as const).every(enforceable);
const test = hasGroups
  ? kernelTest.serial
  : (title: string, _: unknown): void =>
      kernelTest.skip(`${title} (this machine lets no cgroup be made)`, () => {});

const text = ({ system }: Pick<Home, "system">, limits: string, script = "sleep 1000"): string => `
automaton a { runs exec ["sh", "-c", "${script}"] limits { ${limits} } }
system ${system} = a
`;

const placeFor = (t: Parameters<typeof home>[0], limits: string, script?: string): Home => {
  const place = home(t, () => "");
  writeFileSync(place.file, text(place, limits, script));
  return place;
};

/** The files of the cgroups of an instance, whatever the version, by their names. */
const shown = (system: string, ...names: readonly string[]): readonly string[] =>
  groupsOf(system)
    .filter((path) => path.endsWith("/a.0"))
    .flatMap((path) => names.map((name) => `${path}/${name}`))
    .filter(existsSync)
    .map((path) => readFileSync(path, "utf8").trim());

const memory = (system: string): readonly string[] => shown(system, "memory.max", "memory.limit_in_bytes");
const cpu = (system: string): readonly string[] => shown(system, "cpu.max", "cpu.cfs_quota_us");
const instanceOf = ({ live }: Stage) => live.status().automata[0]!.instances[0]!;

test("the kernel has the limits, and the program and what it starts live under them", async (t) => {
  const limits = "memory = 64MiB, cpu = 0.25, processes = 9, files = 123";
  const place = placeFor(t, limits, "sleep 2000 & sleep 1000; wait");
  const stage = await enter(t, place);
  await isConverged(t, stage);
  t.deepEqual(memory(place.system), [String(2 ** 26)]);
  t.regex(cpu(place.system)[0]!, /^25000( 100000)?$/);
  t.deepEqual(shown(place.system, "pids.max"), ["9"]);
  const { pid, limits: told } = instanceOf(stage);
  t.deepEqual(told, { memory: 2 ** 26, cpu: 0.25, processes: 9, files: 123 });
  t.regex(readFileSync(`/proc/${pid}/limits`, "utf8"), /^Max open files +123 +123 /m);
  for (const procs of shown(place.system, "cgroup.procs")) {
    t.true(procs.split("\n").includes(String(pid)));
    t.true(procs.split("\n").length > 1, "what it started is there too");
  }
});

test("another value applies to what runs; a limit that comes starts it anew", async (t) => {
  const place = placeFor(t, "memory = 64MiB, cpu = 0.25");
  const stage = await enter(t, place);
  const { pid } = instanceOf(stage);
  await save(stage, text(place, "memory = 80MiB, cpu = 1.5"));
  await isConverged(t, stage);
  t.is(instanceOf(stage).pid, pid);
  t.deepEqual(memory(place.system), [String(80 * 2 ** 20)]);
  t.regex(cpu(place.system)[0]!, /^150000/);
  await save(stage, text(place, "memory = 80MiB, processes = 5"));
  await isConverged(t, stage);
  t.not(instanceOf(stage).pid, pid);
  t.deepEqual(shown(place.system, "pids.max"), ["5"]);
  await save(stage, `automaton a { runs exec ["sleep", "1000"] } system ${place.system} = a`);
  await isConverged(t, stage);
  t.deepEqual(
    groupsOf(place.system).filter((path) => path.endsWith("/a.0")),
    [],
  );
});

test("they outlive the orchestrator, and whoever comes next puts right what others changed", async (t) => {
  const place = placeFor(t, "memory = 64MiB, files = 99");
  const first = await enter(t, place);
  const { pid } = instanceOf(first);
  await first.live.stop();
  const [file] = groupsOf(place.system).filter((path) => path.endsWith("/a.0"));
  const name = existsSync(`${file}/memory.max`) ? "memory.max" : "memory.memsw.limit_in_bytes";
  const changed = existsSync(`${file}/${name}`);
  if (changed) writeFileSync(`${file}/${name}`, String(2 ** 27));
  if (name !== "memory.max") writeFileSync(`${file}/memory.limit_in_bytes`, String(2 ** 27));
  t.deepEqual(await differences(first), ["update limits/a/0"]);
  const second = await enter(t, place);
  await isConverged(t, second);
  t.is(instanceOf(second).pid, pid);
  t.deepEqual(memory(place.system), [String(2 ** 26)]);
  t.deepEqual(await second.live.remove(), []);
  t.deepEqual(groupsOf(place.system), []);
});

test("what passes its limit of memory is told, and waits longer each time", async (t) => {
  const place = placeFor(t, "memory = 24MiB", "exec tail /dev/zero");
  const stage = await enter(t, place, undefined, { settle: false });
  const ends = () => stage.events.filter(({ event }) => event === "exit");
  await until("it has ended twice", () => ends().length > 1);
  t.is(ends()[0]!.text, "a.0 ended: passed its memory limit of 24MiB");
  await until("it waits", () => instanceOf(stage).state === "backoff");
  t.regex(instanceOf(stage).reason ?? "", /^ended: passed its memory limit of 24MiB/);
});

test("what makes more processes than it may is refused them, and nobody else", async (t) => {
  const fork = "for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; wait";
  const place = placeFor(t, "processes = 4", fork);
  const stage = await enter(t, place, undefined, { settle: false });
  const log = `${place.stateRoot}/${place.system}/logs/a.0.log`;
  await until("it was refused one", () => existsSync(log) && /fork/i.test(readFileSync(log, "utf8")));
  t.true(shown(place.system, "pids.current").every((count) => Number(count) <= 4));
  t.is(stage.live.status().problems.length, 0);
});

test("a program as root cannot leave its cgroup", async (t) => {
  const leave =
    "for f in $(find /sys/fs/cgroup -name cgroup.procs | grep -v architect); do echo 0 > $f && echo left; done; echo tried; sleep 1000";
  const place = placeFor(t, "memory = 64MiB", leave);
  const stage = await enter(t, place, undefined, { settle: false });
  const log = `${place.stateRoot}/${place.system}/logs/a.0.log`;
  await until("it has tried", () => existsSync(log) && readFileSync(log, "utf8").includes("tried"));
  t.false(/^left$/m.test(readFileSync(log, "utf8")));
  const { pid } = instanceOf(stage);
  t.true(shown(place.system, "cgroup.procs").every((procs) => procs.split("\n").includes(String(pid))));
});
