// An HTTP server that can be ended while people use it.
import { createServer } from "node:http";
import { promisify } from "node:util";

const servers = [];
let isEnding = false;

/** Serves at a port. `answer` makes a text of a request; where it fails, that is a 503. */
export const serve = (answer, port = process.env.PORT ?? 8080) => {
  const server = createServer(async (request, response) => {
    let [status, text] = [200, ""];
    try {
      text = await answer(request);
    } catch (error) {
      [status, text] = [503, `${error.message}\n`];
    }
    // Who keeps a connection is told that it ends with this answer; else the next request could meet its end.
    if (isEnding) response.setHeader("connection", "close");
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
  });
  // A connection that nobody uses for so long is closed, as clients are told.
  server.keepAliveTimeout = 2_000;
  servers.push(server.listen(Number(port)));
};

/** Ends when nobody is connected any more. */
const end = async () => {
  const open = await Promise.all(servers.map((server) => promisify(server.getConnections.bind(server))()));
  if (open.every((count) => count === 0)) process.exit(0);
};

process.once("SIGTERM", () => {
  isEnding = true;
  setInterval(end, 50);
});
