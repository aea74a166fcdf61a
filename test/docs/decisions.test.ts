/** Each page of `docs/decisions` begins with what was decided. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { root } from "./named.ts";

const folder = join(root, "docs/decisions");

test("each page begins with its verdict", (t) => {
  const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));
  t.true(pages.length > 20);
  for (const name of pages) {
    const [title, blank, first] = readFileSync(join(folder, name), "utf8").split("\n");
    t.regex(title ?? "", /^# \S/, name);
    t.is(blank, "", name);
    t.regex(first ?? "", /^\*\*(Verdict|Decision)/, name);
  }
});
