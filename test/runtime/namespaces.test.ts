import { execFileSync } from "node:child_process";
import { closeSync, existsSync, readFileSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import test from "ava";
import { KernelError } from "../../runtime/kernel-error.ts";
import {
  createNamespace,
  deleteNamespace,
  namespaceInode,
  namespaceNames,
  namespacePath,
  openNamespace,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
  withNamespace,
} from "../../runtime/namespaces.ts";

const root = process.getuid?.() === 0;
const kernel = root ? test : test.skip; // needs root: makes namespaces
const prefix = `t${process.pid}x`;
const here = () => readlinkSync("/proc/thread-self/ns/net");
const links = () =>
  readFileSync("/proc/thread-self/net/dev", "utf8")
    .split("\n")
    .slice(2)
    .map((line) => line.split(":")[0]!.trim())
    .filter((name) => name !== "");

test.before(() => {
  if (root) prepareNetnsDirectory();
});

test.after.always(() => {
  if (!root) return;
  for (const name of namespaceNames(prefix)) deleteNamespace(name);
  releaseNetnsDirectory();
});

kernel("a namespace has a name that others find, and is entered by it", (t) => {
  const before = here();
  createNamespace(`${prefix}.a`);
  t.is(here(), before, "making one leaves the thread where it was");
  const fd = openNamespace(`${prefix}.a`);
  const inside = withNamespace(fd, () => ({ where: here(), links: links() }));
  closeSync(fd);
  t.is(inside.where, `net:[${namespaceInode(`${prefix}.a`)}]`);
  t.deepEqual(inside.links, ["lo"]);
  t.is(here(), before);
  deleteNamespace(`${prefix}.a`);
  t.false(existsSync(namespacePath(`${prefix}.a`)));
  t.is(namespaceInode(`${prefix}.a`), null);
  t.notThrows(() => deleteNamespace(`${prefix}.a`), "deleting twice is deleting once");
});

kernel("the thread comes back when the work throws, nests, or was asynchronous", (t) => {
  const before = here();
  createNamespace(`${prefix}.b`);
  createNamespace(`${prefix}.c`);
  const b = openNamespace(`${prefix}.b`);
  const c = openNamespace(`${prefix}.c`);
  t.teardown(() => {
    closeSync(b);
    closeSync(c);
  });
  t.throws(
    () =>
      withNamespace(b, () => {
        throw new Error("as the work wants");
      }),
    { message: "as the work wants" },
  );
  t.is(here(), before);
  const seen = withNamespace(b, () => [here(), withNamespace(c, here), here()]);
  t.deepEqual(seen, [
    `net:[${namespaceInode(`${prefix}.b`)}]`,
    `net:[${namespaceInode(`${prefix}.c`)}]`,
    `net:[${namespaceInode(`${prefix}.b`)}]`,
  ]);
  t.is(here(), before);
  t.throws(() => withNamespace(b, async () => here()), { message: /must be synchronous/ });
  t.is(here(), before);
});

kernel("a name is never mounted where a mount of the directory would hide it", (t) => {
  // As when somebody else takes the directory's mount away between two of our steps.
  const script = `
    import { execFileSync } from "node:child_process";
    import { mkdirSync, readFileSync } from "node:fs";
    import * as namespaces from ${JSON.stringify(new URL("../../runtime/namespaces.js", import.meta.url).href)};
    const mounts = () => readFileSync("/proc/self/mountinfo", "utf8").split("\\n").map((line) => line.split(" ")[4]);
    while (mounts().includes("/run/netns")) execFileSync("umount", ["-l", "/run/netns"]);
    mkdirSync("/run/netns", { recursive: true });
    namespaces.createNamespace("${prefix}.p");
    const before = namespaces.namespaceInode("${prefix}.p");
    namespaces.prepareNetnsDirectory();
    const after = namespaces.namespaceInode("${prefix}.p");
    namespaces.deleteNamespace("${prefix}.p");
    const left = namespaces.namespaceNames("${prefix}.p");
    console.log(JSON.stringify({ mounted: mounts().includes("/run/netns"), same: before === after, left }));
  `;
  const node = [process.execPath, "--input-type=module", "-e", script];
  const out = execFileSync("unshare", ["--mount", "--propagation", "private", ...node], { encoding: "utf8" });
  t.deepEqual(JSON.parse(out), { mounted: true, same: true, left: [] });
});

kernel("a taken name is refused and stays, and a descriptor that is no namespace is told", (t) => {
  createNamespace(`${prefix}.d`);
  const inode = namespaceInode(`${prefix}.d`);
  t.throws(() => createNamespace(`${prefix}.d`), { code: "EEXIST" });
  t.is(namespaceInode(`${prefix}.d`), inode);
  const error = t.throws(() => withNamespace(0, here), { instanceOf: KernelError });
  t.is(error?.operation, "enter a network namespace");
});

test("a name that would leave the directory is no name", (t) => {
  for (const name of ["../x", "a/b", ".", "..", "", "-x", "a\0b", "a b", "x".repeat(256)]) {
    t.throws(() => namespacePath(name), { message: /^not a name/ }, JSON.stringify(name));
  }
});

/** For a shell in mounts of its own: a /run with nothing in it, nor below it. */
const ownRun = "while umount -l /run/netns 2> /dev/null; do :; done; mount -t tmpfs none /run";

kernel("the directory of names is made as `ip netns` does, and taken back when it is empty", (t) => {
  const program = fileURLToPath(new URL("./netns-directory.js", import.meta.url));
  const script = `${ownRun} && ${process.execPath} ${program} "$0"`;
  const steps = (before: string): unknown =>
    JSON.parse(execFileSync("unshare", ["-m", "sh", "-c", script, before], { encoding: "utf8" }));
  const [made, gone] = ["there 1 shared", "absent 0"];
  t.deepEqual(steps("absent"), [gone, made, made, made, made, made, gone, gone, made]);
  const plain = "there 0";
  t.deepEqual(steps("made before"), [gone, plain, made, made, made, made, made, plain, plain, made]);
});

kernel("two that prepare the directory at once mount it once", (t) => {
  const prepare = `import("${new URL("../../runtime/namespaces.js", import.meta.url).href}").then((m) => m.prepareNetnsDirectory())`;
  const script = `${ownRun}; for i in 1 2 3 4; do ${process.execPath} -e '${prepare}' & done; wait; grep -c ' /run/netns ' /proc/self/mountinfo`;
  t.is(execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" }), "1\n");
});
