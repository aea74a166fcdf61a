/** What instances keep, by the commands. */
import { existsSync, readdirSync } from "node:fs";
import test from "ava";
import type { listKept } from "../../../runtime/process/kept/list.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { architect, complaints, folder } from "../binary.ts";
import { systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string, count: number, mark: string): string => `
automaton db {
  runs exec ["sh", "-c", "echo ${mark} >> /no-such/place/said; exec sleep 600"]
  state data at "/no-such/place"
  instances ${count}
}
system ${system} = db
`;

kernel(
  "state outlives updates, scaling, and the system; it is listed, and goes when it is told to",
  async (t) => {
    const system = systemOf(t);
    const cwd = folder(t, {
      "one.arch": programOf(system, 2, "one"),
      "two.arch": programOf(system, 1, "two"),
    });
    process.env[keptDirVariable] = `${cwd}/kept`;
    t.teardown(async () => {
      await architect(["down", system, "--state"]);
      delete process.env[keptDirVariable];
    });
    const ask = (...args: readonly string[]) => architect(args, { cwd });
    for (const file of ["one.arch", "two.arch", "one.arch"]) {
      const applied = await ask("apply", file);
      t.deepEqual([applied.code, complaints(applied)], [0, ""], file);
    }
    t.false(existsSync("/no-such"));
    const inside = await ask("exec", "db.0", "--system", system, "--", "cat", "/no-such/place/said");
    t.is(inside.out, "one\ntwo\none\n");
    t.is(
      (await ask("exec", "db.1", "--system", system, "--", "cat", "/no-such/place/said")).out,
      "one\none\n",
    );

    const refused = await ask("state", "rm", `${system}/db`);
    t.is(refused.code, 1);
    t.regex(refused.err, /db\/0\/data is in use by db\.0\n.*architect down/);
    t.is((await ask("down", system)).code, 0);
    const listed = await ask("state", "ls", "--json");
    const { state } = JSON.parse(listed.out) as { readonly state: ReturnType<typeof listKept> };
    t.like(state, [
      { system, automaton: "db", index: 0, name: "data", inUse: false },
      { system, automaton: "db", index: 1, name: "data", inUse: false },
    ]);
    t.regex((await ask("state", "ls")).out, new RegExp(`${system}/db/0/data +\\d+(?:\\.\\d)? KiB`));

    t.is((await ask("apply", "two.arch")).code, 0);
    const after = await ask("exec", "db", "--system", system, "--", "cat", "/no-such/place/said");
    t.is(after.out, "one\ntwo\none\ntwo\n");
    const removed = await ask("state", "rm", `${system}/db/1`, "--json");
    t.is(removed.code, 0);
    t.like(JSON.parse(removed.out).removed, [{ system, automaton: "db", index: 1, name: "data" }]);
    t.is((await ask("state", "rm", `${system}/nothing`)).code, 1);
    t.is((await ask("down", system)).code, 0);
    const down = await ask("down", system, "--state");
    t.deepEqual([down.code, down.out], [0, `what ${system} kept is removed: 1 directory\n`]);
    t.is((await ask("down", system, "--state")).out, `nothing of ${system} is here\n`);
    t.is((await ask("state", "ls")).out, "nothing is kept\n");
    t.deepEqual(readdirSync(`${cwd}/kept`), []);
  },
);

kernel(
  "a state that is called otherwise starts empty: plan says so, and the list what is no longer used",
  async (t) => {
    const system = systemOf(t);
    const before = programOf(system, 1, "one");
    const cwd = folder(t, {
      "one.arch": before,
      "renamed.arch": before.replace("state data", "state files"),
      "handed.arch": before.replace(
        'state data at "/no-such/place"',
        'state files at "/no-such/place" formerly "data"',
      ),
    });
    process.env[keptDirVariable] = `${cwd}/kept`;
    t.teardown(async () => {
      await architect(["down", system, "--state"]);
      delete process.env[keptDirVariable];
    });
    const ask = (...args: readonly string[]) => architect(args, { cwd });
    t.is((await ask("apply", "one.arch")).code, 0);
    const warning =
      'the state files of db.0 starts empty; what is kept as data stays where it is: `state files … formerly "data"` hands it on';
    t.is(complaints(await ask("plan", "renamed.arch")), `warning: ${warning}\n`);
    t.deepEqual(JSON.parse((await ask("plan", "renamed.arch", "--json")).out).warnings, [warning]);
    for (const file of ["one.arch", "handed.arch"]) t.is(complaints(await ask("plan", file)), "", file);
    t.is((await ask("apply", "renamed.arch")).code, 0);
    t.regex((await ask("state", "ls")).out, new RegExp(`${system}/db/0/data .* no longer used`));
    t.regex((await ask("state", "ls")).out, new RegExp(`${system}/db/0/files .* in use`));
    t.is((await ask("state", "rm", `${system}/db/0/data`)).code, 0, "what nothing uses can go");
  },
);
