// Tells the time to whoever says `now`, one line for one line.
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const me = `clock ${process.env.ARCHITECT_INSTANCE ?? ""}`.trim();

const server = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  createInterface({ input: socket }).on("line", (line) => {
    if (line === "now") socket.write(`${new Date().toISOString()}, says ${me}\n`);
    else socket.end();
  });
});
server.listen(Number(process.env.PORT ?? 7000), "::", () => console.log(`${me} is ticking`));
process.once("SIGTERM", () => process.exit(0));
