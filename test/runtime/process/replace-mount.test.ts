/** What is mounted in place of a file, also by kernels that cannot mount beneath it. */
import { closeSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import {
  CLONE_NEWNS,
  MS_REC,
  MS_SLAVE,
  mount,
  moveMount,
  openTree,
  unshare,
} from "../../../runtime/ffi/libc.ts";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { placesOfFiles, replaceMount } from "../../../runtime/process/own-files.ts";

const isRoot = process.getuid?.() === 0;
const kernel = isRoot ? test.serial : test.serial.skip; // needs root: mounts

if (isRoot) {
  unshare(CLONE_NEWNS);
  mount("none", "/", null, MS_REC | MS_SLAVE);
}

/** A file with one mounted on it, and those that are to come. */
const mounted = (t: ExecutionContext) => {
  const folder = mkdtempSync(`${tmpdir()}/architect-replace mount-`);
  writeFileSync(`${folder}/0`, "the machine's");
  mount("architect", folder, "tmpfs", 0);
  const path = `${folder}/file`;
  writeFileSync(path, "below");
  const trees: number[] = [];
  t.teardown(() => trees.forEach(closeSync));
  const tree = (i: number): number => {
    writeFileSync(`${folder}/${i}`, `text ${i}`);
    trees.push(openTree(`${folder}/${i}`));
    return trees.at(-1)!;
  };
  moveMount(tree(0), path);
  const count = (): number =>
    placesOfFiles(readFileSync("/proc/thread-self/mountinfo", "utf8")).filter((place) => place === path)
      .length;
  return { path, tree, count, text: () => readFileSync(path, "utf8") };
};

const refusing = (code: string) => (): void => {
  throw new KernelError("mount beneath", code, "no");
};

kernel("one mount takes the place of the other", (t) => {
  const { path, tree, count, text } = mounted(t);
  for (const i of [1, 2, 3]) {
    replaceMount(tree(i), path);
    t.deepEqual([text(), count()], [`text ${i}`, 1]);
  }
});

kernel("an older kernel keeps nothing of what was replaced", (t) => {
  const { path, tree, count, text } = mounted(t);
  for (const [i, code, release] of [
    [1, "EINVAL", "6.4.9-generic"],
    [2, "EINVAL", "5.15.0"],
    [3, "ENOSYS", "6.8.0"],
  ] as const) {
    replaceMount(tree(i), path, refusing(code), release);
    t.deepEqual([text(), count()], [`text ${i}`, 1]);
  }
});

kernel("what another refuses is refused, and the file stays", (t) => {
  const { path, tree, count, text } = mounted(t);
  for (const [code, release] of [
    ["EINVAL", "6.5.0"],
    ["EINVAL", "7.0.1"],
    ["EPERM", "5.15.0"],
  ] as const) {
    const error = t.throws(() => replaceMount(tree(1), path, refusing(code), release));
    t.is((error as KernelError).code, code);
    t.deepEqual([text(), count()], ["text 0", 1]);
  }
});
