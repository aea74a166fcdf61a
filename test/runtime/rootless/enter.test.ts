import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import anyTest from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { isAlive } from "../../../runtime/process/proc.ts";
import { rootlessRefusal } from "../../../runtime/rootless/refusal.ts";
import { until } from "../../until.ts";
import { outcome, processesOf, program, userTest as test, uid, user } from "./user.ts";

const rootTest = process.getuid?.() === 0 ? test : anyTest.skip; // needs root: makes a place without namespaces

interface Look {
  readonly uid: number;
  readonly map: readonly string[];
  readonly net: string;
  readonly links: readonly string[];
  readonly run: readonly string[];
  readonly rest: readonly string[];
}

test("a command runs again as root of a network of its own, and nothing is left of it", async (t) => {
  const me = user(t);
  const { code, out, err } = await me.run("look", "exit", "5", "é $HOME");
  t.is(err, "");
  t.is(code, 5);
  const look = JSON.parse(out) as Look;
  t.is(look.uid, 0);
  t.deepEqual(look.map, ["0", String(uid), "1"]);
  t.not(look.net, readlinkSync("/proc/self/ns/net"));
  t.deepEqual(look.links, ["lo"]);
  t.false(look.run.includes("netns"), "the machine's named networks are not in sight");
  t.deepEqual(look.rest, ["5", "é $HOME"]);
  t.deepEqual(me.files(), []);
});

test("without anything of the user's, a command that only looks starts nothing", async (t) => {
  const me = user(t);
  t.is((await me.run("look", "join")).out, "nothing\n");
  t.deepEqual(me.files(), []);
});

test("commands at the same time share one place, and the last one to leave ends it", async (t) => {
  const me = user(t);
  const [first, ...others] = (await Promise.all(Array.from({ length: 4 }, () => me.run("look")))).map(
    ({ out }) => (JSON.parse(out) as Look).net,
  );
  // Some may have come after all others had left: then they met nobody.
  t.is(others.length, 3);
  const waiting = me.start("look", "wait");
  const [shown] = (await once(waiting.stdout!, "data")) as [Buffer];
  const { net } = JSON.parse(shown.toString()) as Look;
  const joined = await Promise.all(Array.from({ length: 3 }, () => me.run("look", "join")));
  t.deepEqual(
    joined.map(({ out }) => (JSON.parse(out) as Look).net),
    [net, net, net],
  );
  t.true(me.files().length > 0);
  waiting.kill("SIGTERM");
  await once(waiting, "close");
  t.deepEqual(me.files(), []);
  t.regex(first ?? "", /^net:/);
});

test("signals reach the command, and it does not outlive who asked for it", async (t) => {
  const me = user(t);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const child = me.start("look", "wait");
    const ended = outcome(child);
    await once(child.stdout!, "data");
    child.kill(signal);
    t.is((await ended).signal, signal);
  }
  const child = me.start("look", "wait");
  const ended = outcome(child);
  await once(child.stdout!, "data");
  const inside = Number(
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ").at(-1),
  );
  const startTime = Number(readFileSync(`/proc/${inside}/stat`, "utf8").split(") ")[1]!.split(" ")[19]);
  t.true(isAlive(inside, startTime));
  child.kill("SIGKILL");
  await ended;
  await until("the command inside is gone", () => !isAlive(inside, startTime));
  t.is((await me.run("look", "join")).code, 0, "and the next one tidies up");
  t.deepEqual(me.files(), []);
});

test("a holder that was killed is replaced", async (t) => {
  const me = user(t);
  const waiting = me.start("look", "wait");
  await once(waiting.stdout!, "data");
  const [holder] = processesOf(`holder-main.js ${me.runtimeDir}`);
  process.kill(holder!, "SIGKILL");
  await until("it is dead", () => processesOf(`holder-main.js ${me.runtimeDir}`).length === 0);
  t.is((await me.run("look", "exit", "6")).code, 6);
  waiting.kill("SIGTERM");
  await once(waiting, "close");
  t.deepEqual(me.files(), []);
});

rootTest("where the kernel allows no user namespaces, the error says so and what to do", (t) => {
  // In a chroot the kernel allows none.
  const script = `d=$(mktemp -d) && mount --rbind / $d && exec chroot --userspec=65534:65534 $d ${process.execPath} ${program("look")}`;
  const { stderr, status } = spawnSync("unshare", ["-m", "--propagation", "private", "sh", "-c", script], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, XDG_RUNTIME_DIR: "" },
  });
  t.is(status, 1);
  t.regex(
    stderr,
    /^run without root, in a user namespace: something forbids it: .*--base memory.*\(EPERM\)\n$/,
  );
});

anyTest("the words of a refusal name the setting that is to blame", (t) => {
  const words = (settings: Record<string, string>): string =>
    rootlessRefusal(new KernelError("start a process", "EPERM", ""), (name) => settings[name] ?? null).words;
  t.regex(words({ "user/max_user_namespaces": "0" }), /user\.max_user_namespaces is 0.*--base memory/);
  t.regex(
    words({ "user/max_user_namespaces": "9", "kernel/unprivileged_userns_clone": "0" }),
    /userns_clone is 0/,
  );
  t.regex(
    words({ "user/max_user_namespaces": "9", "kernel/apparmor_restrict_unprivileged_userns": "1" }),
    /AppArmor.*restrict_unprivileged_userns is 1/,
  );
  t.regex(words({}), /this kernel has none/);
});
