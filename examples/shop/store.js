// What the others remember: `get KEY` answers its value, `put KEY VALUE` answers nothing.
import { serve } from "./lines.js";

const values = new Map([["catalogue", "apples, pears, quinces"]]);

serve((choice, rest) => {
  const [, key, value] = /^(\S+) ?(.*)$/.exec(rest);
  if (choice === "get") return values.get(key) ?? "";
  if (choice === "put") values.set(key, value);
});
