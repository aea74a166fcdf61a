// Shows how the vote stands.
import { retry } from "../lib/retry.mjs";
import { serve } from "../lib/serve.mjs";
import { sql } from "./sql.mjs";

let last = { at: 0, counts: null };

/** As Postgres has it; who asks within a moment shares one answer. */
const counts = () => {
  if (Date.now() > last.at + 250)
    last = {
      at: Date.now(),
      counts: retry(() => sql("select choice, count(*) from votes group by choice order by choice"), 5_000),
    };
  return last.counts;
};

serve(async () => {
  const lines = (await counts()).map(([choice, count]) => `${choice}: ${count}`);
  return [process.env.TITLE, ...lines, ""].join("\n");
});
