/** The language server of a page. */
import test, { type ExecutionContext } from "ava";
import type { Follower } from "../../src/inspector/follower.ts";
import type { PageConnection } from "../../src/inspector/page-connection.ts";
import { PageTexts } from "../../src/inspector/page-texts.ts";
import { until } from "../until.ts";

const hello = '{"jsonrpc":"2.0","method":"hello"}';

const scene = (t: ExecutionContext, languageServer: readonly string[]) => {
  const texts = new PageTexts({} as Follower, {
    program: async () => null,
    rewrite: () => null,
    languageServer,
  });
  const closed = new AbortController();
  t.teardown(() => closed.abort());
  const heard: string[] = [];
  const page = {
    closed: closed.signal,
    language: (message: string) => heard.push(message),
    languageEnded: () => heard.push("ended"),
  } as unknown as PageConnection;
  const say = async (): Promise<void> => (await texts.serverOf(page)).send('{"jsonrpc":"2.0","method":"x"}');
  return { texts, page, heard, say, closed };
};

test("a language server that ended is told, and the next message begins another", async (t) => {
  const answering = `printf 'Content-Length: ${hello.length}\\r\\n\\r\\n${hello}'; read line`;
  const { heard, say } = scene(t, ["sh", "-c", answering]);
  for (let i = 1; i <= 2; i++) {
    await say();
    await until("it has ended", () => heard.filter((one) => one === "ended").length === i);
    await until("it has spoken", () => heard.filter((one) => one === hello).length === i);
  }
  t.is(heard.length, 4);
});

test("one that cannot be started is told once, and tried again", async (t) => {
  const { heard, say } = scene(t, ["/nowhere/at/all"]);
  await say();
  await until("it is told", () => heard.length === 1);
  await say();
  await until("it is told again", () => heard.length === 2);
  t.deepEqual(heard, ["ended", "ended"]);
});

test("it ends with its page, and begins for none that is gone", async (t) => {
  const { texts, page, heard, closed } = scene(t, ["sleep", "1000"]);
  t.is(await texts.serverOf(page), await texts.serverOf(page));
  closed.abort();
  await until("it has ended", () => heard.includes("ended"));
  await t.throwsAsync(() => texts.serverOf(page), { message: /page is gone/ });
});
