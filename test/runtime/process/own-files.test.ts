/** Files of an instance's own. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { accountOf } from "../../../runtime/process/credentials.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { setSecret } from "../../../runtime/secrets/store.ts";
import type { OwnFile, Process } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: enters namespaces

const file = (path: string, text: string, more: Partial<OwnFile> = {}): OwnFile => ({
  path,
  text,
  mode: "0644",
  ...more,
});

/** What a shell prints in an instance that has these files. */
const said = async (
  t: ExecutionContext,
  script: string,
  files: readonly OwnFile[],
  more: Partial<Process> = {},
): Promise<string> => {
  const at = sandbox(t);
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const wanted = at.process("a", ["sh", "-c", `${script}; echo end; exec sleep 600`], { files, ...more });
  await it.start(wanted);
  const log = (): string => {
    const path = at.state.logFile("a", wanted.index);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  await until("it has said all", () => log().endsWith("end\n"));
  await it.stop(wanted);
  return log().slice(0, -"end\n".length);
};

kernel("an instance sees its files, wherever they are, and the machine has none of them", async (t) => {
  const [root, etc] = [readdirSync("/").sort(), readdirSync("/etc").sort()];
  const paths = [
    "/own-a",
    "/own-b/c/d",
    "/etc/own-e",
    "/etc/hostname",
    "/tmp/own-f",
    "/run/own/g",
    "/var/lib/own/h",
  ];
  const before = existsSync("/etc/hostname") ? readFileSync("/etc/hostname", "utf8") : null;
  const files = paths.map((path, i) => file(path, `text ${i} of ${path}\u00e9\n`));
  const all = await said(t, `cat ${paths.join(" ")}; cat /etc/passwd | head -1; ls -A /tmp`, files);
  t.is(
    all,
    `${files.map(({ text }) => text).join("")}${readFileSync("/etc/passwd", "utf8").split("\n")[0]}\nown-f\n`,
  );
  t.deepEqual([readdirSync("/").sort(), readdirSync("/etc").sort()], [root, etc]);
  t.is(existsSync("/etc/hostname") ? readFileSync("/etc/hostname", "utf8") : null, before);
});

kernel("a file is its owner's, has its mode, and nobody writes it", async (t) => {
  const { uid, gid } = accountOf("nobody");
  const script = `
    stat -c '%n %a %u %g' /own-a /own-b /own-c
    for f in /own-a /own-b /own-c; do (echo x >> $f) 2>/dev/null && echo "$f: written"; rm -f $f 2>/dev/null && echo "$f: removed"; done
    /own-c; cat /own-b`;
  const files = [
    file("/own-a", "a"),
    file("/own-b", "b\n", { mode: "0400" }),
    file("/own-c", "#!/bin/sh\necho it runs\n", { mode: "0755", owner: "0:0" }),
  ];
  t.is(
    await said(t, script, files, { user: "nobody" }),
    `/own-a 644 ${uid} ${gid}\n/own-b 400 ${uid} ${gid}\n/own-c 755 0 0\nit runs\nb\n`,
  );
});

kernel("a program may be one of its files, and where it starts a folder of them", async (t) => {
  const at = sandbox(t);
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const files = [file("/own/bin/program", "#!/bin/sh\npwd\nexec sleep 600\n", { mode: "0755" })];
  const wanted = at.process("a", ["./program"], { files, cwd: "/own/bin" });
  await it.start(wanted);
  await until("it has said where it is", () => {
    const log = at.state.logFile("a", 0);
    return existsSync(log) && readFileSync(log, "utf8") === "/own/bin\n";
  });
  await it.stop(wanted);
  t.false(existsSync("/own"));
});

kernel("where a file cannot be, nothing is started, and it is said why", async (t) => {
  const at = sandbox(t);
  const it = at.manager();
  const start = (files: readonly OwnFile[]): Promise<unknown> =>
    it.start(at.process("a", ["sleep", "600"], { files }));
  const refused = async (files: readonly OwnFile[]): Promise<KernelError> =>
    (await t.throwsAsync(start(files), { instanceOf: KernelError }))!;
  t.like(await refused([file("/usr", "")]), { code: "EISDIR", words: "a directory is there" });
  t.is((await refused([file("/etc/passwd/x", "")])).code, "ENOTDIR");
  t.is((await refused([file("/own", "", { owner: "nobody-at-all" })])).code, "ENOENT");
  t.is(it.running().size, 0);
  await it.start(at.process("a", ["sleep", "600"], { files: [file("/own", "")] }));
  t.is(it.running().size, 1, "the thread that starts programs lives on");
});

kernel(
  "a file with a secret in it is in memory that is never swapped, and not started without the value",
  async (t) => {
    const at = sandbox(t);
    process.env[keptDirVariable] = `${at.directory}/kept`;
    t.teardown(() => void delete process.env[keptDirVariable]);
    const it = at.manager();
    it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
    const script =
      "stat -f -c %T /etc/own-s; stat -c '%a %u' /etc/own-s; cat /etc/own-s; echo end; exec sleep 600";
    const wanted = at.process("a", ["sh", "-c", script], {
      files: [file("/etc/own-s", "key = ‹secret key›", { mode: "0400" })],
      secrets: {
        env: {},
        files: {},
        own: { "/etc/own-s": ["key = ", { secret: "key", version: null }, "\n"] },
      },
      user: "nobody",
    });
    const refused = await t.throwsAsync(it.start(wanted), { instanceOf: KernelError });
    t.is(refused.code, "ENOKEY");
    t.deepEqual(it.running().size, 0);
    setSecret("key", Buffer.from("hidden"), at.state.system, at.state.root);
    await it.start(wanted);
    const log = (): string => {
      const path = at.state.logFile("a", wanted.index);
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    };
    await until("it has said all", () => log().endsWith("end\n"));
    t.is(log(), `ramfs\n400 ${accountOf("nobody").uid}\nkey = hidden\nend\n`);
    await it.stop(wanted);
  },
);
