/** The files of the page, as the build left them: few, and all in memory, so that no path ever leads to a file. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** By the path at which each is asked for; the page itself is `/`. */
export const readAssets = (directory: string): ReadonlyMap<string, Asset> =>
  new Map(
    readdirSync(directory).flatMap((name): readonly (readonly [string, Asset])[] => {
      const type = types[extname(name)];
      if (type === undefined) return [];
      const asset = { type, bytes: readFileSync(join(directory, name)) };
      return [[name === "index.html" ? "/" : `/${name}`, asset]];
    }),
  );
