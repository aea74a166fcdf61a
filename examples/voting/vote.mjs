// Takes votes: POST a form with `voter` and `choice`. A vote counts when Redis has it.
import { randomUUID } from "node:crypto";
import { retry } from "../lib/retry.mjs";
import { serve } from "../lib/serve.mjs";
import { redis } from "./redis.mjs";

const choices = ["cats", "dogs"];

serve(async (request) => {
  if (request.method !== "POST") return `${process.env.QUESTION ?? ""}\n`;
  let body = "";
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  const [voter, choice] = [form.get("voter") ?? randomUUID(), form.get("choice")];
  if (!/^[\w-]{1,64}$/.test(voter) || !choices.includes(choice)) return "no vote\n";
  // To say it twice does no harm: a person has one vote.
  await retry(() => redis("RPUSH", "votes", `${voter} ${choice}`), 5_000);
  return `${voter} votes for ${choice}\n`;
});
