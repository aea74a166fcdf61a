import test from "ava";
import { searchPath, usualPath } from "../../../runtime/process/find-program.ts";

const paths: readonly (readonly [path: string | undefined, searched: string])[] = [
  [undefined, usualPath],
  ["", usualPath],
  [":", usualPath],
  [".:bin", usualPath],
  ["/opt/bin:/bin", "/opt/bin:/bin"],
  [":/opt/bin::/bin:", "/opt/bin:/bin"],
  ["../bin:/bin:.", "/bin"],
];
for (const [path, searched] of paths)
  test(`of PATH ${JSON.stringify(path) ?? "that is not set"} programs of our own are looked for in ${searched}`, (t) => {
    t.is(searchPath(path ?? ""), searched);
  });
