import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import test from "ava";
import type { CodeLens } from "vscode-languageserver-protocol";
import { architect, binary } from "../cli/binary.ts";
import { Client } from "./client.ts";

const text = `protocol P = ?Int . !Int
automaton store { provides kv: P on tcp 1  instances input("stores", 2) }
automaton front { requires kv: P }
system lensed = front => store
`;

test("what runs from the file is told above it, and the REPL changes it", async (t) => {
  const client = await Client.start(t, { "s.arch": text });
  const env = { ARCHITECT_RUNTIME_DIR: join(client.folder, "run") };
  const other = await Client.start(t, {}, env);
  const file = join(client.folder, "s.arch");
  const keeper = spawn(process.execPath, [binary, "run", file, "--base", "memory"], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  t.teardown(() => void keeper.kill("SIGKILL"));
  const attached = async (): Promise<string> => {
    for (let i = 0; i < 40; i++) {
      const { out } = await architect(["repl", file], { env, input: ":set stores=3\n:status\n" });
      if (out.includes("applied: ")) return out;
      await pause(500);
    }
    return "";
  };
  const out = await attached();
  t.regex(out, /applied: .*\+1/);
  const document = await other.open(join("..", client.folder.split("/").at(-1)!, "s.arch"), text);
  let titles: readonly string[] = [];
  for (let i = 0; i < 40 && titles.length === 0; i++) {
    const lenses = (await other.connection.sendRequest("textDocument/codeLens", {
      textDocument: document.id,
    })) as CodeLens[];
    titles = lenses.map(({ command }) => command?.title ?? "");
    if (titles.length === 0) await pause(500);
  }
  t.deepEqual(titles, ["running: 3 of 3 ready", "running: 1 of 1 ready", "running: 4 of 4 ready, converged"]);
});
