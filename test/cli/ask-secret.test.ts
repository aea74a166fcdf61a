/** What a person answers at a terminal that does not show it. */
import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import test from "ava";
import { askHidden } from "../../src/cli/ask-secret.ts";
import type { Stream } from "../../src/cli/terminal.ts";

/** A terminal: what is typed on it, whether it shows that, and what was written to it. */
const terminal = () => {
  const input = new PassThrough();
  const raw: boolean[] = [];
  const written: string[] = [];
  const asked = askHidden(
    "value: ",
    Object.assign(input, { setRawMode: (mode: boolean) => raw.push(mode) }) as unknown as ReadStream,
    { write: (text: string) => written.push(text) } as unknown as Stream,
  );
  return { input, raw, written, asked };
};

test("a line is what stands at its end, and nothing of it is shown", async (t) => {
  const { input, raw, written, asked } = terminal();
  input.write("ab\u007fc");
  input.write("\r");
  t.is(await asked, "ac");
  t.deepEqual(
    [raw, written],
    [
      [true, false],
      ["value: ", "\n"],
    ],
  );
});

test("who gives up, or whose terminal goes, has given no value", async (t) => {
  for (const give of [
    (input: PassThrough) => input.write("ab\u0003"),
    (input: PassThrough) => input.write("\u0004"),
    (input: PassThrough) => input.end("ab"),
    (input: PassThrough) => input.destroy(),
    (input: PassThrough) => input.destroy(new Error("read EIO")),
  ]) {
    const { input, raw, asked } = terminal();
    give(input);
    t.is(await asked, null);
    t.deepEqual(raw, [true, false]);
  }
});
