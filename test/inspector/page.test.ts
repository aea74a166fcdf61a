/** The page, in the browser that Debian has. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { chromium, type Page } from "playwright-core";
import { folder } from "../cli/binary.ts";
import { type Running, start, systemOf } from "../cli/running.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
/** Where there is no browser the tests are skipped, and the report says so. */
const present = executablePath === undefined ? test.serial.skip : test.serial;

const programOf = (system: string, fronts = 1): string => `
protocol Rpc = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }
automaton store { provides kv: Rpc on tcp 6379 }
let front(n) = automaton "front\${n}" { requires kv: Rpc  instances ${fronts} }
let fronts = [front(n) => store for n in range(1, 12)]
system ${system} = [fronts, automaton "lonely" {}]
`;

interface Scene {
  readonly page: Page;
  readonly running: Running;
  readonly address: string;
  readonly save: (text: string) => void;
  readonly text: () => string;
  readonly system: string;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
}

const scene = async (t: ExecutionContext, of = programOf): Promise<Scene> => {
  const system = systemOf(t);
  const cwd = folder(t, { "main.arch": of(system) });
  const running = start(t, ["inspect", "--file", "main.arch", "--no-open"], cwd, { XDG_STATE_HOME: cwd });
  // As root it has no sandbox, and here no graphics card.
  const args = ["--no-sandbox", "--enable-unsafe-swiftshader"];
  const browser = await chromium.launch({ executablePath: executablePath!, args });
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await running.says("http:");
  const [address] = /http:\S+/.exec(running.printed())!;
  await page.goto(address);
  const save = (text: string): void => writeFileSync(join(cwd, "main.arch"), text);
  const text = (): string => readFileSync(join(cwd, "main.arch"), "utf8");
  return { page, running, address, save, text, system, complaints };
};

const names = (page: Page): Promise<readonly string[]> => page.locator(".row .name").allTextContents();

present("the list shows what there is, is searched and moved in by keys, and tells why", async (t) => {
  const { page, save, system, complaints } = await scene(t);
  await page.getByRole("option", { name: "store" }).waitFor();
  t.false(page.url().includes("#"), "the token is gone from the address");
  t.deepEqual(await page.locator(".row").count(), 14);
  await page.keyboard.press("Tab");
  await page.getByRole("searchbox", { name: /Search/ }).fill("name:front1");
  t.deepEqual(await names(page), ["front1", "front10", "front11", "front12"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  t.is(await page.locator(".row.selected .name").textContent(), "front10");
  await page.locator(".pass").first().waitFor();
  t.is(await page.locator(".elements h2").textContent(), "front10");
  t.regex((await page.locator(".wires").textContent())!, /front10\.kv ⇒ store\.kv Rpc/);
  t.regex((await page.locator(".provenance").textContent())!, /argument n of front|call of front/);
  save(programOf(system, 3));
  await page.getByText("3/3").first().waitFor();
  await page.getByRole("tab", { name: "Events" }).click();
  await page.locator(".event").first().waitFor();
  t.deepEqual(complaints, []);
});

present("what is wrong with a text that is saved is shown, and what ran stays", async (t) => {
  const { page, save, system } = await scene(t);
  await page.getByRole("option", { name: "store" }).waitFor();
  save(`${programOf(system)}\nlet broken = nothing\n`);
  await page.getByRole("alert").getByText("What ran before still runs").waitFor();
  t.is(await page.locator(".row").count(), 14);
});

present("an address that was used opens no page, and one that is open goes on after a reload", async (t) => {
  const { page, address } = await scene(t);
  await page.getByRole("option", { name: "store" }).waitFor();
  const other = await (await page.context().browser()!.newContext()).newPage();
  await other.goto(address);
  await other.getByText("This address was used before").waitFor();
  // It shares the cookies of the page, and not what that keeps for itself.
  const sharing = await page.context().newPage();
  await sharing.goto(address.replace(/#.*/, ""));
  await sharing.getByText("This address was used before").waitFor();
  t.is(await sharing.locator(".row").count(), 0);
  await page.reload();
  await page.getByRole("option", { name: "store" }).waitFor();
});

present("without its server the page says so, and keeps what it knew", async (t) => {
  const { page, running } = await scene(t);
  await page.getByRole("option", { name: "store" }).waitFor();
  running.child.kill("SIGTERM");
  await running.ended;
  await page.getByRole("alert").getByText("The inspector does not answer").waitFor();
  t.is(await page.locator(".row").count(), 14);
});

present("a narrow window shows the list, or what is chosen", async (t) => {
  const { page } = await scene(t);
  await page.getByRole("option", { name: "store" }).waitFor();
  await page.setViewportSize({ width: 400, height: 700 });
  t.false(await page.locator(".panel").isVisible());
  await page.getByRole("option", { name: "store" }).click();
  t.deepEqual(
    [await page.locator(".panel").isVisible(), await page.locator("section.list").isVisible()],
    [true, false],
  );
  t.true(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out");
  await page.getByRole("button", { name: "Back to the list" }).click();
  t.true(await page.locator("section.list").isVisible());
});

present("the graph is drawn in few calls, and its groups open and close", async (t) => {
  const { page, complaints } = await scene(t);
  await page.getByRole("tab", { name: "Graph" }).click();
  const canvas = page.locator("canvas");
  // 14 automata, and the group of what `fronts` says.
  await page.locator('canvas[data-boxes="15"][data-frame]').waitFor();
  const [milliseconds, calls] = (await canvas.getAttribute("data-frame"))!.split(" ").map(Number);
  t.true(calls! <= 4, `${calls} calls`);
  t.true(milliseconds! < 50, `${milliseconds} ms`);
  const { x, y, width, height } = (await canvas.boundingBox())!;
  // In the group, and beside all that is in it.
  const group = await page.evaluate('document.querySelector("canvas").placeOf("fronts")');
  const { left, top } = group as { readonly left: number; readonly top: number };
  await page.mouse.dblclick(x + left + 6, y + top + 6);
  await page.locator('canvas[data-boxes="2"]').waitFor();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, -300);
  await canvas.focus();
  await page.keyboard.press("0");
  t.deepEqual(complaints, []);
});

const editable = (system: string): string => `protocol Rpc = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }
protocol Other = ?String
automaton store { provides kv: Rpc on tcp 6379 }
automaton spare { provides kv: Rpc on tcp 6379 }
automaton odd { provides p: Other on tcp 1 }
automaton front {
  requires kv: Rpc
  instances 1
}
system ${system} = [front => store, spare, odd]
`;

present("what is to be changed is shown as text and plan, done, undone and done again", async (t) => {
  const { page, text, system, complaints } = await scene(t, editable);
  const before = text();
  await page.getByRole("option", { name: "front" }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Scale …" }).click();
  const goal = page.getByRole("textbox", { name: "What is to be" });
  t.is(await goal.inputValue(), "scale front 2");
  await goal.fill("scale front 3");
  await page.locator(".diff .come", { hasText: "+   instances 3" }).waitFor();
  await page.locator(".diff", { hasText: `${system}: ` }).waitFor();
  t.is(text(), before, "nothing is done before it is chosen");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("3/3").waitFor();
  t.is(text(), before.replace("instances 1", "instances 3"));
  await page.getByRole("button", { name: "Undo" }).first().click();
  await page.locator("dialog .diff .come", { hasText: "instances 1" }).waitFor();
  t.not(text(), before);
  await page.locator("dialog").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("option", { name: "front" }).getByText("1/1").waitFor();
  t.is(text(), before);
  await page.getByRole("button", { name: "Redo" }).first().click();
  await page.locator("dialog").getByRole("button", { name: "Redo" }).click();
  await page.getByText("3/3").waitFor();
  t.deepEqual(complaints, []);
});

present("a menu opens by a key as well, and what cannot be is told with its reason", async (t) => {
  const { page, text, system } = await scene(t, editable);
  await page.getByRole("option", { name: "front" }).click();
  await page.locator("#list").focus();
  await page.keyboard.press("m");
  await page.getByRole("menu", { name: "front" }).waitFor();
  await page.keyboard.press("Escape");
  t.is(await page.getByRole("menu").count(), 0);
  await page.getByRole("button", { name: "Rewire …" }).click();
  await page.getByRole("textbox", { name: "What is to be" }).fill("rewire front.kv => odd");
  const refused = page.locator("dialog .refused");
  await refused.waitFor();
  t.regex((await refused.textContent())!, /kv|Rpc|Other/);
  await page.getByRole("textbox", { name: "What is to be" }).fill("rewire front.kv => spare");
  await page.locator(".diff .come", { hasText: "front => spare" }).waitFor();
  t.is(text(), editable(system));
});

present("a text that somebody else changes meanwhile is not overwritten", async (t) => {
  const { page, text, save, system } = await scene(t, editable);
  await page.getByRole("option", { name: "front" }).waitFor();
  await page.getByRole("button", { name: "Change …" }).first().click();
  await page.getByRole("textbox", { name: "What is to be" }).fill("scale front 4");
  await page.locator(".diff .come").first().waitFor();
  const other = `-- mine\n${editable(system)}`;
  save(other);
  await page.getByRole("button", { name: "Apply" }).click();
  await page.locator("dialog .refused").getByText("was changed meanwhile").waitFor();
  t.is(text(), other);
});

present("a wire is drawn from one box to another", async (t) => {
  const { page } = await scene(t, (system) =>
    editable(system).replace("front => store", "front => store | spare"),
  );
  await page.getByRole("tab", { name: "Graph" }).click();
  const canvas = page.locator("canvas[data-boxes][data-frame]");
  await canvas.waitFor();
  const at = async (name: string) => {
    const { x, y } = (await canvas.boundingBox())!;
    const place = await page.evaluate(`document.querySelector("canvas").placeOf(${JSON.stringify(name)})`);
    const { left, top, right, bottom } = place as Record<"left" | "top" | "right" | "bottom", number>;
    return { right: x + right - 3, middle: x + (left + right) / 2, y: y + (top + bottom) / 2 };
  };
  const [from, to] = [await at("front"), await at("odd")];
  await page.mouse.move(from.right, from.y);
  await page.mouse.down();
  await page.mouse.move(to.middle, to.y, { steps: 5 });
  await page.mouse.up();
  t.is(await page.getByRole("textbox", { name: "What is to be" }).inputValue(), "wire front => odd");
  await page.locator("dialog .refused").waitFor();
});

present(
  "the text is edited beside what it is: what is wrong is told at once, and it is saved to the file",
  async (t) => {
    const { page, text, save, system, complaints } = await scene(t, editable);
    await page.getByRole("option", { name: "front" }).click();
    await page.getByRole("button", { name: "main.arch:6:11" }).first().click();
    const editor = page.locator(".cm-content");
    await editor.waitFor();
    await page.locator(".cm-activeLine", { hasText: "automaton front" }).waitFor();
    await page.keyboard.press("Tab");
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("let wrong = nothing");
    await page.locator(".cm-lint-marker-error").waitFor();
    await page.getByRole("status").getByText("not saved").waitFor();
    t.is(text(), editable(system), "nothing is written before it is saved");
    for (let i = 0; i < "let wrong = nothing".length; i++) await page.keyboard.press("Backspace");
    await page.keyboard.type('system more = [automaton "new" {}]');
    await page.keyboard.press("Control+s");
    await page
      .getByRole("status")
      .getByText(/main\.arch$/)
      .waitFor();
    t.is(text(), `${editable(system)}system more = [automaton "new" {}]`);
    // Somebody else's change shows at once.
    save(editable(system).replace("instances 1", "instances 2"));
    await page.locator(".cm-line", { hasText: "instances 2" }).waitFor();
    await page.getByText("2/2").waitFor();
    // Unless there is something to lose.
    await page.keyboard.type("-- mine");
    save(editable(system).replace("instances 1", "instances 3"));
    await page.getByRole("status").getByText("somebody else saved it meanwhile").waitFor();
    t.is(await page.locator(".cm-line", { hasText: "instances 2" }).count(), 1);
    t.deepEqual(complaints, [], "its styles and workers break no policy");
  },
);

present("how an automaton stood over time is drawn", async (t) => {
  const { page, save, system, complaints } = await scene(t, editable);
  await page.getByRole("option", { name: "front" }).click();
  await page.getByRole("tab", { name: "Timeline" }).click();
  await page.locator(".timeline canvas").first().waitFor();
  save(editable(system).replace("instances 1", "instances 3"));
  await page.getByText("3/3").waitFor();
  t.is(await page.locator(".timeline .u-title").textContent(), "instances");
  // The colour of what is ready is drawn: there is a line.
  await page.locator(".timeline .u-legend", { hasText: "ready" }).waitFor();
  t.deepEqual(complaints, []);
});
