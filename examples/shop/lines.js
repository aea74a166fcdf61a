/**
 * What the programs of the shop speak among themselves: a word and its argument on a
 * line of text, answered by a line.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

/** Who answers, to be shown: the automaton and which of its instances. */
export const self = `${process.env.ARCHITECT_AUTOMATON ?? "by-hand"}.${process.env.ARCHITECT_INSTANCE ?? 0}`;

/**
 * Says one thing, and resolves to all that comes back. Each has a connection of its own,
 * on purpose: connections are what is balanced over instances, so one kept open, or a
 * pool of them, would go on asking the instances that were there when it was opened, and
 * never the new ones.
 */
export const tell = async (host, port, word, argument = "") => {
  const socket = connect({ host, port });
  socket.setTimeout(3000, () => socket.destroy(new Error(`${host}:${port} does not answer`)));
  socket.end(`${word} ${argument}\nquit\n`);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  return answer;
};

/** As `tell`, for what is answered by one line. */
export const ask = async (host, port, word, argument) => {
  const answer = await tell(host, port, word, argument);
  if (!answer.endsWith("\n")) throw new Error(`${host}:${port} hung up`);
  if (answer.startsWith("error ")) throw new Error(answer.slice("error ".length).trimEnd());
  return answer.trimEnd();
};

/**
 * Answers questions, over IPv4 and IPv6. `answer(word, argument)` gives the line to send
 * back, or null for none. On SIGTERM: no new connections, and the end after the last one.
 */
export const serve = (port, answer) => {
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    socket.on("error", () => socket.destroy()); // whoever asked is gone
    for await (const line of createInterface({ input: socket })) {
      const [word = "", ...rest] = line.split(" ");
      if (word === "quit") break;
      const reply = await answer(word, rest.join(" ")).catch((error) => `error ${error.message}`);
      if (reply !== null) socket.write(`${reply}\n`);
    }
    socket.end();
  });
  server.listen(Number(port), () => console.log(`${self} listens on ${port}`));
  process.once("SIGTERM", async () => {
    console.log(`${self} finishes`);
    server.close();
    await once(server, "close");
    process.exit();
  });
};
