/** The other thread of `ParallelCreate`: makes instances from the end of the list until the two meet. */
import { closeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { KernelError } from "../kernel-error.ts";
import { openNamespace, withNamespace } from "../namespaces.ts";
import { deleteLink } from "../netlink/link.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import { createNewInstance } from "./instance.ts";
import {
  type CreateOrder,
  type CreateReport,
  type KernelErrorMessage,
  take,
  taker,
} from "./parallel-create.ts";

const { owned, hub, instances, firstIndex, taken } = workerData as CreateOrder;

const fd = openNamespace(hub);
const route = withNamespace(fd, () => new NetlinkSocket(buses.route));
closeSync(fd);

const refusals: [number, KernelErrorMessage][] = [];
for (let place = instances.length - 1; place >= 0 && take(taken, place, taker.end); place -= 1) {
  const freshIndex = (): number => firstIndex + place;
  try {
    const retire = ({ name }: { readonly name: string }): void => route.insist([deleteLink(name)]);
    createNewInstance({ route, freshIndex, retire }, owned, instances[place]!);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { operation, code, words } = error;
    refusals.push([place, { operation, code, words }]);
  }
}
route.close();
parentPort!.postMessage({ refusals } satisfies CreateReport);
