// Conversations in lines of text over TCP: what the shop's services speak to each other.
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

/** Opens a conversation with what the variables `NAME_HOST` and `NAME_PORT` point at. */
export const open = (name) => {
  const socket = connect({
    host: process.env[`${name}_HOST`] ?? "localhost",
    port: Number(process.env[`${name}_PORT`]),
  });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const failed = new Promise((_, reject) => socket.once("error", reject));
  failed.catch(() => {});
  return {
    say: (line) => socket.write(`${line}\n`),
    /** Says a line and resolves with the line that comes back. */
    ask: async (line) => {
      socket.write(`${line}\n`);
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) throw new Error(`${name} hung up`);
      return value;
    },
    quit: () => socket.end("quit\n"),
  };
};

/** Answers lines: `answer(choice, rest)` resolves with the line to send back, or with nothing. */
export const serve = (answer) => {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    // One line at a time, so that answers go back in the order of the questions.
    let last = Promise.resolve();
    createInterface({ input: socket }).on("line", (line) => {
      const [, choice, rest] = /^(\S*) ?(.*)$/.exec(line);
      if (choice === "quit") return socket.end();
      last = last
        .then(() => answer(choice, rest))
        .then((reply) => reply !== undefined && socket.write(`${reply}\n`))
        .catch((error) => {
          console.error(`${choice} ${rest}: ${error.message}`);
          socket.destroy();
        });
    });
  });
  listen(server);
};

/** Listens on all addresses, and stops taking new connections when told to stop. */
export const listen = (server) => {
  const port = Number(process.env.PORT);
  server.listen({ port, host: "::" }, () => console.log(`listening on port ${port}`));
  process.once("SIGTERM", () => {
    console.log("stopping");
    server.close(() => process.exit(0));
    server.closeIdleConnections?.();
    setTimeout(() => process.exit(0), 2000).unref();
  });
};
