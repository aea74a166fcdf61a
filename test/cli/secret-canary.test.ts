/** A secret is nowhere but in its store and in the programs that read it: whatever happens to a system, and whoever looks. */
import { createHmac, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import test from "ava";
import { until } from "../until.ts";
import { architect, folder, type Ran } from "./binary.ts";
import { start, systemOf } from "./running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const programOf = (system: string, extra = "", absent = 0): string => `
let password = secret("db.password")
automaton db {
  runs exec ["sleep", "600"]
  env { PASSWORD = password, URL = "postgres://app:\${password}@db" }
  secret pw = password
  secret url = "postgres://app:\${password}@db"
  files { "/etc/db.conf" = "password = \${password}\\n", "/srv/db/url" = { text = password, owner = "nobody" } }
  user "nobody"
  health exec ["sh", "-c", "test -n $PASSWORD"] every 1s
}
automaton deaf {
  runs exec ["sleep", "600"]
  files { "/etc/deaf" = "\${password} ${extra.length}" } reload SIGWINCH
}
automaton crashing { runs exec ["sh", "-c", "exit 3"] env { PASSWORD = password } restart never }
automaton absent { runs exec ["no-such-program"] env { PASSWORD = password } instances ${absent} }
automaton other { runs exec ["sleep", "600"] user "nobody" ${extra} }
system ${system} = [db, deaf, crashing, absent, other]
`;

/** All files below a directory, but for the store. */
const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.name === ".secrets") return [];
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });

/** Null of what is gone meanwhile. */
const tried = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

const readIfThere = (path: string): string => tried(() => readFileSync(path, "latin1")) ?? "";

/** The program of an automaton as /proc shows it: its number, its environment, and the files that it sees. */
interface Shown {
  readonly pid: number;
  readonly env: readonly string[];
  readonly secrets: readonly string[];
  readonly files: readonly string[];
}

const shownOf = (system: string, automaton: string): Shown | null => {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const env = readIfThere(`/proc/${pid}/environ`).split("\0");
    const marks = [`ARCHITECT_SYSTEM=${system}`, `ARCHITECT_AUTOMATON=${automaton}`];
    if (!marks.every((mark) => env.includes(mark))) continue;
    const directory = `/proc/${pid}/root/run/secrets`;
    const names = tried(() => readdirSync(directory)) ?? [];
    const secrets = names.map((name) => `${name}=${readIfThere(`${directory}/${name}`)}`);
    const files = ["/etc/db.conf", "/srv/db/url"].map((path) => readIfThere(`/proc/${pid}/root${path}`));
    return { pid: Number(pid), env, secrets, files };
  }
  return null;
};

/** What /proc shows of the machine's processes: of the programs that have secrets, not the environment. */
const processTexts = (): readonly (readonly [string, string])[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const environment = readIfThere(`/proc/${pid}/environ`);
      const isProgram = environment.includes("ARCHITECT_SPEC=");
      return [
        ["cmdline", readIfThere(`/proc/${pid}/cmdline`)],
        ["comm", readIfThere(`/proc/${pid}/comm`)],
        ["environ", isProgram ? "" : environment],
      ].map(([what, text]) => [`/proc/${pid}/${what}`, text!] as const);
    });

/** All that a control socket says to these requests, until each was answered. */
const saidOver = (path: string, requests: readonly object[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    let said = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (requests.every((_, id) => said.includes(`"id":${id},`) || said.includes(`"id":${id}}`)))
        socket.end();
    });
    socket.once("close", () => resolve(said));
    socket.once("error", reject);
    for (const [id, request] of requests.entries()) socket.write(`${JSON.stringify({ id, ...request })}\n`);
  });

kernel("a canary is seen by nobody but who reads the secret", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, {
    "main.arch": programOf(system),
    "edited.arch": programOf(system, 'env { A = "b" }'),
    "wrong.arch": programOf(system).replace('["sleep", "600"]', '["sleep", password]'),
  });
  const env = { ARCHITECT_STATE_DIR: `${cwd}/kept`, ARCHITECT_RUNTIME_DIR: `${cwd}/run` };
  const canaries = ["one", "two"].map((each) => `canary-${each}-${randomBytes(8).toString("hex")}`);
  const [first = "", second = ""] = canaries;
  const seen: (readonly [string, string])[] = [];
  const ask = async (args: readonly string[], input = ""): Promise<Ran> => {
    const ran = await architect(args, { cwd, env, input });
    seen.push([args.join(" "), ran.out + ran.err]);
    return ran;
  };
  t.teardown(() => architect(["down", system], { cwd, env }));
  /** Whether the program has a value everywhere where it asks for it. */
  const has = (value: string): boolean => {
    const shown = shownOf(system, "db");
    if (shown === null) return false;
    const { env: variables, secrets, files } = shown;
    const url = `postgres://app:${value}@db`;
    const wanted = [`PASSWORD=${value}`, `URL=${url}`];
    return (
      wanted.every((one) => variables.includes(one)) &&
      JSON.stringify(secrets) === JSON.stringify([`pw=${value}`, `url=${url}`]) &&
      JSON.stringify(files) === JSON.stringify([`password = ${value}\n`, value])
    );
  };
  const pidOf = (automaton: string): number => shownOf(system, automaton)?.pid ?? 0;
  const look = async (...commands: readonly (readonly string[])[]): Promise<void> => {
    for (const command of commands) await ask(command);
    const program = { file: `${cwd}/main.arch`, text: programOf(system, "restart on-failure"), inputs: [] };
    const requests = [
      { request: "events", since: 0 },
      { request: "status" },
      { request: "explain", name: "db" },
      { request: "plan", program },
      { request: "set", name: "nothing", text: "1" },
    ];
    const said = await saidOver(`${cwd}/run/${system}/control`, requests);
    t.regex(said, /"what":"secret db\.password"/);
    t.regex(said, /"secret":"db\.password","version":"1"/);
    t.regex(said, /"id":"files\/deaf\/0"|"key":"files\/deaf\/0"/);
    seen.push(["the control socket", said], ...processTexts(), ...texts());
  };
  const texts = (): readonly (readonly [string, string])[] =>
    filesIn(cwd).map((path) => [path, readIfThere(path)] as const);

  t.is((await ask(["secret", "set", "db.password"], `${first}\n`)).code, 0);
  const debug = { ...env, ARCHITECT_LOG: "debug" };
  const run = start(t, ["run", "main.arch"], cwd, debug);
  await run.says("From another terminal");
  await until("db has the first value", () => has(first));
  const key = readFileSync(`${cwd}/kept/.secrets/key`);
  const digests = canaries.map((canary) =>
    createHmac("sha256", key).update("db.password\0").update(canary).digest("hex").slice(0, 32),
  );
  await look(
    ["plan", "edited.arch", "--json"],
    ["status", system, "--json"],
    ["events", system, "--since", "1h", "--no-follow", "--json"],
    ["explain", "db", "--system", system, "--json"],
    ["logs", "--system", system],
    ["check", "wrong.arch"],
  );

  // What cannot be started says why.
  writeFileSync(`${cwd}/main.arch`, programOf(system, "", 1));
  const absent = await ask(["apply", "main.arch", "--timeout", "1s"]);
  t.deepEqual([absent.code, /no such command in PATH/.test(absent.err)], [1, true], absent.err);

  // Another program of the same user sees neither its environment nor its files.
  const search = "grep -lsa canary- /proc/*/environ /run/secrets/* /etc/db.conf /srv/db/url || echo nothing";
  const others = await ask(["exec", "other", "--system", system, "--", "sh", "-c", search]);
  t.is(others.out, "nothing\n", others.err);

  // Only what reads it is replaced.
  const before = pidOf("other");
  const deaf = pidOf("deaf");
  t.is((await ask(["secret", "set", "db.password"], second)).code, 0);
  await until("db has the second value", () => has(second));
  t.is(pidOf("other"), before);
  // What is only told of it gets it, whether it listens or not.
  const deafHas = (value: string): boolean => readIfThere(`/proc/${deaf}/root/etc/deaf`) === `${value} 0`;
  await until("deaf has the second value", () => deafHas(second));
  t.is(pidOf("deaf"), deaf);
  await look();

  // Without an orchestrator it goes on, and the next one takes it over as it is.
  run.child.kill("SIGKILL");
  await run.ended;
  const started = pidOf("db");
  seen.push(...texts());
  const again = start(t, ["run", "main.arch"], cwd, debug);
  await again.says("From another terminal");
  t.is(pidOf("db"), started);
  t.true(has(second));

  // Taken away, it is missed by what is started anew, in words.
  t.is((await ask(["secret", "rm", "db.password"])).code, 0);
  await again.says("the secret db.password has no value any more");
  process.kill(pidOf("db"), "SIGKILL");
  await again.says("the secret db.password has no value: ");
  await look(["status", system, "--json"]);
  t.is((await ask(["down", system])).code, 0);
  await again.ended;

  seen.push(["run", run.printed()], ["the next run", again.printed()], ...texts());
  t.regex(run.printed(), /process\/db\/0/);
  const leaks = seen.filter(([, text]) => canaries.some((canary) => text.includes(canary)));
  t.deepEqual(
    leaks.map(([where]) => where),
    [],
  );
  t.true(seen.length > 100);
  // What people and programs are told of it has no digest either.
  const told = seen.filter(([where]) => !where.startsWith("/"));
  const digested = told.filter(([, text]) => digests.some((digest) => text.includes(digest)));
  t.deepEqual(
    digested.map(([where]) => where),
    [],
  );
});
