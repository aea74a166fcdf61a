/** The hub as it is made. */

import { deleteNamespace } from "../../../runtime/namespaces.ts";
import { createHub, Hub } from "../../../runtime/netns/hub.ts";
import { hubName } from "../../../runtime/netns/names.ts";
import { freshName } from "../../fresh.ts";
import { kernelTest as test } from "./lab.ts";
import { ownedOf } from "./owned.ts";

test("nothing is wrong with the settings of a hub that was just made, and has no table yet", async (t) => {
  const owned = ownedOf(freshName());
  const name = hubName(owned.system);
  createHub(name, owned);
  t.teardown(() => deleteNamespace(name));
  const hub = Hub.open(name, owned)!;
  try {
    t.is(hub.wrongSetting(), null);
    hub.repair();
    t.is(hub.wrongSetting(), null);
  } finally {
    await hub.close();
  }
});
