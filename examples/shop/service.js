// `call …` answers what the store has for this service, counts the calls, and says who answered.
import { open, serve } from "./lines.js";

const label = process.argv[2];
const me = `${label} ${process.env.ARCHITECT_INSTANCE ?? ""}`.trim();

serve(async (choice, rest) => {
  if (choice !== "call") return;
  const store = open("KV");
  const calls = Number(await store.ask(`get ${label}.calls`)) + 1;
  store.say(`put ${label}.calls ${calls}`);
  const found = label === "cart" ? `${calls} visits so far` : await store.ask(`get ${label}`);
  store.quit();
  console.log(`call ${calls}: ${rest}`);
  return `${found} (answered by ${me})`;
});
