/** Whoever walks through the page of the architecture finds each file and name that it speaks of. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "ava";
import { isKnown, isPath, isThere, type Named, namedOn, root } from "./named.ts";

const pagePath = join(root, "docs/architecture.md");
const page = readFileSync(pagePath, "utf8");

test("every file and folder that it names is there", (t) => {
  const paths = namedOn(page).filter(({ text }) => isPath(text));
  t.true(paths.length > 40, `${paths.length} paths`);
  t.deepEqual(
    paths.filter((one) => !isThere(one)).map(({ line, text }) => `${line}: ${text}`),
    [],
  );
});

test("every other name in code on it is one of the program's", (t) => {
  const names = namedOn(page).filter(({ text }) => !isPath(text));
  t.true(names.length > 5, `${names.length} names`);
  t.deepEqual(
    names
      .filter((one) => !existsSync(join(root, one.text)) && !isKnown(one))
      .map(({ line, text }) => `${line}: ${text}`),
    [],
  );
});

test("every link leads to a file, every room of the project stands on it", (t) => {
  for (const [, target] of page.matchAll(/\]\(([^)#]+)[^)]*\)/g))
    t.true(existsSync(join(dirname(pagePath), target!)), target);
  for (const room of [
    "grammar",
    "passes",
    "runtime",
    ...readdirSync(join(root, "src"), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`src/${entry.name}`] : [],
    ),
  ])
    t.true(page.includes(`\`${room}\``), `there is no word of ${room}`);
});

test("what is not there is found out", (t) => {
  const named = (text: string): readonly Named[] => namedOn(text);
  t.false(isThere(named("`src/nowhere.ts`")[0]!));
  t.false(isThere(named("`slots.ts`")[0]!), "of no folder");
  t.true(isThere(named("`src/core/augment.ts` and `slots.ts`")[1]!));
  t.false(isThere(named("`src/core/augment.ts`\n## Next\n`slots.ts`")[1]!));
  t.true(isKnown(named("`hashString`")[0]!));
  t.true(isKnown(named("`Program.adopt`")[0]!));
  t.false(isKnown(named("`Program.adoptAll`")[0]!));
  t.false(isKnown(named("`hashStrings(text)`")[0]!));
});
