// Keeps what is put at a path, and gives it again. `redis-cli -c` goes to the node that has the key; yours has a client library.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { retry } from "../lib/retry.mjs";
import { serve } from "../lib/serve.mjs";

const hosts = (process.env.NODES_ADDRS ?? "localhost:6379")
  .split(",")
  .map((address) => address.split(":")[0]);

/** Asks one node, and where it is away the next: they know who has the key. */
let first = 0;
const redis = (...words) =>
  retry(
    async () => {
      const host = hosts[first++ % hosts.length];
      const { stdout } = await promisify(execFile)("redis-cli", ["-c", "-e", "-h", host, ...words]);
      return stdout;
    },
    Number(process.env.PATIENCE_MS ?? 5_000),
  );

serve(async (request) => {
  const key = request.url.slice(1);
  if (request.method !== "PUT") return redis("GET", key);
  let text = "";
  for await (const part of request) text += part;
  return redis("SET", key, text);
});
