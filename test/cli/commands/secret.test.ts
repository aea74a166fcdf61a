/** Secrets by the commands: set, listed, removed, and missed. */
import { existsSync, writeFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { architect, folder, type Ran } from "../binary.ts";
import { start } from "../running.ts";

const program = `automaton db { runs exec ["sleep", "600"] env { PASSWORD = secret("db.password") } }
system shop = db
`;

interface Place {
  readonly cwd: string;
  readonly ask: (
    args: readonly string[],
    input?: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<Ran>;
}

/** A store and a runtime directory of the test's own. */
const place = (t: ExecutionContext, files: Readonly<Record<string, string>> = {}): Place => {
  const cwd = folder(t, { "shop.arch": program, ...files });
  const own = { ARCHITECT_STATE_DIR: `${cwd}/kept`, ARCHITECT_RUNTIME_DIR: `${cwd}/run` };
  return {
    cwd,
    ask: (args, input = "", env = {}) => architect(args, { cwd, input, env: { ...own, ...env } }),
  };
};

const memory = ["--base", "memory"];

test("plan, apply and run name the secret that has no value; check does not ask", async (t) => {
  const { cwd, ask } = place(t);
  const check = await ask(["check", "shop.arch"]);
  t.is(check.code, 0, check.err);
  for (const command of ["plan", "apply", "run"]) {
    const ran = await ask([command, "shop.arch", ...memory]);
    t.is(ran.code, 1, command);
    t.regex(ran.err, /shop\.arch:1:60: error\[missing-secret\]: the secret `db\.password` has no value/);
    t.regex(ran.err, /`architect secret set db\.password` gives it one/);
  }
  t.false(existsSync(`${cwd}/kept`), "nothing was made");
});

test("a value comes from standard input, a file or a variable, and is told by none of them", async (t) => {
  const { cwd, ask } = place(t, {
    "one.txt": "canary-file\n",
    "two.txt": "canary\nlines\n",
    "empty.txt": "\n",
  });
  const stored = async (name: string): Promise<string> => {
    const { readFileSync, readdirSync } = await import("node:fs");
    const [runtime = ""] = readdirSync(`${cwd}/kept/.secrets`).filter((each) => each !== "key");
    return readFileSync(`${cwd}/kept/.secrets/${runtime}/all/${name}`, "utf8");
  };
  const set = async (word: string, input = ""): Promise<Ran> =>
    ask(["secret", "set", word], input, { CANARY: "canary-variable" });
  const ran = [
    await set("a", "canary-input\n"),
    await set("b=@one.txt"),
    await set("c=@two.txt"),
    await set("d=env:CANARY"),
    await set("e", "canary-windows\r\n"),
  ];
  t.deepEqual(
    ran.map(({ code, out, err }) => [code, out, err]),
    ["a", "b", "c", "d", "e"].map((name) => [
      0,
      `${name} is set for all systems: no running system reads it\n`,
      "",
    ]),
  );
  t.deepEqual(await Promise.all(["a", "b", "c", "d", "e"].map(stored)), [
    "canary-input",
    "canary-file",
    "canary\nlines\n",
    "canary-variable",
    "canary-windows",
  ]);
  const wrong = [
    await set("a=canary-argument"),
    await set("a=@nowhere.txt"),
    await set("a=@empty.txt"),
    await set("a=env:NOTHING"),
    await set("a", ""),
    await set("../a", "canary"),
    await ask(["run", "shop.arch", ...memory, "--secret", "db.password=canary-argument"]),
    await ask(["run", "shop.arch", ...memory, "--secret", "canary-argument"]),
  ];
  t.deepEqual(
    wrong.map(({ code }) => code),
    [1, 1, 1, 1, 1, 1, 64, 64],
  );
  for (const { out, err } of wrong) t.notRegex(out + err, /canary/);
  t.regex(wrong[0]!.err, /must be NAME=@FILE or NAME=env:VARIABLE/);
  t.regex(wrong[1]!.err, /cannot read nowhere\.txt: no such file or directory/);
  t.is(await stored("a"), "canary-input");
});

test("what is set is listed without its value, and removed by its name and system", async (t) => {
  const { ask } = place(t);
  t.is((await ask(["secret", "ls"])).out, "no secret has a value\n");
  await ask(["secret", "set", "db.password"], "canary");
  await ask(["secret", "set", "db.password", "--system", "shop"], "canary");
  const listed = await ask(["secret", "ls", "--json"]);
  const { secrets } = JSON.parse(listed.out) as { readonly secrets: readonly object[] };
  t.like(secrets, [
    { name: "db.password", system: null },
    { name: "db.password", system: "shop" },
  ]);
  t.regex((await ask(["secret", "ls"])).out, /^SECRET .*\ndb\.password +all systems .*\ndb\.password +shop /);
  t.notRegex(listed.out, /canary/);
  t.is((await ask(["secret", "rm", "db.password"])).out, "- db.password: no running system reads it\n");
  const again = await ask(["secret", "rm", "db.password"]);
  t.deepEqual([again.code, again.err.split("\n")[0]], [1, "error: all systems have no secret db.password"]);
  t.is((await ask(["secret", "rm", "db.password", "--system", "shop"])).code, 0);
  t.is((await ask(["secret", "ls"])).out, "no secret has a value\n");
});

test("plan looks at a value and keeps it nowhere; apply keeps it for its system", async (t) => {
  const { ask } = place(t, { "password.txt": "canary\n" });
  const plan = await ask(["plan", "shop.arch", ...memory, "--secret", "db.password=@password.txt"]);
  t.is(plan.code, 0, plan.err);
  t.is((await ask(["secret", "ls"])).out, "no secret has a value\n");
  const applied = await ask(
    ["apply", "shop.arch", ...memory, "--json", "--secret", "db.password=env:PASSWORD"],
    "",
    { PASSWORD: "canary" },
  );
  t.is(applied.code, 0, applied.err);
  t.regex(applied.out, /‹secret db\.password›|"create"/);
  const { secrets } = JSON.parse((await ask(["secret", "ls", "--json"])).out) as {
    secrets: readonly object[];
  };
  t.like(secrets, [{ name: "db.password", system: "shop" }]);
  for (const { out, err } of [plan, applied]) t.notRegex(out + err, /canary/);
});

test("a program that is wrong leaves the store as it was", async (t) => {
  const { cwd, ask } = place(t, {
    "bad.arch": `${program}automaton more { runs exec [1 / 0] }\nsystem wrong = [db, more]\n`,
    "lib.arch": program.replace(/^system.*$/m, ""),
    "new.txt": "canary\n",
  });
  for (const file of ["bad.arch", "lib.arch"])
    for (const command of ["apply", "run"]) {
      const ran = await ask([command, file, ...memory, "--secret", "db.password=@new.txt"]);
      t.is(ran.code, 1, ran.out);
    }
  t.false(existsSync(`${cwd}/kept`), "nothing was made");
  await ask(["secret", "set", "db.password", "--system", "shop"], "old");
  const wrong = await ask(["apply", "bad.arch", ...memory, "--secret", "db.password=@new.txt"]);
  t.is(wrong.code, 1);
  const { readFileSync, readdirSync } = await import("node:fs");
  const [runtime = ""] = readdirSync(`${cwd}/kept/.secrets`).filter((each) => each !== "key");
  const found = readdirSync(`${cwd}/kept/.secrets/${runtime}`, { recursive: true, encoding: "utf8" });
  const file = found.find((each) => each.endsWith("db.password"))!;
  t.is(readFileSync(`${cwd}/kept/.secrets/${runtime}/${file}`, "utf8"), "old");
});

test("standard input is the value of one secret: of several nothing is set", async (t) => {
  const { cwd, ask } = place(t, { "one.txt": "canary\n" });
  const set = await ask(["secret", "set", "a", "b=@one.txt", "c"], "canary");
  t.is(set.code, 1);
  t.regex(set.err, /standard input has the value of one secret, not of 2/);
  t.false(existsSync(`${cwd}/kept`), "nothing was made");
  t.is((await ask(["secret", "set", "a", "b=@one.txt"], "canary")).code, 0);
});

test("plan looks at a value against a system that runs, which keeps its own", async (t) => {
  const { cwd, ask } = place(t, {
    "same.txt": "canary\n",
    "other.txt": "canary-other\n",
  });
  await ask(["secret", "set", "db.password", "--system", "shop"], "canary");
  const own = { ARCHITECT_STATE_DIR: `${cwd}/kept`, ARCHITECT_RUNTIME_DIR: `${cwd}/run` };
  const run = start(t, ["run", "shop.arch", ...memory], cwd, own);
  await run.says("From another terminal");
  const plan = (file: string, ...secrets: readonly string[]): Promise<Ran> =>
    ask(["plan", file, ...memory, ...secrets.flatMap((each) => ["--secret", each])]);
  t.is((await plan("shop.arch", "db.password=@same.txt")).out, "shop: no changes\n");
  const other = await plan("shop.arch", "db.password=@other.txt");
  t.regex(other.out, /1 to update/, other.err);
  t.regex(other.out, /process 0 +the value of secret db\.password/);
  t.regex(other.out, /because secret db\.password was edited/);
  const text = `${program.replace("= db", "= [db, more]")}automaton more { secret key = secret("key") runs exec ["sleep", "1"] }\n`;
  writeFileSync(`${cwd}/shop.arch`, text);
  const more = await plan("shop.arch", "key=@other.txt");
  t.regex(more.out, /\+ more is new/, more.err);
  const missed = await plan("shop.arch");
  t.deepEqual([missed.code, /`key` has no value/.test(missed.err)], [1, true], missed.err);
  writeFileSync(`${cwd}/shop.arch`, program);
  const fresh = await plan("shop.arch");
  t.is(fresh.out, "shop: no changes\n", "it was only looked at");
});
