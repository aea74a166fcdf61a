/** What is read as a source file, and what is refused, with which reason. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "ava";
import { encodeUtf8 } from "../../src/core/utf8.ts";
import { readSourceFile, realPath } from "../../src/files/read.ts";
import { folder } from "../cli/binary.ts";

const most = 1_000_000;

const reason = (path: string, bound = most): string => {
  const read = readSourceFile(path, bound);
  return read._tag === "Left" ? `${read.left._tag}: ${read.left.reason}` : `read ${read.right}`;
};

test("a regular file is read, also through links", (t) => {
  const cwd = folder(t, { "a.arch": "let a = 1\n" });
  symlinkSync("a.arch", join(cwd, "link.arch"));
  symlinkSync("link.arch", join(cwd, "again.arch"));
  for (const name of ["a.arch", "link.arch", "again.arch"]) {
    t.is(reason(join(cwd, name)), "read let a = 1\n");
    t.is(realPath(join(cwd, name)), realPath(join(cwd, "a.arch")));
  }
});

test("whatever else there is, is told as what it is", (t) => {
  const cwd = folder(t, { file: "" });
  mkdirSync(join(cwd, "directory"));
  symlinkSync("two", join(cwd, "one"));
  symlinkSync("one", join(cwd, "two"));
  symlinkSync("gone.arch", join(cwd, "broken"));
  spawnSync("mkfifo", [join(cwd, "pipe")]);
  t.is(reason(join(cwd, "gone")), "NotThere: there is no such file");
  t.is(reason(join(cwd, "directory")), "NoFile: it is a directory");
  t.is(reason(join(cwd, "one")), "NoFile: too many symbolic links encountered");
  t.is(reason(join(cwd, "broken")), "NoFile: it is a link to gone.arch, which is not there");
  t.is(reason(join(cwd, "pipe")), "NoFile: it is a named pipe");
  t.is(reason(join(cwd, "file", "below")), "NoFile: not a directory");
  t.is(reason(join(cwd, "x".repeat(300))), "NoFile: name too long");
  t.is(reason("/dev/zero"), "NoFile: it is a device");
  t.is(reason("/dev/null"), "NoFile: it is a device");
  t.is(reason(join(cwd, "a\0b")), "NoFile: no file has such a name");
});

test("a socket is told as one", async (t) => {
  const path = join(folder(t), "socket");
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once("listening", resolve));
  t.is(reason(path), "NoFile: it is a socket");
  server.close();
});

test("what may not be read is told in the system's words", (t) => {
  const path = join(folder(t, { "secret.arch": "let a = 1" }), "secret.arch");
  chmodSync(path, 0);
  // The one who may do everything may read it, too.
  t.is(reason(path), process.getuid?.() === 0 ? "read let a = 1" : "NoFile: permission denied");
});

test("a file beyond the bound is refused, whatever it says about its size", (t) => {
  const path = join(folder(t, { "a.arch": "x".repeat(100) }), "a.arch");
  t.is(reason(path, 100), `read ${"x".repeat(100)}`);
  t.is(reason(path, 99), "TooLarge: it has more than 99 bytes");
  // The files of /proc have no size.
  t.true(reason("/proc/self/maps").startsWith("read "));
  t.is(reason("/proc/self/maps", 10), "TooLarge: it has more than 10 bytes");
});

test("bytes that are no text stay in it, and the text has the bytes' hash", (t) => {
  const path = join(folder(t), "a.arch");
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x62, 0xc3, 0x28, 0xe2, 0x82]);
  writeFileSync(path, bytes);
  const read = readSourceFile(path, most);
  if (read._tag === "Left") return t.fail(read.left.reason);
  t.is(read.right, "\ufeffa\udcffb\udcc3(\udce2\udc82");
  t.deepEqual(Buffer.from(encodeUtf8(read.right)), bytes);
});
