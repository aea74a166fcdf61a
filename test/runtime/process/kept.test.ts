/** Directories that instances keep. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import test from "ava";
import { accountOf } from "../../../runtime/process/credentials.ts";
import { listKept, removeAllKept, removeKept } from "../../../runtime/process/kept/list.ts";
import { keptOfOwner, keptPlace, keptRoot } from "../../../runtime/process/kept/places.ts";
import { at, kept } from "./kept-system.ts";
import { isRoot } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: enters namespaces

test.serial("each runtime directory has a place of its own, with a name that can be read", (t) => {
  const nameOf = (root: string): string => keptOfOwner(root).slice(keptRoot().length + 1);
  t.is(nameOf("/run/architect"), "run-architect");
  t.is(nameOf("/run/user/1000/architect/"), "run-user-1000-architect");
  t.is(nameOf("/tmp/a-b"), "tmp-a_2db");
  t.is(nameOf("/tmp/\u00e9"), "tmp-_c3_a9");
  const long = "/x".repeat(150);
  const roots = ["/tmp/a-b", "/tmp/a/b", "/tmp/a_2db", "/.tmp/a", "/tmp/.a", "/tmp/a b", long, `${long}/x`];
  const names = roots.map(nameOf);
  t.is(new Set(names).size, roots.length, names.join(" "));
});

kernel("what is kept is there again, each instance's own", async (t) => {
  const system = kept(t);
  for (const index of [0, 1]) {
    const first = await system.run(`echo ${index} > /kept/it`, { ...at("/kept"), index });
    await first.stop();
  }
  for (const index of [0, 1]) {
    const { said, stop } = await system.run("cat /kept/it", { ...at("/kept"), index });
    t.is(said(), `${index}\n`);
    await stop();
  }
  t.deepEqual(
    listKept(system.system, system.state.root).map(({ automaton, index, name, inUse }) => ({
      automaton,
      index,
      name,
      inUse,
    })),
    [0, 1].map((index) => ({ automaton: "a", index, name: "data", inUse: false })),
  );
});

kernel(
  "places that the machine lacks are the instance's own, and the machine is seen as it is",
  async (t) => {
    const system = kept(t);
    const before = readdirSync("/").sort();
    const lib = readdirSync("/var/lib").sort();
    const script = `
    for p in /kept /var/lib/no/such /usr/share/none /tmp/x /run/y; do echo it > $p/it || echo "$p: refused"; done
    ls / | tr '\\n' ' '; echo; ls /var/lib | tr '\\n' ' '; echo
    head -c1 /dev/urandom | wc -c; cat /proc/1/comm; pwd; readlink /bin; stat -c %a /var/lib /
    ls -A ${keptRoot()} | wc -l; ls -A ${system.state.root} | wc -l`;
    const paths = ["/kept", "/var/lib/no/such", "/usr/share/none", "/tmp/x", "/run/y"];
    const state = paths.map((path, i) => ({ name: `s${i}`, path }));
    const { said } = await system.run(script, { state });
    const [root, below, ...rest] = said().trimEnd().split("\n");
    const own = (path: string) => (statSync(path).mode & 0o7777).toString(8);
    t.deepEqual(
      root!.trim().split(" ").sort(),
      [...before.filter((name) => !name.startsWith(".")), "kept"].sort(),
    );
    t.deepEqual(below!.trim().split(" ").sort(), [...lib, "no"].sort());
    t.deepEqual(rest, ["1", "sleep", "/", "usr/bin", own("/var/lib"), own("/"), "0", "0"]);
    t.deepEqual(readdirSync("/").sort(), before, "nothing was made on the machine");
    t.deepEqual(readdirSync("/var/lib").sort(), lib);
    for (const [i] of paths.entries())
      t.is(
        readFileSync(`${keptPlace(system.state, { automaton: "a", index: 0, name: `s${i}` })}/it`, "utf8"),
        "it\n",
      );
  },
);

kernel("it belongs to the user, and to the next user with all in it", async (t) => {
  const system = kept(t);
  const first = await system.run("mkdir /kept/d; echo 1 > /kept/d/f; id -u", {
    ...at("/kept"),
    user: "nobody",
  });
  const place = keptPlace(system.state, { automaton: "a", index: 0, name: "data" });
  const { uid } = accountOf("nobody");
  t.like(statSync(place), { uid });
  t.is(statSync(place).mode & 0o7777, 0o700);
  t.is(statSync(`${place}/d/f`).uid, uid);
  await first.stop();
  const second = await system.run("cat /kept/d/f", { ...at("/kept"), user: "1234:1234" });
  t.is(second.said(), "1\n");
  for (const path of [place, `${place}/d`, `${place}/d/f`])
    t.like(statSync(path), { uid: 1234, gid: 1234 }, path);
});

kernel("another automaton sees none of it; a health command sees what the program sees", async (t) => {
  const system = kept(t);
  const { wanted } = await system.run("echo 1 > /kept/it", at("/kept"));
  t.deepEqual(
    await system
      .manager()
      .probe(wanted, ["test", "-e", "/kept/it"], 60_000)
      .catch(() => null),
    null,
  );
  const manager = system.manager();
  manager.running();
  t.deepEqual(await manager.probe(wanted, ["test", "-e", "/kept/it"], 60_000), { code: 0, signal: null });
  const roots = [keptRoot(), keptRoot({}, 0)];
  const script = `${roots.map((root) => `ls -A ${root} 2>/dev/null | wc -l`).join("; ")}; ls -d /kept`;
  const other = await system.run(script, { automaton: "b" });
  t.deepEqual(other.said().match(/^\d+$/gm), ["0", "0"]);
  t.regex(other.said(), /cannot access '?\/kept/);
});

kernel("a renamed state is handed on, from a renamed automaton only when that is gone", async (t) => {
  const system = kept(t);
  const first = await system.run("echo 1 > /kept/it", at("/kept"));
  const renamed = { automaton: "b", state: [{ name: "all", path: "/all", formerly: "a.data" }] };
  await t.throwsAsync(system.run("cat /all/it", renamed), { message: /a\.0 still runs with it/ });
  await first.stop();
  const second = await system.run("cat /all/it", renamed);
  t.is(second.said(), "1\n");
  await second.stop();
  const third = await system.run("cat /x/it", {
    automaton: "b",
    state: [{ name: "x", path: "/x", formerly: "all" }],
  });
  t.is(third.said(), "1\n");
  t.deepEqual(
    listKept(system.system, system.state.root).map(({ automaton, name }) => `${automaton} ${name}`),
    ["b x"],
  );
});

kernel("it survives the removal of the system, and goes when it is told to", async (t) => {
  const system = kept(t);
  await system.run("head -c 100000 /dev/zero > /kept/it", at("/kept"));
  t.like(listKept(null, system.state.root)[0], { system: system.system, automaton: "a", inUse: true });
  t.deepEqual(await system.manager().destroy(), []);
  const [found] = listKept(null, system.state.root);
  t.like(found, { automaton: "a", index: 0, name: "data", inUse: false });
  t.true(found!.bytes >= 100_000 && found!.bytes < 200_000, `${found!.bytes}`);
  removeKept(system.state, found!);
  t.deepEqual(listKept(null, system.state.root), []);
  t.deepEqual(readdirSync(keptRoot()), []);
  await system.run("true", at("/kept"));
  removeAllKept(system.state);
  t.deepEqual(readdirSync(keptRoot()), []);
});

kernel("a file in the way is told, and nothing is started", async (t) => {
  const system = kept(t);
  const file = `${system.directory}/file`;
  writeFileSync(file, "");
  mkdirSync(`${system.directory}/dir`);
  await t.throwsAsync(system.run("true", at(`/etc/passwd/x`)), { message: /ENOTDIR|is a file/ });
  t.is(system.manager().running().size, 0);
  rmSync(file);
});
