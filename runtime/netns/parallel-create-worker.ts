/** The other thread of `Births`: makes instances from the end of the list until the two meet. */
import { closeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { KernelError } from "../kernel-error.ts";
import { openNamespace, withNamespace } from "../namespaces.ts";
import { deleteLink } from "../netlink/link.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import { type BirthOrder, type BirthReport, type Told, take, taker } from "./births.ts";
import { bearInstance } from "./instance.ts";

const { owned, hub, instances, firstIndex, taken } = workerData as BirthOrder;

const fd = openNamespace(hub);
const route = withNamespace(fd, () => new NetlinkSocket(buses.route));
closeSync(fd);

const refusals: [number, Told][] = [];
for (let place = instances.length - 1; place >= 0 && take(taken, place, taker.end); place -= 1) {
  const freshIndex = (): number => firstIndex + place;
  try {
    const retire = ({ name }: { readonly name: string }): void => route.insist([deleteLink(name)]);
    bearInstance({ route, freshIndex, retire }, owned, instances[place]!);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { operation, code, words } = error;
    refusals.push([place, { operation, code, words }]);
  }
}
route.close();
parentPort!.postMessage({ refusals } satisfies BirthReport);
