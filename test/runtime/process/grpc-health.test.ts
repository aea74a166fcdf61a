/** Health by gRPC, of servers that do it right (etcd's own, in Go), and of such as do it wrong in each way. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttp2, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { asksGrpc } from "../../../runtime/process/grpc-health.ts";
import { freePort } from "../../fresh.ts";
import { until } from "../../until.ts";

/** What is wrong with a server, in words; null: nothing. */
const problemOf = (port: number, service = "", host = "127.0.0.1", ms = 10_000): Promise<string | null> =>
  asksGrpc(host, port, service, AbortSignal.timeout(ms)).then(
    () => null,
    (error: Error) => error.message,
  );

/** A server on a free port until the test has ended, and its port. */
const listen = async (t: ExecutionContext, server: Server, host = "127.0.0.1"): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
};

type Answer = (stream: ServerHttp2Stream, body: Buffer, path: string) => void;

const serve = (t: ExecutionContext, answer: Answer, host?: string): Promise<number> => {
  const server = createHttp2();
  server.on("stream", (stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on("error", () => {});
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.on("end", () => answer(stream, Buffer.concat(pieces), String(headers[":path"])));
  });
  return listen(t, server as unknown as Server, host);
};

const grpc = { ":status": 200, "content-type": "application/grpc+proto" };

/** Answers with a message and a status behind it, as servers do. */
const says =
  (message: string, trailers: Record<string, string> = { "grpc-status": "0" }): Answer =>
  (stream) => {
    stream.respond(grpc, { waitForTrailers: true });
    stream.once("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(Buffer.from(message, "hex"));
  };

const serving = "00000000020801";

test("the service that is asked for is the one that is asked", async (t) => {
  const asked: string[] = [];
  const port = await serve(t, (stream, body, path) => {
    asked.push(`${path} ${body.toString("hex")}`);
    says(serving)(stream, body, path);
  });
  t.is(await problemOf(port), null);
  t.is(await problemOf(port, "a.B"), null);
  t.deepEqual(asked, [
    "/grpc.health.v1.Health/Check 0000000000",
    "/grpc.health.v1.Health/Check 00000000050a03612e42",
  ]);
});

test("it asks by IPv6 too", async (t) => {
  t.is(await problemOf(await serve(t, says(serving), "::1"), "", "::1"), null);
});

const trailersOnly =
  (headers: Record<string, string | number>): Answer =>
  (stream) =>
    stream.respond({ ...grpc, ...headers }, { endStream: true });

for (const [what, answer, problem] of [
  ["NOT_SERVING", says("00000000020802"), "the health service says NOT_SERVING"],
  ["UNKNOWN", says("0000000000"), "the health service says UNKNOWN"],
  ["SERVICE_UNKNOWN", says("00000000020803"), "the health service says SERVICE_UNKNOWN"],
  [
    "no health service",
    trailersOnly({ "grpc-status": 12 }),
    "the server has no health service (UNIMPLEMENTED)",
  ],
  [
    "no such service",
    trailersOnly({ "grpc-status": 5, "grpc-message": "unknown service" }),
    "the health service knows no service a.B (NOT_FOUND)",
  ],
  [
    "another error with words",
    says("", { "grpc-status": "14", "grpc-message": "the%20store%0Ais gone" }),
    "the health service answers UNAVAILABLE: the store is gone",
  ],
  [
    "words that are not encoded well",
    trailersOnly({ "grpc-status": 13, "grpc-message": "100% broken" }),
    "the health service answers INTERNAL: 100% broken",
  ],
  ["a status that nobody knows", trailersOnly({ "grpc-status": 77 }), "the health service answers status 77"],
  ["no status", says(serving, {}), "the answer ended without a status of gRPC"],
  ["another message", says("0000000001ff"), "the answer is none of the health checking protocol"],
  [
    "an answer without end",
    (stream) => {
      stream.respond(grpc);
      stream.write(Buffer.alloc(200_000));
    },
    "the answer is none of the health checking protocol",
  ],
  ["an error of HTTP", trailersOnly({ ":status": 503 }), "status 503"],
  [
    "a web site",
    trailersOnly({ "content-type": "text/html" }),
    "answers by HTTP/2, but not by gRPC: its content is text/html",
  ],
  [
    "a stream that is refused",
    (stream) => stream.close(7),
    "Stream closed with error code NGHTTP2_REFUSED_STREAM",
  ],
  [
    "a session that is closed",
    (stream) => stream.session!.destroy(),
    "the connection was closed before the answer",
  ],
] as const satisfies readonly (readonly [string, Answer, string])[])
  test(`told in words: ${what}`, async (t) => {
    t.is(await problemOf(await serve(t, answer), "a.B"), problem);
  });

test("a server that speaks HTTP/1 alone is told so", async (t) => {
  const http1 = createHttp1((_, response) => response.end("hello"));
  t.is(await problemOf(await listen(t, http1)), "does not speak HTTP/2, as gRPC does");
  const other = createTcp((socket) => socket.write("220 mail.example.com ESMTP\r\n"));
  t.is(await problemOf(await listen(t, other)), "does not speak HTTP/2, as gRPC does");
});

test("a server that closes, resets, hangs, or is not there", async (t) => {
  const closes = createTcp((socket) => socket.end());
  t.is(await problemOf(await listen(t, closes)), "the connection was closed before the answer");
  const resets = createTcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
  t.regex((await problemOf(await listen(t, resets))) ?? "", /ECONNRESET/);
  const hangs = createTcp(() => {});
  t.regex((await problemOf(await listen(t, hangs), "", "127.0.0.1", 300)) ?? "", /abort/);
  const silent = await serve(t, () => {});
  t.regex((await problemOf(silent, "", "127.0.0.1", 300)) ?? "", /abort/);
  t.regex((await problemOf(await freePort())) ?? "", /ECONNREFUSED/);
});

test("nothing of a probe is left open", async (t) => {
  const open = new Set<Socket>();
  const server = createHttp2();
  server.on("stream", (stream) => says(serving)(stream, Buffer.alloc(0), ""));
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  const port = await listen(t, server as unknown as Server);
  for (let i = 0; i < 20; i++) t.is(await problemOf(port), null);
  await until("all connections are closed", () => open.size === 0);
});

test("etcd's health service is understood", async (t) => {
  const directory = mkdtempSync(`${tmpdir()}/etcd-`);
  const [client, peer] = [await freePort(), await freePort()];
  const url = (port: number): string => `http://127.0.0.1:${port}`;
  const etcd = spawn(
    "etcd",
    [
      ...[
        "--data-dir",
        directory,
        "--name",
        "a",
        "--initial-cluster",
        `a=${url(peer)}`,
        "--log-level",
        "error",
      ],
      ...["--listen-client-urls", url(client), "--advertise-client-urls", url(client)],
      ...["--listen-peer-urls", url(peer), "--initial-advertise-peer-urls", url(peer)],
    ],
    { stdio: "ignore" },
  );
  t.teardown(async () => {
    etcd.kill("SIGKILL");
    if (etcd.exitCode === null) await once(etcd, "exit");
    rmSync(directory, { recursive: true, force: true });
  });
  const end = Date.now() + 60_000;
  while ((await problemOf(client)) !== null && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  t.is(await problemOf(client), null);
  t.is(await problemOf(client, "no.such"), "the health service knows no service no.such (NOT_FOUND)");
});
