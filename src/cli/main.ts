#!/usr/bin/env node
/** The `architect` command: finds what is asked for, and loads no more than that. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const compiled = join(import.meta.dirname, "../..");

const version = (): string => {
  const manifest = JSON.parse(readFileSync(join(compiled, "../package.json"), "utf8")) as { version: string };
  return manifest.version;
};

/** Null where there is no such file. */
const modified = (name: string): number | null =>
  statSync(join(compiled, name), { throwIfNoEntry: false })?.mtimeMs ?? null;

/** The bundle (see `scripts/bundle.js`), unless the compiler has run since: then the modules themselves. */
const load = async (): Promise<typeof import("./dispatch.ts")> => {
  const bundled = modified("bundle/cli.cjs");
  if (bundled === null || bundled < (modified(".tsbuildinfo") ?? 0)) return import("./dispatch.ts");
  const { compile } = await import("./bundle.ts");
  return compile(join(compiled, "bundle")).exports;
};

const args = process.argv.slice(2);
if (args[0] === "--version" || args[0] === "-V") {
  const { processTerminal } = await import("./terminal.ts");
  const terminal = processTerminal();
  terminal.out.write(`architect ${version()}\n`);
  process.exit(await terminal.end(0));
} else {
  const { dispatch } = await load();
  process.exit(await dispatch(args));
}
