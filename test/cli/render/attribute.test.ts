import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { architect, folder } from "../binary.ts";

test("what runs elsewhere is explained by its address", async (t) => {
  const cwd = folder(t);
  writeFileSync(
    join(cwd, "main.arch"),
    `external mail { provides smtp: ?String . !String on tcp 587 at "192.0.2.7" }
external local { provides smtp: ?String . !String on tcp 587 at host }
automaton a { requires smtp: ?String . !String }
automaton b { requires smtp: ?String . !String }
system s = [a => mail, b => local]
`,
  );
  const explained = async (name: string): Promise<string> =>
    (await architect(["explain", name, "--file", "main.arch"], { cwd })).out;
  t.regex(await explained("mail"), /mail\.smtp asks +192\.0\.2\.7 at 587\n/);
  t.regex(await explained("local"), /local\.smtp asks +this machine at 587\n/);
});
