// store: keeps values by key, in memory. `get KEY`, `put KEY VALUE`.
import { self, serve } from "./lines.js";

const values = new Map();

serve(process.env.PORT, async (word, argument) => {
  const [key = "", ...value] = argument.split(" ");
  switch (word) {
    case "get":
      return JSON.stringify({ value: values.get(key) ?? null, answeredBy: self });
    case "put":
      values.set(key, value.join(" "));
      return null;
    default:
      return `error no such word: ${word}`;
  }
});
