// A page with the time in it. Where the clock is, the environment says: CLOCK_HOST and CLOCK_PORT.
import { createServer } from "node:http";
import { connect } from "node:net";

const now = () =>
  new Promise((resolve, reject) => {
    const { CLOCK_HOST = "localhost", CLOCK_PORT = "7000" } = process.env;
    const clock = connect({ host: CLOCK_HOST, port: Number(CLOCK_PORT) });
    clock.setEncoding("utf8").once("data", (text) => {
      clock.end("quit\n");
      resolve(text.trim());
    });
    clock.once("error", reject);
    clock.write("now\n");
  });

const server = createServer(async (request, response) => {
  if (request.url === "/healthz") return response.end("ok\n");
  try {
    response.end(`${process.env.GREETING ?? "Hello!"}\nIt is ${await now()}.\n`);
  } catch (error) {
    response.statusCode = 502;
    response.end(`The clock does not answer: ${error.message}\n`);
  }
});
server.listen(Number(process.env.PORT ?? 8000), "::", () => console.log("the page is open"));
process.once("SIGTERM", () => server.close(() => process.exit(0)));
