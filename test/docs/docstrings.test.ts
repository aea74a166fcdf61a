/** What a file exports says what it is: a comment for those who use it stands before it. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";

const root = resolve(import.meta.dirname, "../../..");

/** Rooms in which everything is documented. */
const documented = [
  "passes",
  "runtime/ffi",
  "runtime/memory",
  "runtime/netlink",
  "runtime/nftables",
  "runtime/observe",
  "runtime/process",
  "runtime/relay",
  "runtime/rootless",
  "src/core",
  "src/files",
  "src/program",
];

const exported = /^export (?:declare |abstract |async )*(?:class|interface|type|function\*?|const|let) (\w+)/;

/** The names that a text exports without a comment of their own. */
const undocumentedIn = (text: string): readonly string[] => {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => {
    const [, name] = exported.exec(line) ?? [];
    if (name === undefined) return [];
    let before = i - 1;
    while (before >= 0 && lines[before]!.startsWith("// biome-ignore")) before--;
    return lines[before]?.trimEnd().endsWith("*/") === true ? [] : [name];
  });
};

for (const room of documented)
  test(`${room}: everything that is exported is documented`, (t) => {
    const files = readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    t.true(files.length > 0);
    t.deepEqual(
      files.flatMap((file) =>
        undocumentedIn(readFileSync(join(root, room, file), "utf8")).map(
          (name) => `${room}/${file}: ${name}`,
        ),
      ),
      [],
    );
  });

test("what has none is found", (t) => {
  const text = `/** A. */
export const a = 1;
export const b = 2;

/** C. */
// biome-ignore lint/suspicious/noExplicitAny: an example.
export type C = any;
export interface D {}
/** Not exported. */
const e = 3;
export class F {}`;
  t.deepEqual(undocumentedIn(text), ["b", "D", "F"]);
});
