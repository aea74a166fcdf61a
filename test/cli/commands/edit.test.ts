/** `architect edit`: files are changed by what is to be, or nothing is. */
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, folder, type Ran } from "../binary.ts";
import { start, systemOf } from "../running.ts";

const shop = `protocol Kv = ?Int . !Int
automaton store { provides kv: Kv on tcp 6379 }
let service(label, n) = automaton "\${label}" {
  requires kv: Kv -- where it keeps things
  instances n
}
let cart = service("cart", 2) -- the cart
automaton front {
  requires kv: Kv
  instances max(1, ceil(self.connections / 50))
}
system shop = [[cart, front] => store]
`;

interface Desk {
  readonly cwd: string;
  readonly edit: (...args: readonly string[]) => Promise<Ran>;
  readonly text: (file?: string) => string;
}

const desk = (t: ExecutionContext, files: Readonly<Record<string, string>> = { "shop.arch": shop }): Desk => {
  const cwd = folder(t, files);
  const env = { XDG_STATE_HOME: join(cwd, "state"), ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  return {
    cwd,
    edit: (...args) => architect(["edit", "shop.arch", ...args], { cwd, env }),
    text: (file = "shop.arch") => readFileSync(join(cwd, file), "utf8"),
  };
};

test("a goal that one edit reaches best is written, with its diff and its plan", async (t) => {
  const { edit, text, cwd } = desk(t);
  chmodSync(join(cwd, "shop.arch"), 0o640);
  const { code, out, err } = await edit("scale cart 5");
  t.deepEqual([code, err], [0, ""]);
  t.regex(
    out,
    /^shop\.arch:7\n- let cart = service\("cart", 2\) -- the cart\n\+ let cart = service\("cart", 5\) -- the cart\nshop: /,
  );
  t.regex(out, /\n~ cart scales 2 → 5\n/);
  t.is(text(), shop.replace('"cart", 2', '"cart", 5'));
  t.is(statSync(join(cwd, "shop.arch")).mode & 0o777, 0o640);
  t.deepEqual(await edit("scale", "cart", "5"), {
    code: 0,
    out: "it is so already: scale cart 5\n",
    err: "",
  });
});

test("several ways are listed, with an exit code of their own, and one is chosen by its number", async (t) => {
  const { edit, text } = desk(t);
  const asked = await edit("scale front 4");
  t.is(asked.code, 3);
  t.regex(asked.out, /^1\. at least 4[\s\S]*\n2\. at least 4[\s\S]*\n3\. always 4/);
  t.is(asked.err, "hint: --choose N applies one of them\n");
  t.is(text(), shop);
  const none = await edit("scale front 4", "--choose", "9");
  t.deepEqual([none.code, none.err], [1, "error: there is no choice 9\nhint: the choices are 1 to 3\n"]);
  t.is((await edit("scale front 4", "--choose", "3")).code, 0);
  t.true(text().includes("  instances 4\n"));
});

test("--dry-run writes nothing; --json tells all choices", async (t) => {
  const { edit, text } = desk(t);
  const dry = await edit("delete cart", "--dry-run");
  t.is(dry.code, 0);
  t.regex(dry.out, /takes a comment out: -- the cart\n/);
  t.is(text(), shop);
  const { applied, choices } = JSON.parse((await edit("scale cart 3", "--json")).out);
  t.is(applied, 1);
  t.like(choices[0], {
    edits: [
      {
        file: "shop.arch",
        range: { start: { line: 7, column: 28 }, end: { line: 7, column: 29 } },
        text: "3",
      },
    ],
    collateral: 0,
    files: [{ file: "shop.arch", sha256: createHash("sha256").update(shop).digest("hex") }],
  });
  t.like(choices[0].operations[0], { op: "create", id: "instance/cart/2", automaton: "cart" });
  t.is(text(), shop.replace('"cart", 2', '"cart", 3'));
  const several = await edit("scale front 4", "--json");
  t.is(several.code, 3);
  t.like(JSON.parse(several.out), { applied: null });
  t.deepEqual(JSON.parse((await edit("scale cart 3", "--json")).out), { applied: null, choices: [] });
});

test("what cannot be is refused with the reason, and what can be done instead", async (t) => {
  const { edit, text } = desk(t);
  const required = await edit("delete cart.kv");
  t.is(required.code, 1);
  t.regex(required.err, /^error: cart\.kv must be wired: it is not optional\nhint: make it optional: /);
  t.regex((await edit("scale carf 2")).err, /has no automaton carf\nhint: did you mean cart\?/);
  t.regex((await edit("scale cart many")).err, /hint: write `scale AUTOMATON COUNT`/);
  const { ok, error } = JSON.parse((await edit("delete cart.kv", "--json")).out);
  t.false(ok);
  t.regex(error.hint, /optional/);
  t.is(text(), shop);
});

test("undo and redo bring the bytes back, and touch nothing that was changed by hand", async (t) => {
  const { edit, text, cwd } = desk(t);
  await edit("scale cart 5");
  await edit("delete cart");
  const after = text();
  t.is((await edit("undo")).code, 0);
  t.is((await edit("undo")).code, 0);
  t.is(text(), shop);
  t.is((await edit("undo")).err, "error: there is nothing to undo in shop.arch\n");
  await edit("redo");
  t.is((await edit("redo")).code, 0);
  t.is(text(), after);
  writeFileSync(join(cwd, "shop.arch"), `${after}-- by hand\n`);
  const refused = await edit("undo");
  t.is(refused.code, 1);
  t.regex(refused.err, /is not as `delete cart` left it/);
  t.is(text(), `${after}-- by hand\n`);
});

test("imported files are edited too, but never one that is imported with its hash", async (t) => {
  const lib = `automaton lonely { instances 1 }\n`;
  const free = desk(t, {
    "shop.arch": `import "lib.arch" { lonely }\nsystem shop = [lonely]\n`,
    "lib.arch": lib,
  });
  t.is((await free.edit("scale lonely 3")).code, 0);
  t.is(free.text("lib.arch"), "automaton lonely { instances 3 }\n");
  await free.edit("undo");
  t.is(free.text("lib.arch"), lib);
  const hash = createHash("sha256").update(lib).digest("hex");
  const sealed = desk(t, {
    "shop.arch": `import "lib.arch" sha256:${hash} { lonely }\nsystem shop = [lonely]\n`,
    "lib.arch": lib,
  });
  const refused = await sealed.edit("scale lonely 3");
  t.is(refused.code, 1);
  t.regex(refused.err, /lib\.arch is imported with its hash, so it is not edited/);
  t.is(sealed.text("lib.arch"), lib);
});

test("a link stays a link, and what cannot be written changes nothing", async (t) => {
  const { edit, text, cwd } = desk(t, { "real.arch": shop });
  symlinkSync("real.arch", join(cwd, "shop.arch"));
  t.is((await edit("scale cart 5")).code, 0);
  t.is(text("real.arch"), shop.replace('"cart", 2', '"cart", 5'));
  const { code, err } = await architect(["edit", "-", "scale cart 5"], { input: shop, cwd });
  t.deepEqual(
    [code, err],
    [1, "error: standard input cannot be edited\nhint: --dry-run shows what would be\n"],
  );
  t.is((await architect(["edit", "-", "scale cart 5", "--dry-run"], { input: shop, cwd })).code, 0);
});

test("where the system runs, an input is set there, and what is set counts", async (t) => {
  const system = systemOf(t);
  const text = `automaton a { instances input("n", 1) }\nsystem ${system} = [a]\n`;
  const { cwd, edit, text: textOf } = desk(t, { "shop.arch": text });
  const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "run") };
  const running = start(t, ["run", "shop.arch", "--base", "memory"], cwd, env);
  await running.says("Ctrl-C stops and removes it");
  const asked = await edit("scale a 2");
  t.is(asked.code, 3);
  t.regex(asked.out, /^1\. set the input n to 2 where it runs\n/);
  t.is((await edit("scale a 2", "--choose", "1")).code, 0);
  t.is(textOf(), text);
  t.is((await edit("scale a 2")).out, "it is so already: scale a 2\n");
  const status = await architect(["status", system, "--json"], { cwd, env });
  t.is(JSON.parse(status.out).automata[0].instances.length, 2);

  // An input that the text does not ask for any more is nothing that an edit needs.
  writeFileSync(join(cwd, "shop.arch"), text.replace('input("n", 1)', "4"));
  const scaled = await edit("scale a 5");
  t.deepEqual([scaled.code, textOf()], [0, text.replace('input("n", 1)', "5")], scaled.err);
});
