import test from "ava";
import { notFound } from "../../../src/core/lookup.ts";
import {
  answered,
  followed,
  isUnresolved,
  longestMs,
  shortestMs,
  staleWords,
  unresolvedWords,
  untoldMs,
} from "../../../src/live/policy/resolution.ts";

const found = (v4: readonly string[] | null, v6: readonly string[] | null, ttlMs: number | null) => ({
  v4,
  v6,
  ttlMs,
  problem: null,
});
const fresh = followed(["smtp.mail"], null, 0);
const host = "mx.example.com";

test("an answer is believed for its time to live, within bounds", (t) => {
  const at = (ttlMs: number | null): number | null =>
    answered(fresh, found(["192.0.2.7"], [], ttlMs), 100).at;
  t.is(at(30_000), 30_100);
  t.is(at(0), 100 + shortestMs);
  t.is(at(86_400_000), 100 + longestMs);
  t.is(at(null), 100 + untoldMs);
});

test("equal addresses in another order are the same object, so that nothing is folded again", (t) => {
  const one = answered(fresh, found(["192.0.2.8", "192.0.2.7"], ["2001:DB8::7"], 1_000), 0);
  t.deepEqual(one.resolved, { v4: ["192.0.2.7", "192.0.2.8"], v6: ["2001:db8::7"] });
  const two = answered(one, found(["192.0.2.7", "192.0.2.8"], ["2001:db8::7"], 1_000), 2_000);
  t.is(two.resolved, one.resolved);
});

test("failures leave what was found, and wait longer and longer, until an answer", (t) => {
  let state = answered(fresh, found(["192.0.2.7"], [], 1_000), 0);
  const { resolved } = state;
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const now = state.at!;
    state = answered(state, notFound("no name server answered"), now);
    waits.push(state.at! - now);
    t.is(state.resolved, resolved);
  }
  t.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  t.false(isUnresolved(state));
  t.is(
    staleWords(host, state),
    "mx.example.com cannot be resolved anew: no name server answered; it stays 192.0.2.7",
  );
  const again = answered(state, found(["192.0.2.8"], [], 5_000), 1_000_000);
  t.like(again, { at: 1_005_000, problem: null, resolved: { v4: ["192.0.2.8"], v6: [] } });
  t.is(answered(again, notFound("x"), 1_005_000).at, 1_006_000, "an answer forgives all failures");
});

test("what was never found is not ready, with the resolver's words", (t) => {
  const state = answered(fresh, notFound("there is no such name (queryA ENOTFOUND mx.example.com)"), 0);
  t.true(isUnresolved(state));
  t.is(
    unresolvedWords(host, state),
    "mx.example.com cannot be resolved: there is no such name (queryA ENOTFOUND mx.example.com)",
  );
  t.is(unresolvedWords(host, fresh), "mx.example.com is being resolved");
  t.is(staleWords(host, state), null);
});

test("an address that no host elsewhere has is not taken: this machine is not reached by a name", (t) => {
  const state = answered(fresh, found(["127.0.0.1"], ["::1"], 1_000), 0);
  t.is(state.resolved, null);
  t.is(state.problem, "its address is 127.0.0.1, which is this machine itself: write `at host`");
  for (const [v4, v6] of [
    ["192.0.0.8", "fc00::2"],
    ["192.0.0.8", "FC00:0::2"],
  ] as const) {
    const host = answered(fresh, found([v4], [v6], 1_000), 0);
    t.is(host.resolved, null);
    t.is(host.problem, "its address is 192.0.0.8, which is this machine itself: write `at host`");
  }
  const near = answered(fresh, found(["169.254.169.254"], ["fe80::1"], 1_000), 0);
  t.is(near.resolved, null);
  t.is(
    near.problem,
    "its address is 169.254.169.254, which is an address that means something on one link alone",
  );
  for (const [v4, v6] of [
    [["168.63.129.16"], []],
    [["100.100.100.200"], []],
    [[], ["64:ff9b::a9fe:a9fe"]],
    [[], ["64:ff9b:1::a83f:8110"]],
    [[], ["fd00:ec2::254"]],
  ] as const) {
    const cloud = answered(fresh, found([...v4], [...v6], 1_000), 0);
    t.is(cloud.resolved, null);
    t.regex(cloud.problem ?? "", /, which is (?:what a cloud keeps for this machine alone)$/);
  }
  const beside = answered(fresh, found(["168.63.129.17"], ["64:ff9b::808:808"], 1_000), 0);
  t.deepEqual(beside.resolved, { v4: ["168.63.129.17"], v6: ["64:ff9b::808:808"] });
  const mixed = answered(fresh, found(["127.0.0.1", "192.0.2.7", "0.0.0.0"], ["ff02::1"], 1_000), 0);
  t.deepEqual(mixed.resolved, { v4: ["192.0.2.7"], v6: [] });
});

test("what could not be told of one family stays as it was", (t) => {
  const one = answered(fresh, found(["192.0.2.7"], ["2001:db8::7"], 1_000), 0);
  const partly = { v4: ["192.0.2.8"], v6: null, ttlMs: 1_000, problem: "the name server failed" };
  const two = answered(one, partly, 1_000);
  t.deepEqual(two.resolved, { v4: ["192.0.2.8"], v6: ["2001:db8::7"] });
  const words = "mx.example.com is resolved in part: the name server failed; it is 192.0.2.8";
  const later = answered(answered(two, partly, 2_000), partly, 3_000);
  t.is(staleWords(host, later), `${words}, 2001:db8::7`);
  t.is(staleWords(host, answered(fresh, partly, 0)), words, "what was never whole is told at once");
});

test("what fails in part now and then is not told", (t) => {
  const whole = found(["192.0.2.7"], ["2001:db8::7"], 1_000);
  const partly = { v4: ["192.0.2.7"], v6: null, ttlMs: 1_000, problem: "the name server failed" };
  let state = answered(fresh, whole, 0);
  for (let i = 1; i < 50; i++) {
    state = answered(state, i % 3 === 0 ? whole : partly, i * 1_000);
    t.is(state.problem, null, String(i));
  }
});

test("a name whose answers change again and again is asked for less and less often", (t) => {
  let [state, changes, now] = [answered(fresh, found(["192.0.2.0"], [], 1_000), 0), 0, 0];
  const waits: number[] = [];
  while (now < 86_400_000) {
    now = state.at!;
    const next = answered(state, found([`192.0.2.${(changes % 4) + 1}`], [], 1_000), now);
    if (next.resolved !== state.resolved) changes++;
    waits.push(next.at! - now);
    state = next;
  }
  t.deepEqual(waits.slice(0, 7), [1_000, 1_000, 1_000, 1_000, 2_000, 4_000, 8_000]);
  t.true(Math.max(...waits) === 300_000 && changes < 310, String(changes));
  const same = answered(state, { ...found(state.resolved!.v4, [], 1_000) }, now);
  t.is(same.at, now + 1_000, "the same answer is believed for its time to live");
});
