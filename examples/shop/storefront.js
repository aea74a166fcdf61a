// storefront: a page whose parts come from the catalogue and the cart, and through them from the store.
import { createServer } from "node:http";
import { ask, self } from "./lines.js";

const { PORT, CATALOGUE_HOST, CATALOGUE_PORT, CART_HOST, CART_PORT, GREETING = "hello" } = process.env;

const call = async (host, port, what) => JSON.parse(await ask(host, port, "call", what));
const catalogue = () => call(CATALOGUE_HOST, CATALOGUE_PORT, "list");
const cart = (what) => call(CART_HOST, CART_PORT, what);

const inHtml = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const section = (title, { things, answeredBy }, row) => `
  <h2>${title} <small>answered by ${answeredBy.join(", which asked ")}</small></h2>
  <ul>${things.map((thing) => `<li>${row(inHtml(thing))}</li>`).join("") || "<li>nothing yet</li>"}</ul>`;

const page = ({ greeting, answeredBy, catalogue, cart }) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>shop</title><style>
  body { font: 18px/1.5 system-ui, sans-serif; max-width: 36em; margin: 3em auto; color: #223 }
  small { font-weight: normal; font-size: 13px; color: #778 } li { margin: .3em 0 }
  button { font: inherit; border: 1px solid #bbc; border-radius: 6px; background: #f6f7fb; margin-left: 1em }
</style></head><body>
  <h1>${inHtml(greeting)} <small>answered by ${answeredBy}</small></h1>
  <form method="post">${section("Catalogue", catalogue, (thing) => `${thing} <button name="add" value="${thing}">take</button>`)}</form>
  ${section("Cart", cart, (thing) => thing)}
</body></html>
`;

/** The thing that a posted form wants in the cart. */
const wanted = async (request) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk;
    if (body.length > 1000) throw new Error("too much to carry");
  }
  return (new URLSearchParams(body).get("add") ?? "").replaceAll(/\s+/g, " ").trim();
};

const respond = async (request, response) => {
  // A browser that kept its connection would stay with this instance, however many there are.
  response.setHeader("connection", "close");
  if (request.url === "/healthz") return response.end("well\n");
  if (request.method === "POST") {
    await cart(`add ${await wanted(request)}`);
    return response.writeHead(303, { location: "/" }).end();
  }
  const [offered, taken] = await Promise.all([catalogue(), cart("list")]);
  const shown = { greeting: GREETING, answeredBy: self, catalogue: offered, cart: taken };
  const asJson = request.headers.accept === "application/json";
  response.setHeader("content-type", asJson ? "application/json" : "text/html; charset=utf-8");
  response.end(asJson ? `${JSON.stringify(shown)}\n` : page(shown));
};

const server = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  respond(request, response).catch((error) => {
    console.error(error.message);
    response.writeHead(502, { "content-type": "text/plain" }).end(`${error.message}\n`);
  });
});

server.listen(Number(PORT), () => console.log(`${self} listens on ${PORT}`));
// No new connections, and the end after the last open request.
process.once("SIGTERM", () => {
  console.log(`${self} finishes`);
  server.close(() => process.exit());
});
