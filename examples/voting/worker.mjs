// Moves votes from Redis to Postgres. They are taken out of Redis when Postgres has them: after a crash between the two
// they are written again, which changes nothing.

import { retry } from "../lib/retry.mjs";
import { redis } from "./redis.mjs";
import { sql } from "./sql.mjs";

const atOnce = 200;

const move = async () => {
  const votes = await redis("LRANGE", "votes", 0, atOnce - 1);
  if (votes.length === 0) return new Promise((resolve) => setTimeout(resolve, 50));
  const statements = votes.map((vote) => {
    const [voter, choice] = vote.split(" ");
    return `insert into votes values ('${voter}', '${choice}') on conflict (voter) do update set choice = excluded.choice`;
  });
  await sql(statements.join(";\n"));
  await redis("LTRIM", "votes", votes.length, -1);
};

for (;;) await retry(move);
