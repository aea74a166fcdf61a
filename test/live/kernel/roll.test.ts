/** Updates of the shop under load: nobody who asks notices. */
import { kernelTest as test } from "../../runtime/netns/lab.ts";
import { load } from "./load.ts";
import { enter, freePort, home, isConverged, pidsOf, save, shopText } from "./stage.ts";

test.serial("a roll of every automaton of the shop loses no request", async (t) => {
  const port = await freePort();
  const place = home(t, (system) => shopText(system, port));
  const stage = await enter(t, place);
  const text = shopText(place.system, port);
  const before = pidsOf(stage);
  const users = load(`http://127.0.0.1:${port}/`, 3);

  await save(stage, text.replace("hello from", "good day from"));
  await stage.live.settled();
  await save(
    stage,
    text
      .replace("hello from", "good day from")
      .replace('"shop/service.js", label]', '"shop/service.js", label, "anew"]')
      .replace('"shop/store.js"]', '"shop/store.js", "anew"]'),
  );
  await stage.live.settled();

  const { answered, failures, slowest } = await users.stop();
  t.deepEqual(failures, []);
  t.log(`${answered} requests, the slowest took ${Math.round(slowest)} ms`);
  t.true(answered > 20, `${answered} requests`);
  const after = pidsOf(stage);
  t.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
  for (const [name, pid] of after) t.not(pid, before.get(name), name);
  await isConverged(t, stage);
});
