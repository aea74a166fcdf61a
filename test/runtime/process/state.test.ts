import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { ownDirectory, SystemState, stateRoot } from "../../../runtime/process/state.ts";
import { expectedPlace } from "../../../runtime/rootless/places.ts";

const folder = (t: ExecutionContext): string => {
  const made = mkdtempSync(`${tmpdir()}/state-`);
  t.teardown(() => rmSync(made, { recursive: true }));
  return made;
};

test("the directory of all systems is root's, the user's, or the one that is told", (t) => {
  t.is(stateRoot({}, 0), "/run/architect");
  t.is(stateRoot({ XDG_RUNTIME_DIR: "/run/user/7" }, 0), "/run/architect");
  t.is(stateRoot({ XDG_RUNTIME_DIR: "/run/user/7" }, 7), "/run/user/7/architect");
  t.is(stateRoot({}, 7), `${tmpdir()}/architect-7`);
  t.is(stateRoot({ ARCHITECT_RUNTIME_DIR: "/told" }, 7), "/told");
});

test("a variable that is set but empty, or no absolute path, is as good as none", (t) => {
  for (const empty of ["", "run", "./run"]) {
    t.is(stateRoot({ ARCHITECT_RUNTIME_DIR: empty }, 0), "/run/architect");
    t.is(stateRoot({ ARCHITECT_RUNTIME_DIR: empty, XDG_RUNTIME_DIR: empty }, 7), `${tmpdir()}/architect-7`);
  }
  t.is(expectedPlace({ ARCHITECT_INSIDE: "" }), null);
  t.is(expectedPlace({}), null);
  t.is(expectedPlace({ ARCHITECT_INSIDE: "1 2" }), "1 2");
});

test("a directory that others may enter, or that only seems to be one, is refused", (t) => {
  const base = folder(t);
  t.is(statSync(ownDirectory(`${base}/a/b`)).mode & 0o777, 0o700);
  chmodSync(`${base}/a/b`, 0o750);
  t.throws(() => ownDirectory(`${base}/a/b`), { message: /directory of this user alone/ });
  mkdirSync(`${base}/c`, { mode: 0o700 });
  symlinkSync(`${base}/c`, `${base}/link`);
  t.throws(() => ownDirectory(`${base}/link`), { message: /directory of this user alone/ });
});

const asRoot = process.getuid?.() === 0 ? test : test.skip; // needs root: gives directories to others

asRoot("a directory of another user's is refused, whatever its mode", (t) => {
  const base = folder(t);
  mkdirSync(`${base}/theirs`, { mode: 0o700 });
  chownSync(`${base}/theirs`, 1234, 0);
  t.throws(() => ownDirectory(`${base}/theirs`), { message: /directory of this user alone/ });
  chownSync(`${base}/theirs`, 0, 1234);
  t.is(
    ownDirectory(`${base}/theirs`),
    `${base}/theirs`,
    "whose group it is does not matter: it may not enter",
  );
});

test("no name leads out of the directory of its system", (t) => {
  const base = folder(t);
  for (const name of ["..", ".", "", "a/b", "../x", ".hidden", "-rf", "a\0b", "x".repeat(201), "ä", "a b"]) {
    t.throws(() => new SystemState(name, base), { message: /not a name for a file/ }, name);
    const state = new SystemState("shop", base);
    t.throws(() => state.logFile(name, 0), { message: /not a name for a file/ }, name);
    t.throws(() => state.hostsFile(name), { message: /not a name for a file/ }, name);
    t.throws(() => state.processFile(name, 0), { message: /not a name for a file/ }, name);
  }
});
