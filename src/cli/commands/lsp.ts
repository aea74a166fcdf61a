import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as t from "io-ts";
import { createConnection } from "vscode-languageserver/node";
import { serve } from "../../lsp/server.ts";
import { type ExitCode, exit } from "../command.ts";
import { home } from "../home.ts";
import { flag, implement } from "../option-schema.ts";

const version = (): string =>
  (JSON.parse(readFileSync(join(home(), "package.json"), "utf8")) as { version: string }).version;

export const lsp = implement(t.type({ stdio: flag }), async () => {
  const connection = createConnection(process.stdin, process.stdout);
  const ended = new Promise<ExitCode>((resolve) => connection.onExit(() => resolve(exit.done)));
  serve(connection, version());
  const code = await ended;
  await new Promise((resolve) => process.stdout.write("", resolve));
  return code;
});
