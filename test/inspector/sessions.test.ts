import test from "ava";
import { Sessions } from "../../src/inspector/sessions.ts";

test("each token opens one session, and no two are alike", (t) => {
  const sessions = new Sessions();
  const tokens = Array.from({ length: 20 }, () => sessions.issue());
  t.is(new Set(tokens).size, 20);
  for (const token of tokens) t.regex(token, /^[\w-]{43}$/);
  const made = tokens.map((token) => sessions.redeem(token)!);
  t.true(made.every((one) => sessions.admits(one)));
  t.is(sessions.redeem(tokens[3]!), null);
  t.false(sessions.admits({ cookie: made[0]!.key, key: made[0]!.cookie }));
  t.false(sessions.admits({ cookie: tokens[0]!, key: tokens[0]! }));
});

test("the oldest are forgotten, so that memory is bounded", (t) => {
  const sessions = new Sessions();
  const first = sessions.redeem(sessions.issue())!;
  for (let i = 0; i < 63; i++) sessions.redeem(sessions.issue());
  t.true(sessions.admits(first));
  sessions.redeem(sessions.issue());
  t.false(sessions.admits(first));
  const token = sessions.issue();
  for (let i = 0; i < 64; i++) sessions.issue();
  t.is(sessions.redeem(token), null);
});
