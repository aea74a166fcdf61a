/** The logs that a page follows: as they come and go, and where they cannot be read. */
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { InstanceLogs } from "../../src/core/base-kind.ts";
import { LogFollower } from "../../src/inspector/logs.ts";
import { folder } from "../cli/binary.ts";
import { until } from "../until.ts";

const scene = (t: ExecutionContext) => {
  const directory = join(folder(t, {}), "logs");
  mkdirSync(directory);
  let listings = 0;
  const list = (): InstanceLogs => {
    listings++;
    const names = readdirSync(directory).filter((name) => name.endsWith(".log"));
    const all = names.map((name) => {
      const [automaton = "", index] = name.split(".");
      return { automaton, index: Number(index), path: join(directory, name) };
    });
    return { directory, all };
  };
  const path = (name: string): string => join(directory, `${name}.log`);
  const follow = (
    automaton: string | null = null,
    find: () => Promise<InstanceLogs | null> = async () => list(),
  ) => {
    const [texts, troubles]: [string[], string[]] = [[], []];
    const end = new AbortController();
    const follower = new LogFollower(
      {
        ...{ find, automaton },
        print: ({ text }) => texts.push(text),
        onTrouble: (message) => troubles.push(message),
      },
      end.signal,
    );
    const run = follower.run();
    t.teardown(() => end.abort());
    return { texts, troubles, end, follower, run };
  };
  return { directory, path, list, follow, listings: () => listings };
};

/** The files of a directory that this process has open. */
const openIn = (directory: string): readonly string[] =>
  readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1)] : [];
    } catch {
      return [];
    }
  });

const has = (texts: readonly string[], text: string) => until(`${text} is told`, () => texts.includes(text));

test("the last lines come, and then what is printed, without the logs being listed again", async (t) => {
  const { path, follow, listings } = scene(t);
  writeFileSync(path("a.0"), `${Array.from({ length: 300 }, (_, i) => `old ${i}`).join("\n")}\n`);
  const { texts, troubles } = follow();
  await has(texts, "old 299");
  t.is(texts.length, 200);
  appendFileSync(path("a.0"), "one\n");
  await has(texts, "one");
  const before = listings();
  for (let i = 0; i < 20; i++) {
    appendFileSync(path("a.0"), `new ${i}\n`);
    writeFileSync(path("a.0").replace(/log$/, "times"), String(i));
    await has(texts, `new ${i}`);
  }
  // One of them may have been due.
  t.true(listings() - before <= 1, `${listings() - before}`);
  t.deepEqual(troubles, []);
});

test("what comes later is read whole, and what is gone is not kept open", async (t) => {
  const { directory, path, follow } = scene(t);
  writeFileSync(path("a.0"), "first\n");
  const { texts, follower, end, run } = follow();
  await has(texts, "first");
  writeFileSync(path("b.0"), `${"line\n".repeat(500)}last\n`);
  await has(texts, "last");
  t.is(texts.length, 502);
  t.deepEqual([...openIn(directory)].sort(), ["a.0.log", "b.0.log"]);
  appendFileSync(path("b.0"), "farewell\n");
  rmSync(path("b.0"));
  await has(texts, "farewell");
  await until("its log is closed", () => follower.size === 1);
  t.deepEqual(openIn(directory), ["a.0.log"]);
  end.abort();
  await run;
  t.deepEqual(openIn(directory), []);
});

test("of one automaton no other's log is opened", async (t) => {
  const { directory, path, follow } = scene(t);
  writeFileSync(path("a.0"), "mine\n");
  writeFileSync(path("b.0"), "theirs\n");
  const { texts } = follow("a");
  await has(texts, "mine");
  t.deepEqual(openIn(directory), ["a.0.log"]);
  t.deepEqual(texts, ["mine"]);
});

test("a directory that goes and comes again is followed", async (t) => {
  const { directory, path, follow } = scene(t);
  writeFileSync(path("a.0"), "before\n");
  const { texts } = follow();
  await has(texts, "before");
  rmSync(directory, { recursive: true });
  mkdirSync(directory);
  writeFileSync(path("a.0"), "after\n");
  await has(texts, "after");
  t.deepEqual(texts, ["before", "after"]);
});

test("what cannot be read is told once, and read when it can be", async (t) => {
  const { path, list, follow } = scene(t);
  writeFileSync(path("a.0"), "good\n");
  // A link to itself, which even root cannot open.
  symlinkSync(path("b.0"), path("b.0"));
  let asked = 0;
  const { texts, troubles } = follow(null, async () => {
    asked++;
    if (asked <= 2) throw new Error("not now");
    return list();
  });
  await has(texts, "good");
  t.is(troubles.filter((message) => message.includes("not now")).length, 1);
  t.is(troubles.filter((message) => message.includes("ELOOP")).length, 1);
  rmSync(path("b.0"));
  writeFileSync(path("b.0"), "mended\n");
  await has(texts, "mended");
  t.is(troubles.length, 2);
});

test("where nothing ever prints it is over at once", async (t) => {
  const { run } = scene(t).follow(null, async () => null);
  await t.notThrowsAsync(run);
});
