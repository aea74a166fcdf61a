import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "ava";

const shop = fileURLToPath(new URL("../../../examples/shop/", import.meta.url));

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
};

/** Starts a program of the shop by hand, and waits until it listens. */
const start = async (
  program: string,
  env: Record<string, string>,
  ...argv: readonly string[]
): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [program, ...argv], {
    cwd: shop,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: child.stdout })) if (line.includes("listens on")) break;
  return child;
};

test("the shop runs by hand: each part of the page came through its wire", async (t) => {
  const [store, catalogue, cart, web] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const named = (automaton: string) => ({ ARCHITECT_AUTOMATON: automaton, ARCHITECT_INSTANCE: "7" });
  const kv = { KV_HOST: "localhost", KV_PORT: String(store) };
  const children = await Promise.all([
    start("store.js", { ...named("store"), PORT: String(store) }),
    start("service.js", { ...named("catalogue"), ...kv, PORT: String(catalogue) }, "catalogue"),
    start("service.js", { ...named("cart"), ...kv, PORT: String(cart) }, "cart"),
    start("storefront.js", {
      ...named("storefront"),
      PORT: String(web),
      CATALOGUE_HOST: "127.0.0.1",
      CATALOGUE_PORT: String(catalogue),
      CART_HOST: "::1",
      CART_PORT: String(cart),
      GREETING: "hello from <here>",
    }),
  ]);
  t.teardown(() => {
    for (const child of children) child.kill("SIGKILL");
  });
  const url = `http://localhost:${web}`;
  t.is(await (await fetch(`${url}/healthz`)).text(), "well\n");
  const posted = await fetch(url, { method: "POST", body: new URLSearchParams({ add: "tea & <cups>" }) });
  t.is(posted.status, 200);
  t.true((await posted.text()).includes("<li>tea &#38; &#60;cups&#62;</li>"));
  const shown = await (await fetch(url, { headers: { accept: "application/json" } })).json();
  t.deepEqual(shown, {
    greeting: "hello from <here>",
    answeredBy: "storefront.7",
    catalogue: { things: ["tea", "a teapot", "two cups"], answeredBy: ["catalogue.7", "store.7"] },
    cart: { things: ["tea & <cups>"], answeredBy: ["cart.7", "store.7"] },
  });

  const ends = children.map((child) => once(child, "exit"));
  children[0]!.kill("SIGTERM");
  await ends[0];
  const broken = await fetch(url);
  t.is(broken.status, 502);
  t.regex(await broken.text(), /ECONNREFUSED/);
  for (const child of children) child.kill("SIGTERM");
  t.deepEqual(
    (await Promise.all(ends)).map(([code]) => code),
    [0, 0, 0, 0],
  );
});
