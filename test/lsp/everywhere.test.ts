/** Whatever stands in a program, the server has an answer at every place of it. */
import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { ErrorCodes } from "vscode-languageserver-protocol";
import { atPlaces, Client } from "./client.ts";

const golden = new URL("../../../test/golden/", import.meta.url);
const conformance = new URL("../../../../shared/conformance/programs/", import.meta.url);

const requests = [...atPlaces, "prepareRename", "selectionRange"] as const;

const programs = [golden, conformance].flatMap((folder) => {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".arch")).map((name) => new URL(name, folder));
  } catch {
    return [];
  }
});

/** All of them by hand: `FUZZ_RUNS=1000`. */
const some = Number(process.env.FUZZ_RUNS ?? 60);
const every = Math.max(1, Math.floor(programs.length / some));

test("every request is answered at every word of a program", async (t) => {
  t.true(programs.length > 0);
  const client = await Client.start(t);
  let asked = 0;
  for (const [i, program] of programs.entries()) {
    if (i % every !== 0) continue;
    const document = await client.open(`p${i}.arch`, readFileSync(program, "utf8"));
    const places = [...document.text.matchAll(/\w+|[^\w\s]+/g)].map(({ index }) => index);
    for (const [j, at] of places.entries()) {
      const position = document.position(at);
      const request = requests[(i + j) % requests.length]!;
      const all = some > programs.length ? requests : [request, "hover"];
      for (const one of all) {
        asked++;
        const place = `${one} at ${position.line + 1}:${position.character + 1} of ${program}`;
        await client.connection
          .sendRequest(`textDocument/${one}`, {
            textDocument: document.id,
            position,
            positions: [position],
            context: { includeDeclaration: true },
          })
          // That there is nothing to be renamed is an answer; that the server failed is none.
          .catch(({ code, message }) => t.is(code, ErrorCodes.InvalidRequest, `${place}: ${message}`));
      }
    }
  }
  t.true(asked > 100);
});
