/** Each program of the page about trouble is run, and its instance is not ready for the reason that the page says. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { Sandbox } from "./sandbox.ts";
import { blocksOf } from "./walkthrough.ts";

const pageUrl = new URL("../../../docs/troubleshooting.md", import.meta.url);
const page = readFileSync(pageUrl, "utf8");

// Needs root: makes network namespaces.
const kernel = process.getuid?.() === 0 ? test : test.skip;

interface Status {
  readonly automata: readonly {
    readonly name: string;
    readonly instances: readonly { readonly index: number; readonly reason: string | null }[];
  }[];
}

const blocks = blocksOf(page);
const cases = blocks.flatMap(({ kind, facts, line, text }, i) =>
  kind === "architect" ? [{ line, text, instance: facts.reason!, says: blocks[i + 1]!.text.trim() }] : [],
);

for (const { line, text, instance, says } of cases)
  kernel(`line ${line}: ${says}`, async (t) => {
    const sandbox = new Sandbox(t);
    writeFileSync(join(sandbox.home, "system.arch"), text);
    sandbox.start("architect run system.arch");
    const reasonNow = async (): Promise<string | null> => {
      const printed = await sandbox.run("architect status --json");
      if (!printed.includes('"automata"')) return null;
      const { automata } = JSON.parse(printed) as Status;
      const [name, index] = instance.split(".");
      const found = automata
        .find((one) => one.name === name)
        ?.instances.find((one) => `${one.index}` === index);
      return found?.reason ?? null;
    };
    let reason = await reasonNow();
    const end = performance.now() + 60_000;
    while (reason?.startsWith(says) !== true && performance.now() < end) reason = await reasonNow();
    t.true(reason?.startsWith(says), `${instance}: ${reason}`);
  });

test("there are programs, and every link leads to a file or a heading", (t) => {
  t.true(cases.length >= 4);
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g))
    t.true(
      target!.startsWith("#") ? headings.includes(target!.slice(1)) : existsSync(new URL(target!, pageUrl)),
      target,
    );
});
