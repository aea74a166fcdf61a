import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { type Followed, Watch } from "../../src/live/watch/files.ts";
import { until } from "../until.ts";

interface Desk {
  readonly path: (name: string) => string;
  readonly watch: Watch;
  /** What was told, oldest first: names and texts. */
  readonly told: string[][];
  /** What is told within a while after a save, which is one change. */
  after(save: () => void): Promise<string[][]>;
}

const desk = (t: ExecutionContext, texts: Readonly<Record<string, string>>): Desk => {
  const directory = mkdtempSync(`${tmpdir()}/architect-watch-`);
  const path = (name: string): string => `${directory}/${name}`;
  const told: string[][] = [];
  const watch = new Watch((changed: readonly Followed[]) => {
    told.push(changed.map(({ path: file, text }) => `${file.slice(directory.length + 1)}: ${text}`));
  });
  for (const [name, text] of Object.entries(texts)) writeFileSync(path(name), text);
  watch.follow(Object.entries(texts).map(([name, text]) => ({ path: path(name), text })));
  t.teardown(() => {
    watch.close();
    rmSync(directory, { recursive: true });
  });
  return {
    path,
    watch,
    told,
    after: async (save) => {
      told.length = 0;
      save();
      for (let i = 0; i < 100 && told.length === 0; i++) await sleep(10);
      await sleep(100);
      return told.filter((changed) => changed.length > 0);
    },
  };
};

test("a file written in place is a change", async (t) => {
  const { path, after } = desk(t, { "a.arch": "1" });
  t.deepEqual(await after(() => writeFileSync(path("a.arch"), "2")), [["a.arch: 2"]]);
});

test("a file emptied and then written is one change, and so is one that stays empty", async (t) => {
  const { path, after, told } = desk(t, { "a.arch": "1" });
  const changes = await after(() => {
    writeFileSync(path("a.arch"), "");
    setTimeout(() => writeFileSync(path("a.arch"), "2"), 20);
  });
  t.deepEqual(changes, [["a.arch: 2"]]);
  writeFileSync(path("a.arch"), "");
  await until("it is told", () => told.some((changed) => changed.includes("a.arch: ")));
});

test("a file renamed over the old one is a change, and so is the next", async (t) => {
  const { path, after } = desk(t, { "a.arch": "1" });
  for (const text of ["2", "3"]) {
    const changes = await after(() => {
      writeFileSync(path(".a.arch.swp"), text);
      renameSync(path(".a.arch.swp"), path("a.arch"));
    });
    t.deepEqual(changes, [[`a.arch: ${text}`]]);
  }
});

test("a file removed and made anew is one change", async (t) => {
  const { path, after } = desk(t, { "a.arch": "1" });
  const changes = await after(() => {
    rmSync(path("a.arch"));
    writeFileSync(path("a.arch"), "2");
  });
  t.deepEqual(changes, [["a.arch: 2"]]);
});

test("a file that is gone is no change until it is back", async (t) => {
  const { path, after } = desk(t, { "a.arch": "1" });
  t.deepEqual(await after(() => rmSync(path("a.arch"))), []);
  t.deepEqual(await after(() => writeFileSync(path("a.arch"), "2")), [["a.arch: 2"]]);
});

test("files that are missing are told once they have been for a while, and when they are back; what is written anew is not", async (t) => {
  const directory = mkdtempSync(`${tmpdir()}/architect-watch-`);
  const path = `${directory}/conf/a.conf`;
  const told: string[][] = [];
  const watch = new Watch(
    () => {},
    undefined,
    (missing) => told.push([...missing]),
  );
  t.teardown(() => {
    watch.close();
    rmSync(directory, { recursive: true });
  });
  const write = (): void => {
    mkdirSync(`${directory}/conf`, { recursive: true });
    writeFileSync(path, "1");
  };
  write();
  watch.follow([{ path, text: "1" }]);
  rmSync(path);
  await sleep(100);
  write();
  await sleep(700);
  t.deepEqual(told, []);
  rmSync(path);
  await until("it is told", () => told.length === 1);
  write();
  await until("it is back", () => told.length === 2);
  renameSync(`${directory}/conf`, `${directory}/other`);
  await until("that it went with its directory is told", () => told.length === 3);
  renameSync(`${directory}/other`, `${directory}/conf`);
  await until("it is back", () => told.length === 4);
  t.deepEqual(told, [[path], [], [path], []]);
});

test("many saves at once are one change, of all files together", async (t) => {
  const { path, after } = desk(t, { "a.arch": "1", "lib.arch": "1" });
  const changes = await after(() => {
    for (let i = 2; i < 50; i++) writeFileSync(path("a.arch"), String(i));
    writeFileSync(path("lib.arch"), "2");
    writeFileSync(path("a.arch"), "last");
  });
  t.deepEqual(changes, [["a.arch: last", "lib.arch: 2"]]);
});

test("a save of the same text is no change", async (t) => {
  const { path, after } = desk(t, { "a.arch": "1" });
  t.deepEqual(await after(() => writeFileSync(path("a.arch"), "1")), []);
});

test("what is no longer followed is not told", async (t) => {
  const { path, watch, after } = desk(t, { "a.arch": "1", "lib.arch": "1" });
  watch.follow([{ path: path("a.arch"), text: "1" }]);
  t.deepEqual(await after(() => writeFileSync(path("lib.arch"), "2")), []);
  t.deepEqual(await after(() => writeFileSync(path("a.arch"), "2")), [["a.arch: 2"]]);
});

test("a directory that is taken away, or replaced by another, is followed again", async (t) => {
  const base = mkdtempSync(`${tmpdir()}/architect-watch-`);
  const [here, there] = [`${base}/here`, `${base}/there`];
  const told: string[] = [];
  const watch = new Watch((changed) => told.push(...changed.map(({ text }) => text)));
  t.teardown(() => {
    watch.close();
    rmSync(base, { recursive: true });
  });
  const write = (directory: string, text: string): void => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/a.arch`, text);
  };
  const until = async (text: string): Promise<void> => {
    for (let i = 0; i < 500 && told.at(-1) !== text; i++) await sleep(10);
    t.is(told.at(-1), text);
  };
  write(here, "1");
  watch.follow([{ path: `${here}/a.arch`, text: "1" }]);
  rmSync(here, { recursive: true });
  await sleep(50);
  write(here, "2");
  await until("2");
  write(there, "3");
  renameSync(here, `${base}/old`);
  renameSync(there, here);
  await until("3");
  write(here, "4"); // and it is watched, not only looked at
  await until("4");
  t.deepEqual(told, ["2", "3", "4"]);
});

test("a directory that is not there yet is no error", async (t) => {
  const { path, watch } = desk(t, { "a.arch": "1" });
  t.notThrows(() => watch.follow([{ path: path("none/b.arch"), text: "" }]));
});
