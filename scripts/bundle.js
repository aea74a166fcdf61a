// Bundles the commands that only read programs into one script, so that they start fast:
// hundreds of small modules take Node longer to find and compile than to run. What meets the
// kernel stays as it is: it has workers and programs of its own beside it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "../dist/src/cli/bundle.js";

const root = resolve(import.meta.dirname, "..");
const outdir = resolve(root, "dist/bundle");
const bundled = ["check", "eval", "fmt", "graph", "completion", "init"];

const isBundled = (path) => {
  const command = /^src\/cli\/commands\/(.*)\.ts$/.exec(path)?.[1];
  if (command !== undefined) return bundled.includes(command);
  if (["src/cli/complete/lookup.ts", "src/cli/port-owners.ts", "src/cli/secrets.ts"].includes(path))
    return false;
  if (
    /^runtime\/(kernel-error|replace-file|names|owner|process\/(?:find-program|missing-user|missing-directory|host-listeners|state)|\w+\/kind)\.ts$/.test(
      path,
    )
  )
    return true;
  return /^(grammar|passes|src\/(cli|core|files|language|program|edits\/goal-forms|[a-z]+\.ts))\b/.test(path);
};

/** What is not bundled is imported from where the compiler put it. */
const elsewhere = {
  name: "elsewhere",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind, importer }) => {
      const source = relative(root, resolve(resolveDir, path));
      if (kind === "entry-point" || isBundled(source)) return undefined;
      if (kind === "dynamic-import") return { path: `../${source.replace(/\.ts$/, ".js")}`, external: true };
      return { errors: [{ text: `${relative(root, importer)} is bundled, so it cannot import ${source}` }] };
    });
  },
};

/** Chevrotain comes as one file, too, which its package does not export. */
const parser = {
  name: "parser",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/grammar\/chevrotain\.ts$/ }, () => {
      const file = fileURLToPath(new URL("../chevrotain.min.mjs", import.meta.resolve("chevrotain")));
      return {
        contents: `export { createToken, EmbeddedActionsParser, EOF, Lexer as ChevrotainLexer } from ${JSON.stringify(file)};`,
        resolveDir: root,
      };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [resolve(root, "src/cli/dispatch.ts")],
  outfile: resolve(outdir, "cli.cjs"),
  write: false,
  bundle: true,
  minify: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  legalComments: "eof",
  logLevel: "warning",
  // There is no such thing in a script: a bundled module that asks for it would get nothing.
  logOverride: { "empty-import-meta": "error" },
  plugins: [elsewhere, parser],
});
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
// A script that V8 takes from its cache cannot import by itself: it is given a way to.
const [{ path, text }] = outputFiles;
writeFileSync(path, text.replaceAll(/\bimport\("(?=\.\.\/)/g, 'load("'));

// What V8 compiled for a typical run is kept with it.
const { script, exports } = compile(outdir);
const code = await exports.dispatch(["check", resolve(root, "examples/shop.arch")]);
if (code !== 0) throw new Error("the bundle does not work");
writeFileSync(resolve(outdir, "cli.cache"), script.createCachedData());
