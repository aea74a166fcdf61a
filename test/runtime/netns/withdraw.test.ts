/** An instance that is withdrawn leaves the maps of its services at once, however many others there are. */
import type { Operation } from "../../../src/core/operation.ts";
import { instanceKey, type ResourceKey, type Service, serviceKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";
import { between, byKey, nothing, resourcesOf } from "../model.ts";
import { open, kernelTest as test } from "./lab.ts";

/** Endpoints are addresses to the hub: whether anything is there does not matter to it. */
const serviceOf = (system: string, count: number) => {
  const [hub, ...all] = resourcesOf({
    system,
    automata: [{ name: "a", count, offers: [{ port: "p", transport: "tcp", number: 9000 }] }],
  });
  return byKey([hub!, ...all.filter(({ kind }) => kind === "service")]);
};

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

const without = (service: Service, instance: ResourceKey): Service => ({
  ...service,
  endpoints: service.endpoints.filter((endpoint) => endpoint.instance !== instance),
});

const update = (before: Service, after: Service): Operation => ({
  op: "update",
  key: before.key,
  before,
  after,
});

for (const count of [1, 16, 300]) {
  test.serial(`one of ${count} leaves within milliseconds`, async (t) => {
    const system = freshName();
    const base = open(t, system);
    const wanted = serviceOf(system, count);
    t.deepEqual(await base.apply(between(nothing, wanted)), []);
    const key = serviceKey("a.p");
    const service = wanted.get(key) as Service;
    const took: number[] = [];
    const computed: number[] = [];
    for (let round = 0; round < 15; round++) {
      const instance = instanceKey("a", (round * 37) % count);
      const left = without(service, instance);
      const operations = [update(service, left)];
      const [since, used] = [performance.now(), process.cpuUsage()];
      t.deepEqual(base.updateServices(operations), []);
      took.push(performance.now() - since);
      const { user, system: kernel } = process.cpuUsage(used);
      computed.push((user + kernel) / 1000);
      t.deepEqual(base.updateServices([update(left, service)]), []);
    }
    t.log(`${median(took).toFixed(2)} ms, of which ${median(computed).toFixed(2)} on the processor`);
    // Two where the machine has nothing else to do.
    t.true(median(took) < 100, `${median(took)} ms`);
    base.updateServices([update(service, without(service, instanceKey("a", 0)))]);
    const { resources } = await base.observe();
    t.is((resources.get(key) as Service).endpoints.length, count - 1, "the kernel has it so");
  });
}
