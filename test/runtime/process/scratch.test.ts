/** Directories that are empty at every start. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { accountOf } from "../../../runtime/process/credentials.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: enters namespaces

kernel(
  "a scratch directory is empty at every start, its user's alone, and as large as it says",
  async (t) => {
    const at = sandbox(t);
    const it = at.manager();
    it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
    const root = readdirSync("/").sort();
    const script = `
    stat -c '%n %a %u' /own-w /srv/own/deep; ls -A /own-w; cat /own-w/conf
    stat -f -c '%T %b %S' /own-w
    echo left > /own-w/left; head -c 20000 /dev/zero > /own-w/large || echo full
    rm -f /own-w/large; ls /own-w; echo end; exec sleep 600`;
    const wanted = at.process("a", ["sh", "-c", script], {
      scratch: [{ path: "/own-w", size: 16_384 }, { path: "/srv/own/deep" }],
      files: [{ path: "/own-w/conf", text: "read\n", mode: "0644" }],
      user: "nobody",
    });
    const path = at.state.logFile("a", wanted.index);
    const log = (): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
    const { uid } = accountOf("nobody");
    for (const start of [1, 2]) {
      rmSync(path, { force: true });
      await it.start(wanted);
      await until("it has said all", () => log().endsWith("end\n"));
      const said = log()
        .split("\n")
        .filter((line) => !line.includes("No space"));
      t.deepEqual(
        said,
        [
          `/own-w 700 ${uid}`,
          `/srv/own/deep 700 ${uid}`,
          "conf",
          "read",
          "tmpfs 4 4096",
          "full",
          "conf",
          "left",
          "end",
          "",
        ],
        `start ${start}`,
      );
      await it.stop(wanted);
    }
    t.deepEqual(readdirSync("/").sort(), root);
    t.false(existsSync("/srv/own"));
  },
);

kernel("what is in the way of a scratch directory is told, and nothing is started", async (t) => {
  const at = sandbox(t);
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  // A place that shows through: where the process starts.
  const folder = mkdtempSync(`${tmpdir()}/architect-scratch-`);
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(`${folder}/file`, "");
  const wanted = at.process("a", ["sleep", "600"], { cwd: folder, scratch: [{ path: `${folder}/file/w` }] });
  const error = await t.throwsAsync(it.start(wanted), { instanceOf: KernelError });
  t.is(error.code, "ENOTDIR");
  t.regex(error.message, /is a file/);
  t.is(it.running().size, 0);
});

kernel("a program starts in a scratch directory that the machine does not have", async (t) => {
  const at = sandbox(t);
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  for (const [index, cwd] of ["/own-w/deep", "/tmp/own-w", "/run/own-w"].entries()) {
    const wanted = at.process("a", ["sh", "-c", "pwd; touch here; exec sleep 600"], {
      index,
      cwd,
      scratch: [{ path: cwd }],
      user: "nobody",
    });
    t.is(it.refusal(wanted), null);
    await it.start(wanted);
    const log = at.state.logFile("a", index);
    await until("it says where it is", () => existsSync(log) && readFileSync(log, "utf8") !== "");
    t.is(readFileSync(log, "utf8"), `${cwd}\n`);
    await it.stop(wanted);
    t.false(existsSync(cwd));
  }
});

kernel(
  "what is kept below a scratch directory that covers one of the machine is seen, and stays",
  async (t) => {
    const at = sandbox(t);
    process.env[keptDirVariable] = `${at.directory}/kept`;
    t.teardown(() => delete process.env[keptDirVariable]);
    const it = at.manager();
    it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
    const script =
      "echo more >> /var/lib/x/f; cat /var/lib/x/f; ls -A /var /var/lib; echo end; exec sleep 600";
    const wanted = at.process("a", ["sh", "-c", script], {
      scratch: [{ path: "/var/lib/y" }, { path: "/var" }],
      state: [{ name: "d", path: "/var/lib/x" }],
    });
    const path = at.state.logFile("a", wanted.index);
    const log = (): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
    for (const more of ["more\n", "more\nmore\n"]) {
      rmSync(path, { force: true });
      await it.start(wanted);
      await until("it has said all", () => log().endsWith("end\n"));
      t.is(log(), `${more}/var:\nlib\n\n/var/lib:\nx\ny\nend\n`);
      await it.stop(wanted);
    }
  },
);
