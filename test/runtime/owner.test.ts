import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { isOf, markText, mountWith, ownerIn, parseMark, qualifiedName } from "../../runtime/owner.ts";

// Needs root: mounts file systems.
const kernel = process.getuid?.() === 0 ? test : test.skip;

const folder = (t: ExecutionContext): string => {
  const directory = mkdtempSync(join(tmpdir(), "owner-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

test("an owner is a place: it outlives the directory, at any depth, and another place is another owner", (t) => {
  const base = folder(t);
  const root = join(base, "a/b/run");
  const absent = ownerIn(root);
  t.regex(absent, /^[0-9a-v]{8}$/);
  mkdirSync(root, { recursive: true });
  t.is(ownerIn(root), absent);
  rmSync(join(base, "a"), { recursive: true });
  t.is(ownerIn(root), absent);
  t.not(ownerIn(join(base, "a/b/other")), absent);
  t.not(ownerIn(join(base, "a/b")), absent);
});

test("by whatever path one comes to a directory, it has one owner", (t) => {
  const base = folder(t);
  mkdirSync(join(base, "real"));
  symlinkSync(join(base, "real"), join(base, "link"));
  t.is(ownerIn(join(base, "link/run")), ownerIn(join(base, "real/run")));
  t.is(ownerIn(join(base, "link")), ownerIn(join(base, "real")));
  t.is(ownerIn(`${base}/real//x/../run`), ownerIn(join(base, "real/run")));
});

test("a directory that may be passed but not read has an owner", (t) => {
  const base = folder(t);
  mkdirSync(join(base, "dark/run"), { recursive: true });
  chmodSync(join(base, "dark"), 0o100);
  t.regex(ownerIn(join(base, "dark/run")), /^[0-9a-v]{8}$/);
  chmodSync(join(base, "dark"), 0o700);
});

/** What a script in mounts of its own says of places. */
const ownersIn = (script: string, ...roots: readonly string[]): readonly string[] => {
  const module = new URL("../../runtime/owner.js", import.meta.url).href;
  const tell = `import { ownerIn } from ${JSON.stringify(module)};
    console.log(JSON.stringify(process.argv.slice(1).map(ownerIn)));`;
  const words = ["--mount", "sh", "-ec", `${script}; exec "$0" --input-type=module -e "$@"`];
  const out = execFileSync("unshare", [...words, process.execPath, tell, ...roots], { encoding: "utf8" });
  return JSON.parse(out) as readonly string[];
};

kernel("one path on two file systems is two owners, one directory at two paths is one", (t) => {
  const base = folder(t);
  const [here, there] = [join(base, "here"), join(base, "there")];
  mkdirSync(here);
  mkdirSync(there);
  const run = join(here, "run");
  const outside = ownerIn(run);
  t.deepEqual(ownersIn(":", run), [outside], "mounts of one's own alone make no difference");
  const own = ownersIn(`mount -t tmpfs tmpfs ${here}`, run);
  t.not(own[0], outside);
  t.not(ownersIn(`mkdir ${run} && mount -t tmpfs tmpfs ${run}`, run)[0], outside);
  rmSync(run, { recursive: true, force: true });
  t.deepEqual(ownersIn(`mount --bind ${here} ${there}`, run, join(there, "run")), [outside, outside]);
  t.deepEqual(ownersIn(`mount --bind ${there} ${here}`, run), [ownerIn(join(there, "run"))]);
});

test("a mount is read from the kernel's list, with its escapes", (t) => {
  const list = [
    "36 35 98:0 / / rw - ext4 /dev/root rw",
    "360 36 0:52 /a\\040b /mnt/c\\134d rw,noatime shared:1 master:2 - tmpfs tmpfs rw",
    "37 36 0:53 /gone//deleted /mnt/e rw - tmpfs tmpfs rw",
  ].join("\n");
  t.deepEqual(mountWith("36", list), { device: "98:0", root: "/", point: "/" });
  t.deepEqual(mountWith("360", list), { device: "0:52", root: "/a b", point: "/mnt/c\\d" });
  t.deepEqual(mountWith("37", list), { device: "0:53", root: "/gone", point: "/mnt/e" });
  t.is(mountWith("3", list), null);
});

test("a mark says whose something is; those of earlier versions name no owner", (t) => {
  const shop = { system: "shop", owner: "0123abuv", root: "/run/architect", inherits: false };
  t.is(markText(shop, "hub /run/architect"), "architect/0123abuv shop hub /run/architect");
  for (const rest of ["", "hub", "0 a b"])
    t.deepEqual(parseMark(markText(shop, rest)), { system: "shop", owner: "0123abuv", rest });
  t.deepEqual(parseMark("architect shop 3 cart"), { system: "shop", owner: null, rest: "3 cart" });
  for (const text of ["", "shop", "architect", "architecture shop", "architect/0123 shop", "architect/ shop"])
    t.is(parseMark(text), null, text);
  const mark = { system: "shop", owner: shop.owner };
  t.true(isOf(mark, shop));
  t.false(isOf({ ...mark, system: "sho" }, shop));
  t.false(isOf({ ...mark, owner: "0123abuw" }, shop));
  t.false(isOf(null, shop));
  t.deepEqual(
    [false, true].map((inherits) => isOf({ system: "shop", owner: null }, { ...shop, inherits })),
    [false, true],
  );
  t.is(qualifiedName(shop), "shop-0123abuv");
});
