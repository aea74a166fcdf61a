import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";

const folder = new URL("../../../editors/vscode/", import.meta.url).pathname;

interface Manifest {
  readonly main: string;
  readonly contributes: {
    readonly languages: readonly { readonly id: string; readonly configuration: string }[];
    readonly grammars: readonly {
      readonly language: string;
      readonly scopeName: string;
      readonly path: string;
    }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
}

const json = <T>(path: string): T => JSON.parse(readFileSync(join(folder, path), "utf8")) as T;
const manifest = json<Manifest>("package.json");
const commands = manifest.contributes.commands.map(({ command }) => command).sort();

test("what the manifest names is there", (t) => {
  const { languages, grammars, menus } = manifest.contributes;
  for (const { configuration } of languages) t.true(existsSync(join(folder, configuration)));
  for (const { language, scopeName, path } of grammars) {
    t.is(json<{ scopeName: string }>(path).scopeName, scopeName);
    t.true(languages.some(({ id }) => id === language));
  }
  for (const items of Object.values(menus))
    for (const { command } of items) t.true(commands.includes(command));
});

test("brackets, comments and words are those of the language", (t) => {
  const { comments, wordPattern, indentationRules } = json<{
    comments: unknown;
    wordPattern: string;
    indentationRules: Readonly<Record<string, string>>;
  }>("language-configuration.json");
  t.deepEqual(comments, { lineComment: "--", blockComment: ["{-", "-}"] });
  t.deepEqual("let a_1 = kv.get".match(new RegExp(wordPattern, "g")), ["let", "a_1", "kv", "get"]);
  const increase = new RegExp(indentationRules.increaseIndentPattern!);
  t.true(increase.test("automaton a { -- of many"));
  t.false(increase.test("-- not here {"));
  t.true(new RegExp(indentationRules.decreaseIndentPattern!).test("  ],"));
});

/** Stands in for the editor: everything can be called, made and extended; commands are noted. */
const editor = `
const { join } = require("node:path");
const commands = new Map();
const anything = () => new Proxy(class {}, {
  get: (of, key) => key in of || typeof key === "symbol" ? of[key] : (of[key] = anything()),
  apply: () => anything(),
});
const shown = [];
class EventEmitter { event = () => ({ dispose() {} }); fire() {} dispose() {} }
const vscode = new Proxy({
  EventEmitter,
  version: "1.91.0",
  commands: { registerCommand: (name, run) => (commands.set(name, run), { dispose() {} }), executeCommand: async () => {} },
  window: new Proxy({ showErrorMessage: async (text) => void shown.push(text), showInformationMessage: async (text) => void shown.push(text) },
    { get: (of, key) => of[key] ?? (key === "activeTextEditor" ? undefined : anything()) }),
  workspace: new Proxy({ getConfiguration: () => ({ get: (_, fallback) => fallback }), workspaceFolders: [], textDocuments: [] },
    { get: (of, key) => of[key] ?? (() => ({ dispose() {} })) }),
}, { get: (of, key) => of[key] ?? (of[key] = anything()) });
const Module = require("node:module");
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
process.env.PATH = "/nonexistent";
const { activate, deactivate } = require(process.argv[2]);
(async () => {
  await activate({ subscriptions: [] }).catch((error) => shown.push(String(error)));
  await commands.get("architect.plan")();
  console.log(JSON.stringify({ commands: [...commands.keys()].sort(), shown }));
  await deactivate();
  process.exit(0);
})();
`;

const installed = existsSync(join(folder, "node_modules/.bin/esbuild"));
const whenInstalled: typeof test.serial = installed
  ? test.serial
  : (((title: string) =>
      test.serial.skip(
        `${title} (needs npm --prefix editors/vscode ci)`,
        () => {},
      )) as unknown as typeof test.serial);

whenInstalled("the client offers its commands, and says what hinders it", (t) => {
  const scratch = mkdtempSync(join(tmpdir(), "architect-vscode-"));
  t.teardown(() => rmSync(scratch, { recursive: true }));
  execFileSync("npm", ["run", "--silent", "bundle", "--", "--log-level=error"], { cwd: folder });
  writeFileSync(join(scratch, "editor.cjs"), editor);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(scratch, "editor.cjs"), join(folder, manifest.main)],
    {
      encoding: "utf8",
      timeout: 20_000,
    },
  );
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  t.true(last.startsWith("{"), stderr);
  const { commands: offered, shown } = JSON.parse(last) as { commands: string[]; shown: string[] };
  t.deepEqual(offered, commands);
  t.true(
    shown.some((text) => text.includes("architect lsp") && text.includes("ENOENT")),
    shown.join("\n"),
  );
  t.true(shown.includes("Open an .arch file first."));
});

whenInstalled("it is packaged with what it needs and no more", (t) => {
  const listed = execFileSync("npx", ["--no-install", "vsce", "ls", "--no-dependencies"], {
    cwd: folder,
    encoding: "utf8",
  });
  t.deepEqual(listed.trim().split("\n").sort(), [
    "README.md",
    "dist/extension.cjs",
    "language-configuration.json",
    "package.json",
    "syntaxes/architect.tmLanguage.json",
  ]);
});
