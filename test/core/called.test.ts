import test from "ava";
import { called } from "../../src/core/called.ts";
import {
  hostsKey,
  hubKey,
  instanceKey,
  processKey,
  publicationKey,
  serviceKey,
  wireKey,
} from "../../src/core/resource.ts";

test("every kind of resource has a name for people", (t) => {
  t.deepEqual(
    [
      hubKey,
      instanceKey("cart", 0),
      processKey("cart", 0),
      hostsKey("cart"),
      serviceKey("cart.api|store.kv"),
      wireKey("cart", "kv"),
      publicationKey("tcp", 80),
    ].map(called),
    [
      "the hub",
      "cart.0",
      "the process of cart.0",
      "the names of cart",
      "service cart.api|store.kv",
      "wire cart.kv",
      "host port tcp 80",
    ],
  );
});
