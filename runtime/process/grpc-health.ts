/**
 * A client of gRPC's health checking protocol, over HTTP/2 without encryption
 * (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
 */
import {
  connect as connectHttp2,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { connect } from "node:net";
import { decodeStatus, encodeRequest, grpcCodes } from "./grpc-message.ts";

/** An answer is a few bytes; what sends more than so many is something else. */
const longestAnswer = 65_536;
/** So much is shown of what a server says for itself. */
const longestWords = 120;

const unanswered = "the connection was closed before the answer";

const shown = (text: string): string => {
  let words = text;
  try {
    words = decodeURIComponent(text); // `grpc-message` is encoded so
  } catch {
    // as it is
  }
  return words.replace(/[\p{Cc}\s]+/gu, " ").slice(0, longestWords);
};

/** What a status of gRPC says of a server's health; null: that the call went well. */
const problemOfCall = (headers: IncomingHttpHeaders, service: string): string | null => {
  const code = Number(headers["grpc-status"]);
  const name = grpcCodes[code] ?? `status ${shown(String(headers["grpc-status"]))}`;
  if (name === "OK") return null;
  if (name === "UNIMPLEMENTED") return "the server has no health service (UNIMPLEMENTED)";
  if (name === "NOT_FOUND" && service !== "")
    return `the health service knows no service ${service} (NOT_FOUND)`;
  const said = shown(String(headers["grpc-message"] ?? ""));
  return `the health service answers ${name}${said === "" ? "" : `: ${said}`}`;
};

/** What an answer says, in words; null where the service serves. `trailers`: null where there were none. */
const problemOf = (
  headers: IncomingHttpHeaders & IncomingHttpStatusHeader,
  trailers: IncomingHttpHeaders | null,
  body: Buffer,
  service: string,
): string | null => {
  const status = headers[":status"];
  if (status === undefined) return unanswered;
  if (status !== 200) return `status ${status}`;
  const type = String(headers["content-type"] ?? "");
  if (!type.startsWith("application/grpc"))
    return `answers by HTTP/2, but not by gRPC: its content is ${type === "" ? "of no type" : shown(type)}`;
  const end = headers["grpc-status"] === undefined ? trailers : headers;
  if (end?.["grpc-status"] === undefined) return "the answer ended without a status of gRPC";
  const refused = problemOfCall(end, service);
  if (refused !== null) return refused;
  const serving = decodeStatus(body);
  if (serving === null) return "the answer is none of the health checking protocol";
  return serving === "SERVING" ? null : `the health service says ${serving}`;
};

/** Whether an error of a session comes from a peer that sent no frames of HTTP/2 at all. */
const isOtherProtocol = (error: NodeJS.ErrnoException, greeted: boolean): boolean =>
  !greeted && error.code === "ERR_HTTP2_ERROR";

/** Well if the health service says that the service, or the server as a whole (""), is serving. */
export const asksGrpc = (host: string, port: number, service: string, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const session = connectHttp2(`http://${authority}`, {
      createConnection: () => connect({ host, port, signal }),
    });
    let greeted = false;
    session.once("remoteSettings", () => {
      greeted = true;
    });
    const end = (problem: Error | null): void => {
      if (problem === null) resolve();
      else reject(problem);
      session.destroy();
    };
    const fail = (error: NodeJS.ErrnoException): void =>
      end(isOtherProtocol(error, greeted) ? new Error("does not speak HTTP/2, as gRPC does") : error);
    session.once("error", fail);
    // What comes after the outcome is known changes nothing.
    session.on("error", () => {});
    session.once("close", () => end(new Error(unanswered)));
    const request = session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: "/grpc.health.v1.Health/Check",
      [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
      [constants.HTTP2_HEADER_TE]: "trailers",
    });
    let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
    let trailers: IncomingHttpHeaders | null = null;
    const pieces: Buffer[] = [];
    let length = 0;
    request.once("response", (received) => {
      headers = received;
    });
    request.once("trailers", (received) => {
      trailers = received;
    });
    request.on("data", (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
      if (length > longestAnswer) end(new Error("the answer is none of the health checking protocol"));
    });
    request.once("error", fail);
    request.on("error", () => {});
    request.once("end", () => {
      const problem = problemOf(headers, trailers, Buffer.concat(pieces), service);
      end(problem === null ? null : new Error(problem));
    });
    request.end(encodeRequest(service));
  });
