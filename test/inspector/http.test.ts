/** Who is let in: told by its address, its pages and its sessions, whatever else is said. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type ClientRequest, type IncomingMessage, request, type Server } from "node:http";
import { connect } from "node:net";
import test, { type ExecutionContext } from "ava";
import { WebSocket } from "ws";
import { InspectorHttp, socketProtocol } from "../../src/inspector/http.ts";
import { Sessions } from "../../src/inspector/sessions.ts";

interface Scene {
  readonly port: number;
  readonly own: string;
  readonly sessions: Sessions;
  readonly pages: WebSocket[];
  readonly redeemed: () => number;
}

const scene = async (t: ExecutionContext): Promise<Scene> => {
  const sessions = new Sessions();
  const pages: WebSocket[] = [];
  let redeemed = 0;
  const http = new InspectorHttp({
    sessions,
    assets: new Map([["/", { type: "text/html; charset=utf-8", bytes: Buffer.from("<p>page</p>") }]]),
    onPage: (page) => pages.push(page),
    onRedeemed: () => redeemed++,
  });
  const port = await http.listen(0);
  t.teardown(() => http.close());
  return { port, own: `http://127.0.0.1:${port}`, sessions, pages, redeemed: () => redeemed };
};

interface Answer {
  readonly code: number;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

const answerTo = (sent: ClientRequest, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", async (response) => {
      let text = "";
      for await (const piece of response) text += piece;
      resolve({ code: response.statusCode!, body: text, headers: response.headers });
    });
    sent.end(body);
  });

const send = (
  { port }: Scene,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Promise<Answer> =>
  answerTo(
    request({ host: "127.0.0.1", port, method, path, headers: { host: `127.0.0.1:${port}`, ...headers } }),
    body,
  );

/** Redeems a token as the page does. */
const exchange = (at: Scene, token: string, headers: Readonly<Record<string, string>> = {}) =>
  send(at, "POST", "/session", { origin: at.own, ...headers }, JSON.stringify({ token }));

interface Admitted {
  readonly cookie: string;
  readonly key: string;
}

const enter = async (at: Scene): Promise<Admitted> => {
  const { code, body, headers } = await exchange(at, at.sessions.issue());
  if (code !== 200) throw new Error(body);
  const { key } = JSON.parse(body) as { readonly key: string };
  return { key, cookie: headers["set-cookie"]![0]!.split(";")[0]! };
};

/** `open`, or the code with which the socket is refused. */
const opened = (
  { port, own }: Scene,
  { cookie, key }: Partial<Admitted>,
  headers: Readonly<Record<string, string>> = {},
): Promise<string | number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}/socket`,
      key === undefined ? [socketProtocol] : [socketProtocol, `key.${key}`],
      { headers: { origin: own, ...(cookie === undefined ? {} : { cookie }), ...headers } },
    );
    socket.once("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.once("unexpected-response", (_, response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    socket.once("error", () => undefined);
  });

test("it listens on loopback alone", async (t) => {
  const { port } = await scene(t);
  const refused = await new Promise((resolve) => {
    // Another address of the same interface.
    const socket = connect({ host: "127.0.0.2", port });
    socket.once("connect", () => resolve("connected"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  t.is(refused, "ECONNREFUSED");
});

test("the page is served with a policy that lets nothing else in", async (t) => {
  const at = await scene(t);
  const { code, body, headers } = await send(at, "GET", "/");
  t.deepEqual([code, body], [200, "<p>page</p>"]);
  t.regex(String(headers["content-security-policy"]), /^default-src 'none'; script-src 'self';/);
  t.regex(String(headers["content-security-policy"]), /frame-ancestors 'none'/);
  t.notRegex(String(headers["content-security-policy"]), /unsafe|\*|https?:/);
  t.is(headers["x-content-type-options"], "nosniff");
  t.is(headers["referrer-policy"], "no-referrer");
  t.is(headers["cross-origin-resource-policy"], "same-origin");
  t.is(headers["cache-control"], "no-store");
  t.is((await send(at, "GET", "/../package.json")).code, 404);
  t.is((await send(at, "PUT", "/")).code, 405);
});

test("a host of another name is refused, however near it is", async (t) => {
  const at = await scene(t);
  const token = at.sessions.issue();
  for (const host of [
    "127.0.0.1",
    `127.0.0.1:${at.port + 1}`,
    `127.0.0.2:${at.port}`,
    `127.1:${at.port}`,
    `2130706433:${at.port}`,
    `0x7f.1:${at.port}`,
    `127.0.0.1.example.com:${at.port}`,
    `127.0.0.1.nip.io:${at.port}`,
    `localhost.example.com:${at.port}`,
    `example.com:${at.port}`,
    `0.0.0.0:${at.port}`,
    `127.0.0.1:${at.port}@example.com`,
    // It means ::1 too, where another user may listen.
    `localhost:${at.port}`,
    `LOCALHOST:${at.port}`,
    `[::1]:${at.port}`,
  ]) {
    t.is((await send(at, "GET", "/", { host })).code, 403, host);
    t.is((await exchange(at, token, { host, origin: `http://${host}` })).code, 403, host);
    t.is(await opened(at, await enter(at), { host, origin: `http://${host}` }), 403, host);
  }
  t.is((await exchange(at, token)).code, 200, "none of these has used it up");
});

test("a page of another origin is refused, and so is whoever says none", async (t) => {
  const at = await scene(t);
  const known = await enter(at);
  const token = at.sessions.issue();
  for (const origin of [
    "http://example.com",
    `https://127.0.0.1:${at.port}`,
    `http://127.0.0.1:${at.port + 1}`,
    `http://localhost:${at.port}`, // of a request to 127.0.0.1
    `http://127.0.0.1.example.com:${at.port}`,
    "null",
    "file://",
  ]) {
    t.is((await send(at, "GET", "/", { origin })).code, 403, origin);
    t.is((await exchange(at, token, { origin })).code, 403, origin);
    t.is(await opened(at, known, { origin }), 403, origin);
  }
  const silent = await send(at, "POST", "/session", {}, JSON.stringify({ token }));
  t.is(silent.code, 403);
  t.is(await opened(at, known), "open", "with its own");
  t.is((await exchange(at, token)).code, 200);
});

test("a token is taken once, and only where it is one", async (t) => {
  const at = await scene(t);
  const token = at.sessions.issue();
  t.is((await exchange(at, "")).code, 403);
  t.is((await exchange(at, token.slice(0, -1))).code, 403);
  const first = await exchange(at, token);
  t.is(first.code, 200);
  t.regex(
    first.headers["set-cookie"]![0]!,
    /^architect-inspector-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  t.false(first.body.includes(token));
  const again = await exchange(at, token);
  t.deepEqual([again.code, again.headers["set-cookie"]], [403, undefined], "replayed");
  t.is(at.redeemed(), 1);
  t.is((await send(at, "GET", `/session?token=${at.sessions.issue()}`)).code, 404);
  for (const body of ["", "{}", '{"token":1}', "[", `{"token":"${"a".repeat(5_000)}"}`])
    t.is((await send(at, "POST", "/session", { origin: at.own }, body)).code, 400, body.slice(0, 20));
});

test("a socket opens for a cookie and a key of one session", async (t) => {
  const at = await scene(t);
  const [a, b] = [await enter(at), await enter(at)];
  t.is(await opened(at, {}), 401, "no token at all");
  t.is(await opened(at, { cookie: a.cookie }), 401, "a cookie alone, as another port of this host gets it");
  t.is(await opened(at, { key: a.key }), 401, "a key alone");
  t.is(await opened(at, { cookie: a.cookie, key: b.key }), 401, "of two sessions");
  t.is(await opened(at, { cookie: `${a.cookie.slice(0, -2)}AA`, key: a.key }), 401);
  t.is(await opened(at, a), "open");
  t.is(await opened(at, { ...b, cookie: `other=1; ${b.cookie}` }), "open", "among other cookies");
  t.is(at.pages.length, 2);
});

test("a cookie that another port of this host got is good for nothing", async (t) => {
  const at = await scene(t);
  const { cookie, key } = await enter(at);
  const token = at.sessions.issue();
  for (const method of ["GET", "POST"]) {
    const { body, headers } = await send(at, method, "/session", { cookie, origin: at.own });
    t.false(body.includes(key), method);
    t.is(headers["set-cookie"], undefined, method);
  }
  t.is((await send(at, "GET", "/", { cookie })).body, (await send(at, "GET", "/")).body);
  const origin = `http://127.0.0.1:${at.port + 1}`;
  t.is((await exchange(at, token, { cookie, origin })).code, 403);
  t.is(await opened(at, { cookie }, { origin }), 403);
});

test("where a connection cannot be taken the server goes on", async (t) => {
  const at = await scene(t);
  let server: Server | null = null;
  const note = (message: unknown): void => {
    const started = message as { readonly server: Server; readonly request: IncomingMessage };
    if (started.request.headers.host === `127.0.0.1:${at.port}`) ({ server } = started);
  };
  subscribe("http.server.request.start", note);
  t.teardown(() => unsubscribe("http.server.request.start", note));
  await send(at, "GET", "/");
  // As the system refuses one: each time, not only the first.
  for (let i = 0; i < 2; i++) server!.emit("error", new Error("accept EMFILE"));
  t.is((await send(at, "GET", "/")).code, 200);
});

test("a port that another program has is told", async (t) => {
  const at = await scene(t);
  const other = new InspectorHttp({
    sessions: new Sessions(),
    assets: new Map(),
    onPage: () => undefined,
    onRedeemed: () => undefined,
  });
  await t.throwsAsync(() => other.listen(at.port), { message: /another program has it/ });
});
