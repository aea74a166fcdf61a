/** What plan says of directories that start empty, by what is kept on the disk. */
import { mkdirSync } from "node:fs";
import test from "ava";
import { keptDirVariable, keptPlace } from "../../runtime/process/kept/places.ts";
import { SystemState } from "../../runtime/process/state.ts";
import { startingEmpty } from "../../src/cli/kept-names.ts";
import { type Operation, operation } from "../../src/core/operation.ts";
import type { KeptDirectory } from "../../src/core/resource.ts";
import { process as processOf } from "../reconcile/system.ts";
import { folder } from "./binary.ts";

/** Of states by their names, each with what it was called. */
const keeping = (automaton: string, names: Readonly<Record<string, string | null>>) => ({
  ...processOf(automaton, 0),
  state: Object.entries(names).map(
    ([name, formerly]): KeptDirectory => ({
      name,
      path: `/srv/${name}`,
      ...(formerly === null ? {} : { formerly }),
    }),
  ),
});

const come = (automaton: string, names: Readonly<Record<string, string | null>>): Operation =>
  operation(processOf(automaton, 0), keeping(automaton, names))!;
const gone = (automaton: string): Operation => operation(processOf(automaton, 0), null)!;

test.serial("what a state takes over is nothing left, and what is left is told once", (t) => {
  process.env[keptDirVariable] = folder(t);
  t.teardown(() => delete process.env[keptDirVariable]);
  const state = new SystemState("kept_names");
  /** Which states start empty, and what each may have been called, while some of the first instances are kept. */
  const said = (kept: Readonly<Record<string, readonly string[]>>, ...operations: readonly Operation[]) => {
    for (const [automaton, names] of Object.entries(kept))
      for (const name of names)
        mkdirSync(keptPlace(state, { automaton, index: 0, name }), { recursive: true });
    return startingEmpty(state, operations).map((one) => {
      const [, name, automaton, former] =
        /^the state (\w+) of (\w+)\.0 starts empty; .* formerly "(.+)"` hands it on$/.exec(one)!;
      return `${automaton}.${name} < ${former}`;
    });
  };
  const kept = { a: ["data", "log"], old: ["data", "cache"] };
  t.deepEqual(said(kept, come("a", { data: null, log: null })), [], "all is there");
  t.deepEqual(said(kept, come("a", { files: null, log: null })), ["a.files < data"]);
  t.deepEqual(said(kept, come("a", { files: "data", log: null })), []);
  t.deepEqual(said(kept, come("a", { files: "data", new: null, log: null })), [], "data is taken over");
  t.deepEqual(said(kept, come("a", { new: null, files: "data", log: null })), [], "in any order");
  t.deepEqual(said(kept, come("a", { files: null, words: null, third: null })), [
    "a.files < data",
    "a.words < log",
  ]);
  t.deepEqual(
    said(kept, come("a", { files: "nothing" })),
    ["a.files < data"],
    "nothing is there to take over",
  );
  t.deepEqual(said(kept, gone("old"), come("b", { cache: null })), ["b.cache < old.cache"]);
  t.deepEqual(
    said(kept, gone("old"), come("b", { cache: null }), come("c", { cache: "old.cache" })),
    [],
    "another automaton takes it over",
  );
  t.deepEqual(said(kept, gone("old"), come("b", { cache: null }), come("c", { cache: null })), [
    "b.cache < old.cache",
  ]);
  t.deepEqual(said(kept, come("b", { cache: null })), [], "who goes on keeps it");
});
