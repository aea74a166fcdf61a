/** The far side of a relay: a thread in a network namespace of its own. */
import { Worker } from "node:worker_threads";
import type { Transport } from "../../src/core/resource.ts";
import { revive } from "../kernel-error.ts";
import type { FarSide } from "./relay.ts";

/** What the thread in the namespace needs. */
export interface FarSideData {
  /** Where the namespace is to be mounted. */
  readonly name: string;
}

/** What the thread is told: to forward what a socket accepts (`fd`) to a port, or to stop. */
export type FarOrder =
  | { readonly do: "forward"; readonly transport: Transport; readonly fd: number; readonly port: number }
  | { readonly do: "stop"; readonly transport: Transport; readonly port: number; readonly id: number };

/** What the thread reports: that it is there, or that it has stopped (the `id` of the order). */
export type FarReport = "ready" | { readonly stopped: number };

/** Makes a network namespace that is named by a mount at the path, and a thread in it. Rejects where it cannot. */
export const openFarSide = (name: string): Promise<FarSide> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./far-side-worker.js", import.meta.url), {
      workerData: { name } satisfies FarSideData,
    });
    const stopping = new Map<number, () => void>();
    let nextId = 0;
    const order = (message: FarOrder): void => worker.postMessage(message);
    worker.on("error", (error: Error) => reject(revive(error)));
    worker.on("message", (report: FarReport) => {
      if (report !== "ready") {
        stopping.get(report.stopped)?.();
        stopping.delete(report.stopped);
        return;
      }
      resolve({
        forward: (transport, fd, port) => order({ do: "forward", transport, fd, port }),
        stop: (transport, port) =>
          new Promise((stopped) => {
            const id = nextId++;
            stopping.set(id, stopped);
            order({ do: "stop", transport, port, id });
          }),
      });
    });
  });
