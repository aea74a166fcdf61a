// Before a build: installs packages that package.json has gained since, as after a pull; what is there stays as it is.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const { dependencies, devDependencies } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
  (name) => !existsSync(resolve(root, "node_modules", name, "package.json")),
);
// Without any, nothing was installed yet: that is left to whoever builds.
if (missing.length > 0 && existsSync(resolve(root, "node_modules"))) {
  process.stderr.write(`installing ${missing.join(", ")}\n`);
  const flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
