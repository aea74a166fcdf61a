/**
 * A load generator: asks a URL again and again, with a new connection for each request,
 * until its standard input ends; then tells how it went. Prints an empty line for each
 * request that came to an end.
 */
import { get } from "node:http";

const [url = "", atOnce = "4", pauseMs = "0"] = process.argv.slice(2);
const failures: string[] = [];
let answered = 0;
let slowest = 0;
/** When the first failure was asked for, and when the last one came. */
let failedFrom = Number.POSITIVE_INFINITY;
let failedUntil = 0;
let ended = false;

const ask = (): Promise<void> =>
  new Promise((resolve) => {
    const start = performance.now();
    const fail = (why: string): void => {
      failedFrom = Math.min(failedFrom, start);
      failedUntil = performance.now();
      if (failures.length < 20) failures.push(`${Math.round(start)} ms: ${why}`);
      else failures.push("…");
      resolve();
    };
    const request = get(url, { agent: false, timeout: 5_000 }, (response) => {
      response.on("error", (error) => fail(`in the answer: ${error.message}`));
      response.resume().on("end", () => {
        if (response.statusCode !== 200) return fail(`status ${response.statusCode}`);
        if (!response.complete) return fail("cut off");
        answered++;
        slowest = Math.max(slowest, performance.now() - start);
        resolve();
      });
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 5 s")));
    request.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  });

const work = async (): Promise<void> => {
  while (!ended) {
    await ask();
    process.stdout.write("\n");
    if (Number(pauseMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
  }
};

process.stdin.on("end", () => {
  ended = true;
});
process.stdin.resume();
await Promise.all(Array.from({ length: Number(atOnce) }, work));
const outage = Math.max(0, failedUntil - failedFrom);
process.stdout.write(JSON.stringify({ answered, failures, slowest, outage }));
