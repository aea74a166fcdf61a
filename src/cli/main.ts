#!/usr/bin/env node
/** The `architect` command: finds what is asked for, and loads no more than that. */
import { readFileSync } from "node:fs";
import type { ExitCode } from "./command.ts";

const version = (): string => {
  const path = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
};

const args = process.argv.slice(2);
if (args[0] === "--version" || args[0] === "-V") {
  process.stdout.write(`architect ${version()}\n`);
} else {
  const { dispatch } = await import("./dispatch.ts");
  const code: ExitCode = await dispatch(args);
  process.exit(code);
}
