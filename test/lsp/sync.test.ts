import test from "ava";
import { Client } from "./client.ts";

const program = `protocol P = ?Int . !Int
automaton a { requires p: P }
automaton b { provides p: P on tcp 1 }
system s = a => b
`;

test("a program without mistakes has none", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", program);
  t.deepEqual(await document.codes(), []);
  t.is(client.initialized.serverInfo?.name, "architect");
  t.is(await client.stop(), 0);
});

test("mistakes come and go as one types", async (t) => {
  const client = await Client.start(t);
  const document = await client.open("main.arch", program);
  await document.replace("provides p: P", "provides p: Q");
  t.deepEqual(await document.codes(), ["unknown-name@3"]);
  await document.replace("provides p: Q", "provides p: ");
  t.deepEqual(await document.codes(), ["syntax@3"]);
  await document.replace("provides p: ", "provides p: P");
  t.deepEqual(await document.codes(), []);
  await document.replace("=> b", "");
  t.deepEqual(await document.codes(), ["unsatisfied-requirement@4"]);
});
