/** A running program follows the store of secrets, also where that could not be read at first. */
import test from "ava";
import { KernelError } from "../../runtime/kernel-error.ts";
import type { SecretStore } from "../../runtime/secrets/store.ts";
import { type CellKey, secretCell, secretsCell } from "../../src/core/cell-key.ts";
import { FollowedSecrets, giveSecrets } from "../../src/live/system/secrets.ts";
import { Program } from "../../src/program/program.ts";

const text = `
automaton db { runs exec ["db"] env { P = secret("one"), Q = secret("two") } }
system s = db
`;

/** A program, and a store whose versions a test sets; null: it cannot be read. */
const followed = (versions: ReadonlyMap<string, string> | null) => {
  const program = new Program({ file: "main.arch", text });
  program.start();
  const store = { versions };
  const told: string[] = [];
  const changed: string[] = [];
  const secrets = new FollowedSecrets(
    {
      versions: () => {
        if (store.versions !== null) return store.versions;
        throw new KernelError("read the store", "EACCES", "permission denied");
      },
    } as SecretStore,
    program,
    (headline, cells) => {
      changed.push(headline);
      return { ...program.observe(cells), done: new Promise(() => {}) };
    },
    (what) => told.push(what),
  );
  const cells = () =>
    [secretCell("one"), secretCell("two"), secretsCell as CellKey].map((cell) =>
      program.workspace.cells.get(cell),
    );
  return { program, store, told, changed, secrets, cells };
};

test("a store that could not be read at the start is asked for what is missed once it can be", (t) => {
  const { store, told, changed, secrets, cells } = followed(null);
  secrets.restore();
  secrets.look();
  t.is(told.length, 1);
  t.deepEqual(cells(), [undefined, undefined, undefined]);
  store.versions = new Map([["one", "v1"]]);
  secrets.look();
  t.deepEqual(cells(), ["v1", undefined, undefined], "another is still missed");
  store.versions = new Map([...store.versions, ["two", "w1"]]);
  secrets.look();
  t.deepEqual(cells(), ["v1", "w1", true]);
  const before = changed.length;
  secrets.look();
  t.is(changed.length, before);
});

test("one that is missed at the start does not take the others along", (t) => {
  const { secrets, cells } = followed(new Map([["two", "w1"]]));
  secrets.restore();
  t.deepEqual(cells(), [undefined, "w1", undefined]);
});

test("one that was removed just before the start is told", (t) => {
  const { program, told, secrets, cells } = followed(new Map([["one", "v2"]]));
  giveSecrets(
    program,
    new Map([
      ["one", "v1"],
      ["two", "w1"],
    ]),
  );
  secrets.restore();
  secrets.look();
  secrets.look();
  t.deepEqual(cells(), ["v2", "w1", true]);
  t.deepEqual(told, [
    "the secret two has no value any more: what runs with it goes on, and cannot be started anew",
  ]);
});
