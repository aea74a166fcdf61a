/** Threads that do as they are told by messages, and end when they are told to. */
import { parentPort, type Worker } from "node:worker_threads";

/**
 * Ends a thread that listens by `onOrders`. It hears of it when it has loaded: to
 * terminate a thread that is loading a native module aborts the whole process.
 */
export const endThread = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    // Of a thread that has ended already nothing more is heard.
    if (worker.threadId === -1) {
      resolve();
      return;
    }
    worker.once("exit", () => resolve());
    worker.ref();
    worker.postMessage(null);
  });

/** In a thread: takes orders until it is ended. */
export const onOrders = <Order>(take: (order: Order) => void): void => {
  parentPort!.on("message", (order: Order | null) => {
    if (order === null) process.exit(0);
    take(order);
  });
};
