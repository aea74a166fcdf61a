/**
 * In mounts of its own: listens to a system while others take the directory of names away
 * and make it anew, and tells of which instances it heard that their names are gone.
 */
import { existsSync } from "node:fs";
import {
  deleteNamespace,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../../../runtime/namespaces.ts";
import { NetnsBase } from "../../../../runtime/netns/base.ts";
import { NameWatch } from "../../../../runtime/netns/listen/names.ts";
import { until } from "../../../until.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { idlePublisher } from "../idle-publisher.ts";
import { noProcesses } from "../no-processes.ts";
import { ownedOf } from "../owned.ts";

const system = "names";
const state = byKey(resourcesOf({ system, automata: [{ name: "a", count: 2 }] }));

const base = new NetnsBase(ownedOf(system), noProcesses, idlePublisher);
// Whoever was the last to leave takes the directory along, between its making and its watch.
releaseNetnsDirectory();
if (existsSync("/run/netns")) throw new Error("the directory is still there");
const heard: string[] = [];
const subscription = await base.listen(({ key }) => heard.push(String(key)));
const refusals = [...(await base.apply(between(nothing, state)))];
deleteNamespace(`${system}.a.1`);
await until("it is told", () => heard.length > 0, 60_000);
const told = [...new Set(heard)];
await subscription.close();
refusals.push(...(await base.destroy()));
await base.close();

// The same of the watch alone, while it watches.
prepareNetnsDirectory();
const names: string[] = [];
const watch = new NameWatch((name) => names.push(name));
const sure = [watch.makeSure()];
releaseNetnsDirectory();
sure.push(watch.makeSure(), watch.makeSure());
prepareNetnsDirectory();
sure.push(watch.makeSure(), watch.makeSure());
watch.close();
releaseNetnsDirectory();

console.log(JSON.stringify({ told, refusals, sure }));
