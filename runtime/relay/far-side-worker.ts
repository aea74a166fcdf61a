/**
 * The thread on the inside of a relay. It makes the network namespace that rootless
 * systems take for the host's, and can never leave it: the real host's is not its own
 * to enter. Listening sockets come from the thread that stayed outside.
 */
import { closeSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { CLONE_NEWNET, MS_BIND, mount, unshare } from "../ffi/libc.ts";
import { linkFlags, setLink } from "../netlink/link.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import type { FarOrder, FarReport, FarSideData } from "./far-side.ts";
import { type Forwarder, forwardTcp, forwardUdp } from "./forward.ts";

const port = parentPort!;
const { name } = workerData as FarSideData;

unshare(CLONE_NEWNET);
closeSync(openSync(name, "wx", 0o400));
mount("/proc/thread-self/ns/net", name, null, MS_BIND);
const loopback = 1;
const socket = new NetlinkSocket(buses.route);
socket.insist([setLink(loopback, { set: linkFlags.up, mask: linkFlags.up })]);
socket.close();

const forwarders = new Map<string, Forwarder>();

port.on("message", (order: FarOrder) => {
  const key = `${order.transport}/${order.port}`;
  switch (order.do) {
    case "forward": {
      const forward = order.transport === "tcp" ? forwardTcp : forwardUdp;
      forwarders.set(key, forward(order.fd, order.port));
      return;
    }
    case "stop":
      forwarders.get(key)?.close();
      forwarders.delete(key);
      port.postMessage({ stopped: order.id } satisfies FarReport);
      return;
  }
});

port.postMessage("ready" satisfies FarReport);
