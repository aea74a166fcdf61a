/** Tables on the real kernel, in a namespace of their own; `nft` is the independent reader. */

import { setTimeout as pause } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import fc from "fast-check";
import {
  createNamespace,
  deleteNamespace,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../../runtime/namespaces.ts";
import { buses, NetlinkSocket } from "../../../runtime/netlink/socket.ts";
import { MessageWriter } from "../../../runtime/netlink/writer.ts";
import { hubRuleset } from "../../../runtime/netns/ruleset.ts";
import { commit, getGeneration, readGeneration } from "../../../runtime/nftables/batch.ts";
import { decodeComment, longestComment, writeComment } from "../../../runtime/nftables/comment.ts";
import { createRuleset, rewriteChains } from "../../../runtime/nftables/fixed.ts";
import {
  difference,
  type Elements,
  elementId,
  type Placed,
  readRuleset,
  requestsFor,
} from "../../../runtime/nftables/ruleset.ts";
import { freshName } from "../../fresh.ts";
import { kernelTest as test } from "../netns/lab.ts";
import { nft } from "../nft.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 25);

const socketIn = (t: ExecutionContext): { readonly name: string; readonly socket: NetlinkSocket } => {
  prepareNetnsDirectory();
  const name = freshName();
  const socket = createNamespace(name, () => new NetlinkSocket(buses.netfilter))!;
  t.teardown(() => {
    socket.close();
    deleteNamespace(name);
    releaseNetnsDirectory();
  });
  return { name, socket };
};

const ruleset = hubRuleset("test");
const done = { _tag: "done", transactions: 1 };

const word = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
const registered = (index: number, comment: string): Placed => {
  const key = new Uint8Array(16);
  key.set(word(index), 12);
  return { set: "registry", element: { key, data: null, comment } };
};
const collected = (list: readonly Placed[]): Elements =>
  new Map(list.map((placed) => [elementId(placed.set, placed.element.key), placed] as const));

test("the rules are what their comments say, in nft's own words", (t) => {
  const { name, socket } = socketIn(t);
  t.deepEqual(commit(socket, createRuleset(ruleset), null), done);
  const text = nft(name, "list", "table", "inet", ruleset.table);
  for (const chain of ruleset.chains) {
    for (const { says } of chain.rules)
      t.true(text.includes(`comment "${says.replaceAll('"', '\\"')}"`) || text.includes(says), says);
  }
  t.true(text.includes("fib saddr . iif oif 0 drop"), text);
  t.true(text.includes("ct state established,related accept"));
  t.true(
    text.includes("ct mark set meta mark . ip daddr . meta l4proto . th dport map @policy4 accept"),
    text,
  );
  t.true(text.includes("numgen random mod 64"), text);
  const found = readRuleset(socket, ruleset);
  t.true(found.whole);
  t.is(found.elements.size, 0);
});

test("a table that lacks a rule, or has one too many, is not whole", (t) => {
  const { name, socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  nft(name, "add", "rule", "inet", ruleset.table, "admit", "accept");
  t.false(readRuleset(socket, ruleset).whole);
  nft(name, "flush", "chain", "inet", ruleset.table, "admit");
  t.false(readRuleset(socket, ruleset).whole);
  const altered = readRuleset(socket, ruleset);
  t.true(altered.shaped, "its sets are as they must be");
  t.deepEqual(commit(socket, rewriteChains(ruleset, altered), null), done);
  t.true(readRuleset(socket, ruleset).whole);
  nft(name, "chain", "inet", ruleset.table, "admit", "{ policy accept ; }");
  t.false(readRuleset(socket, ruleset).whole);
  nft(name, "delete", "table", "inet", ruleset.table);
  t.false(readRuleset(socket, ruleset).there);
});

test("any elements to any others, by the difference alone", (t) => {
  const { socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  let before: Elements = new Map();
  const texts = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.dictionary(fc.nat({ max: 300 }).map(String), texts, { maxKeys: 200 }), (wanted) => {
      const after = collected(Object.entries(wanted).map(([index, text]) => registered(Number(index), text)));
      const requests = requestsFor(ruleset.table, difference(before, after));
      if (requests.length > 0) t.deepEqual(commit(socket, requests, null), done);
      before = after;
      const { elements } = readRuleset(socket, ruleset);
      const shown = (found: Elements): unknown =>
        [...found].map(([id, { element }]) => [id, element.comment]).sort();
      t.deepEqual(shown(elements), shown(after));
    }),
    { numRuns: runs },
  );
});

test("a transaction is whole or nothing, and names what was refused", (t) => {
  const { socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  const good = registered(1, "good");
  const bad: Placed = { set: "nowhere", element: good.element };
  const outcome = commit(socket, requestsFor(ruleset.table, { removed: [], added: [good, bad] }), null);
  if (outcome._tag !== "refused") return t.fail(outcome._tag);
  t.deepEqual([...outcome.refusals.keys()], [1]);
  t.is(outcome.refusals.get(1)!.code, "ENOENT");
  t.is(outcome.refusals.get(1)!.doing, "add 1 element to architect nowhere");
  t.is(readRuleset(socket, ruleset).elements.size, 0);
});

test("a transaction of which very much is refused is refused", (t) => {
  const { socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  const removed = Array.from({ length: 200_000 }, (_, index) => registered(index, ""));
  const outcome = commit(socket, requestsFor(ruleset.table, { removed, added: [] }), null);
  if (outcome._tag !== "refused") return t.fail(outcome._tag);
  t.is(outcome.refusals.get(0)!.code, "ENOENT");
  t.deepEqual(
    commit(socket, requestsFor(ruleset.table, { removed: [], added: [registered(1, "x")] }), null),
    done,
  );
});

test("a generation that has passed is refused, and nothing is done", (t) => {
  const { name, socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  const generation = socket.get(getGeneration, readGeneration)!;
  const requests = requestsFor(ruleset.table, { removed: [], added: [registered(1, "mine")] });
  nft(name, "add", "table", "inet", "somebody-elses");
  t.deepEqual(commit(socket, requests, generation), { _tag: "stale" });
  t.is(readRuleset(socket, ruleset).elements.size, 0);
  const now = socket.get(getGeneration, readGeneration)!;
  t.deepEqual(commit(socket, requests, now), done);
  t.is(socket.get(getGeneration, readGeneration), now + 1);
});

test("what is too long for one send takes several, each a step further", async (t) => {
  const { socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  const added = Array.from({ length: 60_000 }, (_, index) => registered(index, "x".repeat(200)));
  const generation = socket.get(getGeneration, readGeneration)!;
  const outcome = commit(socket, requestsFor(ruleset.table, { removed: [], added }), generation);
  t.is(outcome._tag, "done");
  t.true(outcome._tag === "done" && outcome.transactions > 1);
  // A set that the kernel is still making larger is dumped with gaps.
  const count = (): number => readRuleset(socket, ruleset).elements.size;
  for (let i = 0; i < 50 && count() < added.length; i++) await pause(100);
  t.is(count(), added.length);
});

test("comments are what nft shows", (t) => {
  const { name, socket } = socketIn(t);
  commit(socket, createRuleset(ruleset), null);
  commit(
    socket,
    requestsFor(ruleset.table, { removed: [], added: [registered(7, "seven and a half")] }),
    null,
  );
  t.true(nft(name, "list", "set", "inet", ruleset.table, "registry").includes('comment "seven and a half"'));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      fc.pre(!text.includes("\0") && Buffer.byteLength(text) <= longestComment);
      const writer = new MessageWriter();
      writeComment(writer, 1, text);
      t.is(decodeComment(writer.written().subarray(4)), text);
    }),
    { numRuns: runs },
  );
});
