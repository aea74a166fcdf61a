/** The HTTP side of the inspector: the files of its page, the exchange of a token, and the way to its socket. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { type WebSocket, WebSocketServer } from "ws";
import { KernelError, kernelErrorOf } from "../../runtime/kernel-error.ts";
import type { Asset } from "./assets.ts";
import { isOwnHost, isOwnOrigin, loopbackAddress } from "./loopback.ts";
import type { Sessions } from "./sessions.ts";

/** The words of the WebSocket's subprotocol: this, and `key.` with the page's key. */
export const socketProtocol = "architect-inspector";

/** The longest message of a page: a text that is saved. In bytes. */
const longestMessage = 16 << 20;
/** The longest body of a request. In bytes. */
const longestBody = 1 << 10;

const exchange = t.readonly(t.type({ token: t.string }));

const policy = (host: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "worker-src 'self'",
    `connect-src 'self' ws://${host}`,
    ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ].join("; ");

const headersFor = (host: string): Readonly<Record<string, string>> => ({
  "Content-Security-Policy": policy(host),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
});

const cookieOf = ({ headers: { cookie = "" } }: IncomingMessage, name: string): string | null => {
  for (const pair of cookie.split(/;\s*/))
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1);
  return null;
};

const keyOf = ({ headers }: IncomingMessage): string | null =>
  /(?:^|,)\s*key\.([\w-]+)\s*(?:,|$)/.exec(headers["sec-websocket-protocol"] ?? "")?.[1] ?? null;

const bodyOf = async (request: IncomingMessage): Promise<string | null> => {
  let text = "";
  request.setEncoding("utf8");
  for await (const piece of request) {
    text += piece;
    if (text.length > longestBody) return null;
  }
  return text;
};

const parsed = (text: string | null): unknown => {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
};

/** What the server needs of the others. */
export interface HttpOptions {
  readonly sessions: Sessions;
  /** By their path, which begins with `/`. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** A page was let in: it speaks over this. */
  readonly onPage: (socket: WebSocket) => void;
  /** A token was used, so that another is needed to open the page again. */
  readonly onRedeemed: () => void;
}

/** Listens on loopback alone. */
export class InspectorHttp {
  readonly #options: HttpOptions;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
    handleProtocols: () => socketProtocol,
  });
  #port = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.maxConnections = 256;
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on("clientError", (_, socket) => (socket as Socket).destroy());
  }

  /** The port that it got; 0 asks for any. Throws a `KernelError` where it cannot be had. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      // Later ones are of single connections (no descriptor is free): the server goes on, and so it stays.
      this.#server.on("error", (error: NodeJS.ErrnoException) =>
        reject(
          error.code === "EADDRINUSE"
            ? new KernelError(`listen at port ${port}`, "EADDRINUSE", "another program has it")
            : kernelErrorOf(`listen at port ${port}`, error),
        ),
      );
      this.#server.listen({ host: loopbackAddress, port }, resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Hangs up on all. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  get #cookieName(): string {
    return `architect-inspector-${this.#port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host, origin } = request.headers;
    const refuse = (code: number, why: string): void => {
      response.writeHead(code, {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
      });
      response.end(`${why}\n`);
    };
    // Whoever comes by another name was led here by a page that is not ours.
    if (!isOwnHost(host, this.#port))
      return refuse(403, `this server is ${loopbackAddress}:${this.#port}, by no other name`);
    if (origin !== undefined && !isOwnOrigin(origin, host, this.#port))
      return refuse(403, "this server answers its own pages only");
    for (const [name, value] of Object.entries(headersFor(host!))) response.setHeader(name, value);
    const { method = "", url = "/" } = request;
    if (url === "/session") {
      if (method !== "POST") return refuse(405, "a token is posted");
      return this.#open(request, response, refuse);
    }
    const asset = this.#options.assets.get(url.split("?")[0]!);
    if (asset === undefined) return refuse(404, "there is no such page");
    if (method !== "GET" && method !== "HEAD") return refuse(405, "this can only be read");
    response.writeHead(200, { "Content-Type": asset.type, "Content-Length": asset.bytes.length });
    response.end(method === "HEAD" ? undefined : asset.bytes);
  }

  async #open(
    request: IncomingMessage,
    response: ServerResponse,
    refuse: (code: number, why: string) => void,
  ): Promise<void> {
    const { host, origin } = request.headers;
    if (!isOwnOrigin(origin, host, this.#port)) return refuse(403, "this server answers its own pages only");
    const asked = exchange.decode(parsed(await bodyOf(request).catch(() => null)));
    if (isLeft(asked)) return refuse(400, "a token is missing");
    const made = this.#options.sessions.redeem(asked.right.token);
    if (made === null) return refuse(403, "this address was used before, or is not of this server");
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Set-Cookie": `${this.#cookieName}=${made.cookie}; Path=/; HttpOnly; SameSite=Strict`,
    });
    response.end(JSON.stringify({ key: made.key }));
    this.#options.onRedeemed();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.#refusalOf(request);
    if (refusal === null)
      this.#sockets.handleUpgrade(request, socket, head, (page) => this.#options.onPage(page));
    else socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
  }

  /** Why a socket is not opened; null where it is. */
  #refusalOf(request: IncomingMessage): string | null {
    const { host, origin } = request.headers;
    if (request.url !== "/socket") return "404 Not Found";
    if (!isOwnOrigin(origin, host, this.#port)) return "403 Forbidden";
    const [cookie, key] = [cookieOf(request, this.#cookieName), keyOf(request)];
    const isKnown = cookie !== null && key !== null && this.#options.sessions.admits({ cookie, key });
    return isKnown ? null : "401 Unauthorized";
  }
}
