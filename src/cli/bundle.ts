/** Loads the bundle of the fast commands, with what V8 compiled of it when it was built. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

export interface Bundle {
  readonly script: Script;
  readonly exports: typeof import("./dispatch.ts");
}

const orNothing = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** Runs the bundle in a directory. A cache that another version of V8 made is as good as none. */
export const compile = (directory: string): Bundle => {
  const filename = `${directory}/cli.cjs`;
  const cachedData = orNothing(`${directory}/cli.cache`);
  const source = readFileSync(filename, "utf8");
  const script = new Script(`(function (exports, require, module, load) {${source}\n})`, {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = { exports: {} };
  const run = script.runInThisContext() as (
    exports: object,
    require: NodeJS.Require,
    module: object,
    load: (path: string) => Promise<unknown>,
  ) => void;
  const load = (path: string): Promise<unknown> => import(new URL(path, pathToFileURL(filename)).href);
  run(module.exports, createRequire(filename), module, load);
  return { script, exports: module.exports as Bundle["exports"] };
};
