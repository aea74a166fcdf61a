/** The thread that waits for pipes to have something in them, which nothing in Node can do without reading them. */
import { parentPort, workerData } from "node:worker_threads";
import { epollWait } from "../../ffi/poll.ts";
import type { PollerData } from "./pipe-poller.ts";

const { epoll, wake } = workerData as PollerData;

for (;;) {
  const ready = epollWait(epoll, -1);
  if (ready.includes(wake)) break;
  if (ready.length > 0) parentPort!.postMessage(ready);
}
