// One connection to Redis, opened when it is needed. A real application has a client library here.
import { connect } from "node:net";

const { REDIS_HOST = "localhost", REDIS_PORT = 6379 } = process.env;

let socket = null;
let unread = "";
const waiting = [];

/** The reply at `from`, and where it ends; null while it is not there as a whole. */
const replyAt = (from) => {
  const end = unread.indexOf("\r\n", from);
  if (end < 0) return null;
  const [kind, head, next] = [unread[from], unread.slice(from + 1, end), end + 2];
  if (kind === "-") return { value: new Error(head), next };
  if (kind === "+" || kind === ":") return { value: head, next };
  const length = Number(head);
  if (length < 0) return { value: null, next };
  if (kind === "$")
    return unread.length < next + length + 2
      ? null
      : { value: unread.slice(next, next + length), next: next + length + 2 };
  const list = { value: [], next };
  for (let i = 0; i < length; i++) {
    const element = replyAt(list.next);
    if (element === null) return null;
    list.value.push(element.value);
    list.next = element.next;
  }
  return list;
};

const take = (text) => {
  unread += text;
  for (let reply = replyAt(0); reply !== null; reply = replyAt(0)) {
    unread = unread.slice(reply.next);
    const { resolve, reject } = waiting.shift();
    if (reply.value instanceof Error) reject(reply.value);
    else resolve(reply.value);
  }
};

const open = () => {
  const opened = connect(REDIS_PORT, REDIS_HOST).setEncoding("latin1").setNoDelay().on("data", take);
  opened.on("error", () => {});
  opened.on("close", () => {
    socket = null;
    unread = "";
    for (const { reject } of waiting.splice(0)) reject(new Error("Redis is away"));
  });
  return opened;
};

/** Says a command, and gives what Redis replies. It fails where the connection is lost: Redis may have heard it, or not. */
export const redis = (...words) =>
  new Promise((resolve, reject) => {
    socket ??= open();
    waiting.push({ resolve, reject });
    const parts = words.map((word) => `$${String(word).length}\r\n${word}\r\n`);
    socket.write(`*${words.length}\r\n${parts.join("")}`, "latin1");
  });
