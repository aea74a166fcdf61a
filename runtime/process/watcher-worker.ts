/** The thread that waits for processes to end, which nothing in Node can. */
import { parentPort, workerData } from "node:worker_threads";
import { epollWait } from "../ffi/poll.ts";
import type { WatcherData } from "./watcher.ts";

const { epoll, wake } = workerData as WatcherData;

for (;;) {
  // The timeout is for a main thread that went away without a word.
  const ready = epollWait(epoll, 1000);
  if (ready.includes(wake)) break;
  if (ready.length > 0) parentPort!.postMessage(ready);
}
