/** Files that are replaced while a program runs. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import type { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { readRecord, writeRecord } from "../../../runtime/process/record.ts";
import { setSecret } from "../../../runtime/secrets/store.ts";
import { filesKey, type InstanceFiles, type OwnFile, type Process } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: enters namespaces

const conf = (text: string, path = "/etc/own.conf"): OwnFile => ({ path, text, mode: "0644" });

const filesOf = (process: Process, content: string, files: readonly OwnFile[]): InstanceFiles => ({
  kind: "files",
  key: filesKey(process.automaton, process.index),
  automaton: process.automaton,
  index: process.index,
  signal: "SIGHUP",
  spec: process.spec,
  content,
  files,
});

/** Prints its files at its start and whenever it is told. */
const teller = (paths: string, mode = "trap 'cat $P; echo told' HUP"): readonly string[] => [
  "sh",
  "-c",
  `P="${paths}"; ${mode}; cat $P; echo begun; while :; do sleep 600 & wait $!; done`,
];

const opened = (t: ExecutionContext) => {
  const at = sandbox(t);
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const log = (): string => {
    const path = at.state.logFile("a", 0);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const start = async (files: readonly OwnFile[], more: Partial<Process> = {}): Promise<Process> => {
    const argv = teller(files.map(({ path }) => path).join(" "));
    const wanted = at.process("a", argv, { files, content: "1", ...more });
    await it.start(wanted);
    await until("it has begun", () => log().includes("begun\n"));
    return wanted;
  };
  const pid = (from: ProcessManager = it): number => [...from.running().values()][0]!.pid;
  const mounts = (path: string): number =>
    readFileSync(`/proc/${pid()}/mountinfo`, "utf8")
      .split("\n")
      .filter((line) => line.split(" ")[4] === path).length;
  return { at, it, log, start, pid, mounts };
};

kernel("other texts take the place of files in the running program, and it is told", async (t) => {
  const { it, log, start, pid, mounts } = opened(t);
  const etc = readdirSync("/etc").sort();
  const wanted = await start([conf("one\n"), conf("kept\n", "/own/deep/b")]);
  const before = pid();
  t.deepEqual(
    it.heldFiles().map(({ key, content }) => [key, content]),
    [[filesKey("a", 0), "1"]],
  );
  for (const text of ["two", "three", "four"]) {
    await it.reloadFiles(filesOf(wanted, text, [conf(`${text}\n`), conf("kept\n", "/own/deep/b")]));
    await until("it has told them", () => log().endsWith(`${text}\nkept\ntold\n`));
  }
  t.is(pid(), before);
  t.is(it.heldFiles()[0]?.content, "four");
  const mounted = mounts("/etc/own.conf");
  t.is(mounted, 1);
  const root = `/proc/${before}/root`;
  const options = readFileSync(`/proc/${before}/mountinfo`, "utf8")
    .split("\n")
    .filter((line) => line.includes("/etc/own.conf"));
  for (const line of options) t.regex(line.split(" ")[5]!, /\bro\b.*nosuid/);
  t.is(readFileSync(`${root}/etc/own.conf`, "utf8"), "four\n");
  t.deepEqual(readdirSync("/etc").sort(), etc);
  t.false(readdirSync("/tmp").some((name) => name === "0" || name === "1"));
});

kernel("files that it has, or that are for another program, change nothing", async (t) => {
  const { it, log, start } = opened(t);
  const wanted = await start([conf("one\n")]);
  const said = log();
  await it.reloadFiles(filesOf(wanted, "1", [conf("one\n")]));
  await it.reloadFiles({ ...filesOf(wanted, "2", [conf("two\n")]), spec: "another" });
  t.is(it.heldFiles()[0]?.content, "1");
  await it.reloadFiles(filesOf(wanted, "3", [conf("three\n")]));
  await until("it is told", () => log().endsWith("three\ntold\n"));
  // Nothing came before: signals of one kind are told once.
  t.is(log(), `${said}three\ntold\n`);
  await it.stop(wanted);
  await it.reloadFiles(filesOf(wanted, "4", [conf("four\n")]));
  t.deepEqual(it.heldFiles(), []);
});

kernel("a program that ends of the signal is reported, and what follows has the new files", async (t) => {
  const { it, log, start, at } = opened(t);
  const wanted = await start([conf("one\n")]);
  const deaf = at.process("a", teller("/etc/own.conf", ":"), {
    files: [conf("one\n")],
    content: "1",
    spec: "deaf",
  });
  await it.stop(wanted);
  await it.start(deaf);
  await until("it runs", () => log().split("begun").length === 3);
  const exits: (string | null)[] = [];
  t.teardown(it.onExit(({ signal }) => exits.push(signal)));
  await it.reloadFiles(filesOf(deaf, "2", [conf("two\n")]));
  await until("its end is seen", () => exits.length > 0);
  t.deepEqual(exits, ["SIGHUP"]);
  await it.start({ ...deaf, files: [conf("two\n")], content: "2" });
  await until("it runs again", () => log().endsWith("two\nbegun\n"));
  t.is(it.heldFiles()[0]?.content, "2");
});

kernel("who dies between the files and the note tells the program once more", async (t) => {
  const { it, log, start, at } = opened(t);
  const wanted = await start([conf("one\n")]);
  const record = readRecord(at.state, "a", 0)!;
  await it.reloadFiles(filesOf(wanted, "2", [conf("two\n")]));
  await until("it is told", () => log().endsWith("two\ntold\n"));
  writeRecord(at.state, record);
  const next = at.manager();
  next.running();
  t.is(next.heldFiles()[0]?.content, "1");
  await next.reloadFiles(filesOf(wanted, "2", [conf("two\n")]));
  await until("it is told again", () => log().endsWith("two\ntold\ntwo\ntold\n"));
  t.is(next.heldFiles()[0]?.content, "2");
});

kernel(
  "a secret is put in as the store has it; without a value nothing changes, and it is said",
  async (t) => {
    const { it, log, start, at, pid } = opened(t);
    process.env[keptDirVariable] = `${at.directory}/kept`;
    t.teardown(() => void delete process.env[keptDirVariable]);
    setSecret("key", Buffer.from("first\n"), at.state.system, at.state.root);
    const file: OwnFile = { path: "/etc/own.conf", text: "‹secret key›", mode: "0400" };
    const own = { "/etc/own.conf": [{ secret: "key", version: null }] };
    const wanted = await start([file], { secrets: { env: {}, files: {}, own } });
    const lost = {
      ...filesOf(wanted, "2", [file]),
      secrets: { "/etc/own.conf": [{ secret: "none", version: null }] },
    };
    const refused = await t.throwsAsync(it.reloadFiles(lost), { instanceOf: KernelError });
    t.is(refused.code, "ENOKEY");
    t.is(refused.operation, "replace the files of a.0");
    setSecret("key", Buffer.from("second\n"), at.state.system, at.state.root);
    await it.reloadFiles({ ...filesOf(wanted, "3", [file]), secrets: own });
    await until("it is told", () => log().endsWith("first\nbegun\nsecond\ntold\n"));
    const mounts = readFileSync(`/proc/${pid()}/mountinfo`, "utf8")
      .split("\n")
      .filter((line) => line.includes(" /etc/own.conf "));
    for (const line of mounts) t.regex(line, / - ramfs /);
  },
);

kernel("a file at a link is replaced where it lies, and nothing where the link leads by then", async (t) => {
  const { it, log, start, pid } = opened(t);
  // A place that shows through: where the process starts.
  const cwd = mkdtempSync(`${tmpdir()}/architect-reload-`);
  t.teardown(() => rmSync(cwd, { recursive: true }));
  const linkTo = (name: string): void => {
    rmSync(`${cwd}/own.conf`, { force: true });
    symlinkSync(name, `${cwd}/own.conf`);
  };
  for (const name of ["real", "other"]) writeFileSync(`${cwd}/${name}`, `${name}\n`);
  linkTo("real");
  const file = (text: string): OwnFile => conf(text, `${cwd}/own.conf`);
  const wanted = await start([file("one\n")], { cwd });
  for (const text of ["two", "three"]) {
    await it.reloadFiles(filesOf(wanted, text, [file(`${text}\n`)]));
    await until("it has told it", () => log().endsWith(`${text}\ntold\n`));
  }
  const seen = (name: string): string => readFileSync(`/proc/${pid()}/root${cwd}/${name}`, "utf8");
  t.is(seen("real"), "three\n");
  linkTo("other");
  const error = await t.throwsAsync(it.reloadFiles(filesOf(wanted, "4", [file("four\n")])), {
    instanceOf: KernelError,
  });
  t.is(error.operation, `replace the file ${cwd}/own.conf`);
  t.true(error.words.includes(`${cwd}/other`), error.words);
  t.deepEqual([seen("real"), seen("other")], ["three\n", "other\n"]);
  t.is(it.heldFiles()[0]?.content, "three");
  linkTo("real");
  await it.reloadFiles(filesOf(wanted, "4", [file("four\n")]));
  await until("it has told it", () => log().endsWith("four\ntold\n"));
  t.is(readFileSync(`${cwd}/real`, "utf8"), "real\n");
});
