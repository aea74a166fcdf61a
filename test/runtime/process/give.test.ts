/** Trees that are given to a user. */
import {
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import test, { type ExecutionContext } from "ava";
import { give } from "../../../runtime/process/kept/give.ts";
import { until } from "../../until.ts";
import { isRoot } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: gives files to others

/** A tree to be given, and beside it files that are nobody's to give. */
const stage = (t: ExecutionContext): { readonly tree: string; readonly others: string } => {
  const directory = mkdtempSync(join(tmpdir(), "give-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const [tree, others] = [`${directory}/tree`, `${directory}/others`];
  for (const made of [tree, others]) mkdirSync(made);
  writeFileSync(`${others}/file`, "");
  return { tree, others };
};

const ownerOf = (path: string | Buffer): string => {
  const { uid, gid } = lstatSync(path);
  return `${uid}:${gid}`;
};

kernel("all in it is given, whatever its name; a link, not what it leads to", (t) => {
  const { tree, others } = stage(t);
  mkdirSync(`${tree}/a/b`, { recursive: true });
  const strange = Buffer.concat([Buffer.from(`${tree}/a/b/`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(strange, "");
  symlinkSync(others, `${tree}/a/link`);
  symlinkSync("/no/such/place", `${tree}/nowhere`);
  give(tree, { uid: 1234, gid: 2345 });
  for (const path of [tree, `${tree}/a`, `${tree}/a/b`, `${tree}/a/link`, `${tree}/nowhere`, strange])
    t.is(ownerOf(path), "1234:2345", String(path));
  t.deepEqual([ownerOf(others), ownerOf(`${others}/file`)], ["0:0", "0:0"]);
  // The user's already: nothing below it is looked at.
  chownSync(`${tree}/a`, 0, 0);
  give(tree, { uid: 1234, gid: 2345 });
  t.is(ownerOf(`${tree}/a`), "0:0");
});

kernel("a link in the place of the tree is not followed", (t) => {
  const { tree, others } = stage(t);
  symlinkSync(others, `${tree}/link`);
  t.throws(() => give(`${tree}/link`, { uid: 1234, gid: 1234 }));
  t.deepEqual([ownerOf(others), ownerOf(`${others}/file`)], ["0:0", "0:0"]);
});

kernel("a link that takes a directory's place meanwhile is not followed", async (t) => {
  const { tree, others } = stage(t);
  mkdirSync(`${tree}/d`);
  symlinkSync(others, `${tree}/link`);
  const swapping = `
    const { renameSync } = require("node:fs");
    const { workerData: { tree, count } } = require("node:worker_threads");
    for (;;) {
      renameSync(tree + "/d", tree + "/away");
      renameSync(tree + "/link", tree + "/d");
      Atomics.add(count, 0, 1);
      renameSync(tree + "/d", tree + "/link");
      renameSync(tree + "/away", tree + "/d");
    }`;
  const count = new Int32Array(new SharedArrayBuffer(4));
  const swaps = (): number => Atomics.load(count, 0);
  const worker = new Worker(swapping, { eval: true, workerData: { tree, count } });
  try {
    await until("it swaps", () => swaps() > 0, 60_000);
    const begun = swaps();
    for (let turn = 0; turn < 2_000 || swaps() < begun + 1_000; turn++)
      give(tree, { uid: 1000 + (turn % 2), gid: 1000 });
  } finally {
    await worker.terminate();
  }
  t.deepEqual(readdirSync(others), ["file"]);
  t.deepEqual([statSync(others).uid, statSync(`${others}/file`).uid], [0, 0]);
});
