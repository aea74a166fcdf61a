// Bundles the page of the inspector, with all that it needs: nothing is fetched from elsewhere.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const page = resolve(root, "src/inspector/page");
const outdir = resolve(root, "dist/page");

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
await build({
  entryPoints: { main: resolve(page, "main.tsx"), "graph-worker": resolve(page, "graph/worker.ts") },
  outdir,
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: ["chrome123", "firefox120", "safari17.5"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "eof",
  logLevel: "warning",
});
await build({
  entryPoints: [resolve(page, "style.css")],
  outfile: resolve(outdir, "main.css"),
  bundle: true,
  minify: true,
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(resolve(page, name), resolve(outdir, name));
