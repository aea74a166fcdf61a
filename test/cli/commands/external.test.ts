/** An automaton that runs elsewhere: what commands say of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import type { SystemGraph } from "../../../src/cli/graph/model.ts";
import type { Status } from "../../../src/live/control/status.ts";
import { architect, complaints, folder } from "../binary.ts";
import { start, systemOf } from "../running.ts";

test("what runs elsewhere is said to, by all who are asked for it", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, {});
  writeFileSync(
    join(cwd, "main.arch"),
    `protocol Sql = mu t. &{ query: ?String . !Bytes . t, quit: end }
external main_db { provides sql: Sql on tcp 5432 at "192.0.2.10" }
automaton spare { provides sql: Sql on tcp 5432 instances 0 }
automaton api { requires db: Sql requires other: Sql runs exec ["sleep", "1000"] }
system ${system} = api(db = main_db, other = spare)
`,
  );
  const ask = (...args: readonly string[]) => architect(args, { cwd });
  const running = start(t, ["run", "main.arch", "--base", "memory"], cwd);
  await running.says("Ctrl-C stops");
  t.regex((await ask("status", system)).out, /^main_db +elsewhere *$/m);
  t.regex((await ask("status", system)).out, /^spare +none *$/m);
  const { automata } = JSON.parse((await ask("status", system, "--json")).out) as Status;
  t.deepEqual(
    automata.map(({ name, external }) => [name, external]),
    [
      ["api", undefined],
      ["main_db", true],
      ["spare", undefined],
    ],
  );
  for (const command of [
    ["logs", "main-db", "--system", system],
    ["exec", "--system", system, "main_db", "--", "true"],
    ["restart", "main_db", "--system", system],
  ] as const) {
    const refused = await ask(...command);
    t.is(refused.code, 1, command.join(" "));
    t.regex(complaints(refused), /^error: main_db runs elsewhere: /, command.join(" "));
  }
  t.regex(
    (await ask("graph", "main.arch")).out,
    /"main_db" \[label="main_db elsewhere", style="rounded,dashed"\]/,
  );
  t.regex((await ask("graph", "main.arch", "--format", "mermaid")).out, /\["main_db elsewhere"\]/);
  t.regex((await ask("graph", "main.arch", "--format", "svg")).out, />elsewhere</);
  t.regex((await ask("graph", "main.arch")).out, /"spare" \[label="spare ×0"\]/);
});

test("a graph shows what runs elsewhere at a name that nobody has looked up", async (t) => {
  const cwd = folder(t, {});
  writeFileSync(
    join(cwd, "main.arch"),
    `protocol Smtp = ?String . end
external smtp { provides mail: Smtp on tcp 587 at "mx.example.com" }
automaton api { requires mail: Smtp }
system s = api => smtp
`,
  );
  const graph = async (format: string): Promise<string> =>
    (await architect(["graph", "main.arch", "--format", format], { cwd })).out;
  t.regex(await graph("dot"), /"smtp" \[label="smtp elsewhere", style="rounded,dashed"\]/);
  const { automata } = JSON.parse(await graph("json")) as SystemGraph;
  t.deepEqual(
    automata.map(({ name, external }) => [name, external]),
    [
      ["api", undefined],
      ["smtp", true],
    ],
  );
});
