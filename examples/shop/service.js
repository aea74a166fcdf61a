// A service that keeps a list in the store, under its own label. `call list`, `call add THING`.
import { ask, self, serve, tell } from "./lines.js";

const label = process.argv[2] ?? "list";
const { PORT, KV_HOST, KV_PORT } = process.env;
const atFirst = { catalogue: ["tea", "a teapot", "two cups"] }[label] ?? [];

const list = async () => {
  const { value, answeredBy } = JSON.parse(await ask(KV_HOST, KV_PORT, "get", label));
  return { things: value === null ? atFirst : JSON.parse(value), answeredBy: [self, answeredBy] };
};

const add = async (thing) => {
  const { things } = await list();
  await tell(KV_HOST, KV_PORT, "put", `${label} ${JSON.stringify([...things, thing])}`);
  return list();
};

serve(PORT, async (word, argument) => {
  const [verb = "", ...thing] = argument.split(" ");
  if (word !== "call") return `error no such word: ${word}`;
  return JSON.stringify(verb === "add" ? await add(thing.join(" ")) : await list());
});
