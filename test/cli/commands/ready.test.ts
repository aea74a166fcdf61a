/** What the commands say of instances that are not ready, and how they end. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, complaints, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

/** Listens where its first argument says, with its second in each answer. */
const serve = `
const [port, mark] = process.argv.slice(2);
require("node:http").createServer((_, response) => response.end(mark)).listen(port);
`;

interface Scene {
  readonly system: string;
  readonly cwd: string;
  readonly ask: (...args: readonly string[]) => Promise<Ran>;
  /** Writes the program: at which port its \`api\` listens, and what its \`job\` runs and provides. */
  readonly save: (port: number, mark?: string, job?: string, provides?: string) => void;
}

const scene = (t: ExecutionContext): Scene => {
  const system = systemOf(t);
  const cwd = folder(t, { "serve.cjs": serve });
  t.teardown(() => architect(["down", system]));
  const save: Scene["save"] = (port, mark = "one", job = "sleep 1000", provides = "") =>
    writeFileSync(
      join(cwd, "main.arch"),
      `protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton api { provides web: Web on tcp 9000 runs exec ["node", "serve.cjs", ${port}, "${mark}"] }
automaton fine { provides web: Web on tcp 9000 runs exec ["node", "serve.cjs", 9000, "fine"] }
automaton job { ${provides} runs exec ["sh", "-c", "${job}"] }
system ${system} = [api, fine, job]
`,
    );
  return { system, cwd, save, ask: (...args) => architect(args, { cwd }) };
};

kernel("apply that waits in vain says who is not ready, and why, and leaves it running", async (t) => {
  const { system, save, ask } = scene(t);
  save(3000, "one", "echo no configuration >&2; exit 3");
  const waited = await ask("apply", "main.arch", "--timeout", "10s");
  t.is(waited.code, 1);
  const said = complaints(waited);
  t.regex(said, /^error: api\.0 is starting: listens on 3000, not on 9000$/m);
  t.regex(said, /^error: job\.0 is backoff: exited with 3, \d+ times in a row$/m);
  t.regex(said, new RegExp(`^error: ${system} was not ready within 10s$`, "m"));
  t.regex(said, /^hint: architect logs api\.0$/m);
  t.regex(said, /^hint: architect logs job\.0$/m);
  t.notRegex(said, /fine/);
  t.regex(said, /exit {6}job\.0 exited with 3\n +\| no configuration\n +hint: architect logs job\.0\n/);
  t.regex(said, /exit {6}job\.0 exited with 3, 4 times\n/);
  t.is(said.match(/\| no configuration/g)?.length, 1, "repeats are folded");

  const asJson = await ask("apply", "main.arch", "--timeout", "1s", "--json");
  t.is(asJson.code, 1);
  const { notReady } = JSON.parse(asJson.out) as {
    notReady: readonly { automaton: string; reason: string }[];
  };
  t.like(
    notReady.find(({ automaton }) => automaton === "api"),
    {
      index: 0,
      state: "starting",
      reason: "listens on 3000, not on 9000",
    },
  );
  const unwaited = await ask("apply", "main.arch", "--no-wait");
  t.deepEqual([unwaited.code, complaints(unwaited)], [0, ""]);

  save(9000, "two");
  const mended = await ask("apply", "main.arch", "--json");
  t.is(mended.code, 0, mended.err);
  t.like(JSON.parse(mended.out), { notReady: [], problems: [] });
});

kernel("a program that goes into the background is not ready, though what it left listens", async (t) => {
  const { system, cwd, ask } = scene(t);
  // It lives until what it leaves behind listens.
  const background = `
const { spawn } = require("node:child_process");
const child = spawn("node", ["serve.cjs", "9000", "left"], { detached: true, stdio: "ignore" });
const look = () => require("node:net").connect(9000, "localhost", () => process.exit(0)).on("error", () => setTimeout(look, 5));
look();
child.unref();
`;
  writeFileSync(join(cwd, "background.cjs"), background);
  writeFileSync(
    join(cwd, "main.arch"),
    `protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton api { provides web: Web on tcp 9000 runs exec ["node", "background.cjs"] }
system ${system} = api
`,
  );
  const applied = await ask("apply", "main.arch", "--timeout", "3s");
  t.is(applied.code, 1);
  t.regex(complaints(applied), /exited with 0, and left node running in the background: /);
  t.regex(complaints(applied), new RegExp(`^error: ${system} was not ready within 3s$`, "m"));
});

kernel("what a first apply could not begin is taken back, and it says so", async (t) => {
  const { system, cwd, ask } = scene(t);
  writeFileSync(
    join(cwd, "main.arch"),
    `automaton api { runs exec ["no-such-program"] }\nsystem ${system} = api\n`,
  );
  const applied = await ask("apply", "main.arch");
  t.is(applied.code, 1);
  t.regex(applied.out, new RegExp(`^${system}: \\d+ operations? .*, all taken back\n$`));
  t.regex(complaints(applied), /^error: api\.0: cannot run "no-such-program": /m);
  t.regex(complaints(applied), new RegExp(`^error: ${system} is taken back: `, "m"));
  t.regex((await ask("status", system)).err, /^error: /);
  // Whom it is to run as is told before, by the automaton and with who may be meant.
  writeFileSync(
    join(cwd, "main.arch"),
    `automaton api { user "roto" runs exec ["sleep", "9"] files { "/etc/a" = { text = "a", owner = "root:roto" } } }\nsystem ${system} = api\n`,
  );
  for (const command of ["check", "plan"]) {
    const said = complaints(await ask(command, "main.arch"));
    t.regex(
      said,
      /`user` of `api` names "roto": there is no user "roto" on this machine: did you mean "root"\?/,
    );
    t.regex(said, /the owner of the file \/etc\/a of `api` names "root:roto": there is no group "roto"/);
  }
  const unknown = await ask("apply", "main.arch");
  t.is(unknown.code, 1);
  t.regex(
    complaints(unknown),
    /^error: api\.0: cannot run as roto: there is no user "roto" on this machine/m,
  );
});

kernel("apply fails at once where what it waits for has been given up", async (t) => {
  const { save, ask } = scene(t);
  save(9000, "one", "exit 3");
  const given = await ask("apply", "main.arch", "--timeout", "10m");
  t.is(given.code, 1);
  t.regex(complaints(given), /^error: job\.0 is backoff: exited with 3/m);
  t.notRegex(complaints(given), /within/);
});

kernel(
  "beside an orchestrator apply waits until the roll is through, and fails like without one",
  async (t) => {
    const { system, cwd, save, ask } = scene(t);
    save(9000);
    const run = start(t, ["run", "main.arch"], cwd);
    await run.says("Ctrl-C stops");
    const answer = async (): Promise<string> =>
      (await ask("exec", "fine", "-s", system, "--", "true")).code === 0
        ? (await ask("exec", "api.0", "-s", system, "--", "curl", "-s", "http://localhost:9000/")).out
        : "";
    save(9000, "two");
    const rolled = await ask("apply", "main.arch");
    t.is(rolled.code, 0, rolled.err);
    t.is(await answer(), "two");

    save(3000, "three");
    const stuck = await ask("apply", "main.arch", "--timeout", "3s");
    t.is(stuck.code, 1);
    t.regex(complaints(stuck), /^error: api\.1 is starting: listens on 3000, not on 9000$/m);
    t.regex(complaints(stuck), new RegExp(`^error: ${system} was not ready within 3s$`, "m"));
    t.is(await answer(), "two", "the good one is kept");
    const unwaited = await ask("apply", "main.arch", "--no-wait");
    t.is(unwaited.code, 0);
    save(9000, "four");
    t.is((await ask("apply", "main.arch")).code, 0);
    t.is(await answer(), "four");
  },
);

kernel("a seed that is not to be restarted runs once", async (t) => {
  const { system, cwd, ask } = scene(t);
  writeFileSync(
    join(cwd, "main.arch"),
    `automaton seed { runs exec ["sh", "-c", "echo row >> rows"] restart never }\nsystem ${system} = seed\n`,
  );
  const rows = (): number => readFileSync(join(cwd, "rows"), "utf8").trim().split("\n").length;
  for (let times = 0; times < 2; times++) {
    t.is((await ask("apply", "main.arch")).code, 0);
    t.is(rows(), 1);
    t.is((await ask("plan", "main.arch", "--detailed-exitcode")).code, 0);
  }
  const status = (): Promise<Ran> => ask("status", system);
  t.regex((await status()).out, new RegExp(`^${system} converged`));
  const run = start(t, ["run", "main.arch"], cwd);
  await run.says("Ctrl-C stops");
  t.regex((await status()).out, /seed +0 +stopped/);
  t.regex((await status()).out, /seed\.0 is stopped: exited with 0/);
  t.is((await ask("plan", "main.arch", "--detailed-exitcode")).code, 0);
  t.is(rows(), 1);
});

kernel("what ends at its start is shown by run with what it said, and by events", async (t) => {
  const { cwd, system, save, ask } = scene(t);
  // With a port that it never listens on it is not ready at any moment.
  const job = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; exit 4";
  save(9000, "one", job, "provides web: Web on tcp 9000");
  const run = start(t, ["run", "main.arch"], cwd);
  await run.says(
    /exit {6}job\.0 exited with 4\n +\| line 3\n(?: +\| line \d+\n){8} +\| line 12\n +hint: architect logs job\.0\n/,
  );
  await run.says("architect logs job.0 -f");
  type Exit = {
    readonly event: string;
    readonly text: string;
    readonly index?: number;
    readonly log?: string[];
  };
  const exitsSoFar = async (): Promise<readonly Exit[]> =>
    (await ask("events", system, "--since", "1m", "--no-follow", "--json")).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Exit)
      .filter(({ event }) => event === "exit");
  let exits = await exitsSoFar();
  for (let i = 0; i < 50 && exits.length < 2; i++) exits = await exitsSoFar();
  t.true(exits.length > 1);
  for (const { text, index, log } of exits) {
    t.is(text, "job.0 exited with 4");
    t.is(index, 0);
    t.is(log?.length, 10);
    t.is(log?.at(-1), "line 12");
  }
});

kernel("run shows who is not ready, and why, and goes on; a save mends it", async (t) => {
  const { cwd, save } = scene(t);
  save(3000);
  const run = start(t, ["run", "main.arch", "--watch"], cwd);
  await run.says("waiting: api.0 is starting: listens on 3000, not on 9000…");
  await run.says("! api.0 is starting: listens on 3000, not on 9000");
  await run.says("architect logs api.0 -f");
  t.notRegex(run.printed(), /waiting: fine/);
  save(9000);
  await run.says(/ready +api\.0 is ready/);
});

kernel(
  "apply and run say what waits for what never gets ready, and apply only as long as it was given",
  async (t) => {
    const { system, cwd, ask } = scene(t);
    writeFileSync(
      join(cwd, "main.arch"),
      `protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton slow { provides web: Web on tcp 9000 runs exec ["sleep", "1000"] }
automaton late { runs exec ["sleep", "1000"] after slow }
system ${system} = [slow, late]
`,
    );
    const why = "late.0 is starting: waits for slow, which is starting: nothing listens on 9000 yet";
    const applied = await ask("apply", "main.arch", "--timeout", "2s");
    t.is(applied.code, 1);
    t.true(complaints(applied).includes(`error: ${why}\n`), applied.err);
    t.regex(complaints(applied), new RegExp(`^error: ${system} was not ready within 2s$`, "m"));
    // It shows the system, and why it is not ready, while it waits.
    const run = start(t, ["run", "main.arch"], cwd);
    await run.says(`! ${why}`);
    await run.says("Ctrl-C stops and removes it");
  },
);
