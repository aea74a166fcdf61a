/** `restart`: new processes for an automaton and no other, nobody's request fails, and it stays at that. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { Status } from "../../../src/live/control/status.ts";
import { freePort } from "../../fresh.ts";
import { load } from "../../live/kernel/load.ts";
import { architect, complaints, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test.serial : test.serial.skip;

const serve = `
const server = require("node:http").createServer((_, response) => response.end("well")).listen(9000);
process.once("SIGTERM", () => server.close(() => process.exit(0)));
`;

kernel("an automaton is restarted, one instance after the other, and nothing else is", async (t) => {
  const system = systemOf(t);
  const port = await freePort();
  const cwd = folder(t, { "serve.cjs": serve, "pw.txt": "one\n" });
  t.teardown(() => architect(["down", system]));
  writeFileSync(
    join(cwd, "main.arch"),
    `protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton web { provides web: Web on tcp 9000 runs exec ["node", "serve.cjs"] instances 2 }
automaton other { runs exec ["sleep", "1000"] }
automaton job { runs once exec ["sh", "-c", "echo it ran"] }
automaton sealed { runs exec ["sleep", "1000"] env { PW = secret("pw") } }
automaton bare { provides web: Web on tcp 9000 }
system ${system} = [web, other, job, sealed, bare, publish(web.web, ${port})]
`,
  );
  const ask = (...args: readonly string[]) => architect(args, { cwd });
  const pids = async (): Promise<Readonly<Record<string, readonly (number | null)[]>>> => {
    const { automata } = JSON.parse((await ask("status", system, "--json")).out) as Status;
    return Object.fromEntries(automata.map(({ name, instances }) => [name, instances.map(({ pid }) => pid)]));
  };
  const secret = ["--secret", "pw=@pw.txt"];
  const running = start(t, ["run", "main.arch", ...secret], cwd);
  await running.says("Ctrl-C stops");

  const before = await pids();
  const client = load(`http://127.0.0.1:${port}/`, 2, 5);
  await client.requests(20);
  const restarted = await ask("restart", "web", "--system", system);
  t.is(restarted.code, 0, restarted.err);
  t.regex(restarted.out, new RegExp(`^${system}: 2 operations \\(~2\\) in `));
  await client.requests(20);
  const { failures } = await client.stop();
  t.deepEqual(failures, []);
  const after = await pids();
  t.is(after.web?.length, 2);
  for (const pid of after.web!) t.false(before.web!.includes(pid));
  t.deepEqual(after.other, before.other);

  t.is((await ask("restart", "job", "-s", system)).code, 0);
  t.is((await ask("logs", "job", "-s", system)).out.match(/it ran/g)?.length, 2);

  // What cannot be started anew is not ended for it.
  t.is(
    (await ask("secret", "rm", "pw", "-s", system)).out,
    `- pw: ${system} reads it in sealed, and goes on with its last value\n`,
  );
  const unsealed = await ask("restart", "sealed", "-s", system);
  t.is(unsealed.code, 1);
  t.regex(complaints(unsealed), /sealed is not restarted: .*the secret pw has no value/);
  t.deepEqual((await pids()).sealed, before.sealed);
  t.is(
    (await ask("secret", "set", "pw=@pw.txt", "-s", system)).out,
    `pw is set for ${system}: ${system} reads it in sealed\n`,
  );

  const refusals = [
    ["wbe", "did you mean web?"],
    ["web.0", "all its instances are restarted together"],
    ["bare", "nothing runs in bare"],
  ] as const;
  for (const [name, why] of refusals) {
    const refused = await ask("restart", name, "-s", system);
    t.is(refused.code, 1);
    t.true(complaints(refused).includes(why), complaints(refused));
  }

  // Another orchestrator, and a plan without one, leave it as it is.
  running.child.kill("SIGKILL");
  await running.ended;
  const unsupervised = await ask("restart", "web", "-s", system);
  t.is(unsupervised.code, 1);
  t.regex(complaints(unsupervised), /nobody supervises/);
  t.is((await ask("plan", "main.arch", "--detailed-exitcode")).code, 0);
  const again = start(t, ["run", "main.arch"], cwd);
  await again.says("Ctrl-C stops");
  t.deepEqual((await pids()).web, after.web);
});
