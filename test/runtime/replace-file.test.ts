import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { isDraft, replaceFile } from "../../runtime/replace-file.ts";

// Needs root: mounts a file system.
const kernel = process.getuid?.() === 0 ? test : test.skip;

const folder = (t: ExecutionContext): string => {
  const directory = mkdtempSync(join(tmpdir(), "replace-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

test("a file is made, and replaced, with the mode that is asked for whatever the umask", (t) => {
  const directory = folder(t);
  const file = join(directory, "file");
  const before = process.umask(0o077);
  t.teardown(() => process.umask(before));
  replaceFile(file, "one");
  t.is(statSync(file).mode & 0o777, 0o600);
  const { ino } = statSync(file);
  replaceFile(file, "two", 0o664);
  t.is(readFileSync(file, "utf8"), "two");
  t.is(statSync(file).mode & 0o777, 0o664);
  t.not(statSync(file).ino, ino, "whoever has it open goes on reading what it was");
  t.deepEqual(readdirSync(directory), ["file"]);
});

test("what a process with the same number left behind is in nobody's way", (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, `.file.${process.pid}`), "half a fi");
  replaceFile(join(directory, "file"), "whole");
  t.deepEqual(readdirSync(directory), ["file"]);
});

test("drafts are known by their names", (t) => {
  t.true(isDraft(`.file.${process.pid}`));
  for (const name of ["file", "a.0", ".file", ".file.new", "file.12"]) t.false(isDraft(name), name);
});

test("an error names the file, and leaves no draft", (t) => {
  const directory = folder(t);
  mkdirSync(join(directory, "file"));
  const [inPlace, nowhere] = [join(directory, "file"), join(directory, "none/file")];
  t.throws(() => replaceFile(inPlace, "x"), {
    name: "KernelError",
    message: /^write .*file: illegal operation/,
  });
  t.throws(() => replaceFile(nowhere, "x"), {
    message: `write ${nowhere}: no such file or directory (ENOENT)`,
  });
  t.deepEqual(readdirSync(directory), ["file"]);
});

kernel("on a full disk the file stays what it was", (t) => {
  const directory = folder(t);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8k", "tmpfs", directory]);
  t.teardown(() => execFileSync("umount", [directory]));
  const file = join(directory, "file");
  replaceFile(file, "before");
  t.throws(() => replaceFile(file, "x".repeat(20_000)), { code: "ENOSPC" } as object);
  t.is(readFileSync(file, "utf8"), "before");
  t.deepEqual(readdirSync(directory), ["file"]);
});
