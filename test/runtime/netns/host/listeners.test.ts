/**
 * Who has a port, in words. Any user can start a process that looks like a relay and have a port: what
 * it answers is believed only within bounds, and nobody waits for it.
 */
import { once } from "node:events";
import { chmodSync, chownSync, lstatSync } from "node:fs";
import { basename } from "node:path";
import anyTest, { type TestFn } from "ava";
import { takenWords } from "../../../../runtime/netns/host/listeners.ts";
import { relaySocket } from "../../../../runtime/relay/protocol.ts";
import { type Pretender, pretender } from "./pretender.ts";

const test = anyTest as TestFn;
const rootTest =
  process.getuid?.() === 0
    ? test
    : (((title: string) => test.skip(`${title} (needs root)`, () => {})) as unknown as TestFn);

const wordsOf = async ({ port }: Pretender): Promise<string> =>
  (await takenWords([{ transport: "tcp", port }]))[0]!;

const programWords = ({ process: { pid } }: Pretender): string =>
  `a program on this host listens there already: ${basename(process.execPath)} (process ${pid})`;

/** Asks again where a busy machine does not have a relay answer within its second. */
const relayedWordsOf = async (one: Pretender): Promise<string> => {
  for (let tries = 1; ; tries++) {
    const words = await wordsOf(one);
    if (words !== programWords(one) || tries === 20) return words;
  }
};

/** All that it heard is told before it has ended. */
const askedOf = async (one: Pretender): Promise<number> => {
  one.process.kill("SIGTERM");
  await once(one.process, "close");
  return one.asked();
};

const send = (value: unknown): string => `socket.end(${JSON.stringify(`${JSON.stringify(value)}\n`)});`;

test("a relay of the user's own says whose the port is", async (t) => {
  const one = await pretender(t, send({ whose: "shop" }));
  t.is(await relayedWordsOf(one), `system shop of ${one.root} publishes it already`);
  t.true((await askedOf(one)) >= 1);
});

const junk: readonly (readonly [what: string, answer: string])[] = [
  ["a byte each half second, for ever", `setInterval(() => socket.write(" "), 500);`],
  ["nothing", ""],
  [
    "bytes as fast as it can, for ever",
    `const more = () => { while (socket.write(" ".repeat(65536))); }; socket.on("drain", more); more();`,
  ],
  ["what is no JSON", `socket.end("junk");`],
  ["an end", "socket.end();"],
  ["something else", send({ ports: [] })],
  ["that it is nobody's", send({ whose: null })],
  ["what a terminal obeys", send({ whose: "\u001b[2Jshop" })],
];
for (const [what, answer] of junk)
  test(`one that answers with ${what} is a program like others`, async (t) => {
    const one = await pretender(t, answer);
    t.is(await wordsOf(one), programWords(one));
    t.is(await askedOf(one), 1);
  });

test("many that do not answer take no longer than one", async (t) => {
  const all = await Promise.all(Array.from({ length: 4 }, () => pretender(t, "")));
  const asked = all.flatMap(({ port }) => [{ transport: "tcp" as const, port }]);
  const before = performance.now();
  t.deepEqual(await takenWords(asked), all.map(programWords));
  const ms = performance.now() - before;
  t.true(ms < 4_000, `${ms} ms`); // four one after another would take as long at least
  for (const one of all) t.is(await askedOf(one), 1);
});

test("one whose directory others may enter is not asked", async (t) => {
  const one = await pretender(t, send({ whose: "shop" }));
  chmodSync(one.root, 0o755);
  t.is(await wordsOf(one), programWords(one));
  t.is(await askedOf(one), 0);
});

rootTest("one whose directory, or whose socket, is another user's is not asked", async (t) => {
  const nobody = 65_534;
  const one = await pretender(t, send({ whose: "shop" }));
  for (const path of [one.root, relaySocket(one.root)]) {
    const { uid, gid } = lstatSync(path);
    chownSync(path, nobody, nobody);
    t.is(await wordsOf(one), programWords(one));
    chownSync(path, uid, gid);
  }
  t.is(await askedOf(one), 0);
});

test("one that does not have the port is not asked", async (t) => {
  const [one, other] = [await pretender(t, send({ whose: "a" })), await pretender(t, send({ whose: "b" }))];
  t.is(await relayedWordsOf(one), `system a of ${one.root} publishes it already`);
  t.is(await askedOf(other), 0);
});
