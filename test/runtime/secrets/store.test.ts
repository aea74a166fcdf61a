/** The store of secrets: whose values win, what digests tell, and what is on the disk. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { secretsOf } from "../../../runtime/secrets/places.ts";
import { listSecrets, removeSecret, SecretStore, setSecret } from "../../../runtime/secrets/store.ts";

const runtime = "/run/of-this-test";

/** A store of this test's own; the tests of this file run one after the other. */
const place = (t: ExecutionContext): string => {
  const root = mkdtempSync(join(tmpdir(), "secrets-"));
  process.env[keptDirVariable] = `${root}/kept`;
  t.teardown(() => {
    delete process.env[keptDirVariable];
    rmSync(root, { recursive: true, force: true });
  });
  return `${root}/kept`;
};

const storeOf = (system: string): SecretStore => new SecretStore(system, runtime);
const set = (name: string, value: string, system: string | null): void =>
  setSecret(name, Buffer.from(value), system, runtime);
const text = (store: SecretStore, name: string): string | null => store.value(name)?.toString() ?? null;

test.serial("a system's own value wins over that of all, whichever was set later", (t) => {
  place(t);
  const [shop, other] = [storeOf("shop"), storeOf("other")];
  t.is(text(shop, "password"), null);
  set("password", "own", "shop");
  set("password", "shared", null);
  t.deepEqual([text(shop, "password"), text(other, "password")], ["own", "shared"]);
  t.true(removeSecret("password", "shop", runtime));
  t.is(text(shop, "password"), "shared");
  t.false(removeSecret("password", "shop", runtime));
  t.is(text(new SecretStore("shop", "/run/elsewhere"), "password"), null);
});

test.serial("versions differ by value and by name, and are the same for the same value", (t) => {
  place(t);
  const store = storeOf("shop");
  set("a", "one", null);
  set("b", "one", null);
  const before = store.versions();
  t.is(store.versions(), before, "nothing is read again");
  t.deepEqual([...before.keys()], ["a", "b"]);
  t.not(before.get("a"), before.get("b"));
  t.is(store.versionOf("a", Buffer.from("one")), before.get("a")!);
  set("a", "two", null);
  t.not(store.versions().get("a"), before.get("a"));
  t.is(store.versions().get("b"), before.get("b"));
  set("a", "one", "shop");
  t.is(store.versions().get("a"), before.get("a"));
});

test.serial(
  "files and directories are the user's alone, and nothing but the key is left of what was removed",
  (t) => {
    const kept = place(t);
    const value = Buffer.from([0, 255, 10, 7]);
    setSecret("key.pem", value, "shop", runtime);
    const directory = secretsOf("shop", runtime);
    t.deepEqual(readFileSync(`${directory}/key.pem`), value);
    for (const [path, mode] of [
      [`${directory}/key.pem`, 0o600],
      [directory, 0o700],
      [`${kept}/.secrets`, 0o700],
      [`${kept}/.secrets/key`, 0o600],
    ] as const)
      t.is(statSync(path).mode & 0o777, mode, path);
    t.like(listSecrets(runtime), [{ name: "key.pem", system: "shop" }]);
    t.true(removeSecret("key.pem", "shop", runtime));
    t.deepEqual([listSecrets(runtime), readdirSync(`${kept}/.secrets`)], [[], ["key"]]);
  },
);

test.serial("a store that others may read is not used", (t) => {
  place(t);
  set("password", "seen", "shop");
  chmodSync(secretsOf("shop", runtime), 0o755);
  const error = t.throws(() => storeOf("shop").value("password"), { instanceOf: KernelError });
  t.is(error.code, "EACCES");
  t.throws(() => set("password", "other", "shop"), { instanceOf: KernelError });
});

test.serial("a digest is of no use without the key: it is made at random, once", (t) => {
  const kept = place(t);
  set("a", "one", null);
  const [key, version] = [readFileSync(`${kept}/.secrets/key`, "utf8"), storeOf("shop").versions().get("a")];
  t.regex(key, /^[0-9a-f]{64}$/);
  set("a", "two", null);
  set("a", "one", null);
  t.deepEqual(
    [readFileSync(`${kept}/.secrets/key`, "utf8"), storeOf("shop").versions().get("a")],
    [key, version],
  );
  rmSync(`${kept}/.secrets`, { recursive: true });
  set("a", "one", null);
  t.not(storeOf("shop").versions().get("a"), version);
});

test.serial("to look at a version writes nothing", (t) => {
  const kept = place(t);
  const store = storeOf("shop");
  t.is(store.versionOf("a", Buffer.from("one")), store.versionOf("a", Buffer.from("one")));
  t.is(store.versions().size, 0);
  t.throws(() => readdirSync(kept), { code: "ENOENT" });
});
