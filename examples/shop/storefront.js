// The page: its parts come from the catalogue and the cart, which ask the store.
import { createServer } from "node:http";
import { listen, open } from "./lines.js";

const ask = async (name, about) => {
  const service = open(name);
  try {
    return await service.ask(`call ${about}`);
  } finally {
    service.quit();
  }
};

const page = ([catalogue, cart]) => `<!doctype html>
<html lang="en">
<title>The shop</title>
<h1>${process.env.GREETING ?? "hello"}</h1>
<p>Catalogue: ${catalogue}</p>
<p>Cart: ${cart}</p>
<p>Page: storefront ${process.env.ARCHITECT_INSTANCE ?? ""}</p>
</html>
`;

const server = createServer(async (request, response) => {
  if (request.url === "/healthz") return response.end("ok\n");
  try {
    const parts = await Promise.all([ask("CATALOGUE", request.url), ask("CART", request.url)]);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(parts));
  } catch (error) {
    console.error(error.message);
    response.statusCode = 502;
    response.end(`${error.message}\n`);
  }
});
listen(server);
