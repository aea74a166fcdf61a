import test from "ava";
import fc from "fast-check";
import {
  lineSplitter,
  parseAnswer,
  parseRequest,
  printAnswer,
  printRequest,
  type WriterAnswer,
  type WriterRequest,
} from "../../../../runtime/process/log/writer-protocol.ts";

const id = fc.nat();
const log = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}\.\d{1,3}\.log$/);
const pipe = fc.record({ pid: fc.nat(), startTime: fc.nat(), fd: fc.nat() });

test("requests and answers are read as they were written, however they are cut", (t) => {
  const requests = fc.oneof(
    fc.record({ ask: fc.constant("take" as const), id, log, pipe }),
    fc.record({ ask: fc.constant("flush" as const), id, log }),
  ) as fc.Arbitrary<WriterRequest>;
  const answers: fc.Arbitrary<WriterAnswer> = fc.oneof(
    fc.record({ _tag: fc.constant("done" as const), id, length: fc.nat() }),
    fc.record({
      _tag: fc.constant("failed" as const),
      id,
      code: fc.constantFrom("ENOENT", "EMFILE"),
      words: fc.constantFrom("no such file", "", "it has no such pipe"),
    }),
  );
  const property = fc.property(
    fc.array(requests),
    fc.array(answers),
    fc.integer({ min: 1, max: 9 }),
    (asked, told, cut) => {
      const [seenRequests, seenAnswers]: [unknown[], unknown[]] = [[], []];
      const send = (lines: readonly string[], onLine: (line: string) => void): void => {
        const text = lines.map((line) => `${line}\n`).join("");
        const split = lineSplitter(onLine);
        for (let at = 0; at < text.length; at += cut) split(text.slice(at, at + cut));
      };
      send(asked.map(printRequest), (line) => seenRequests.push(parseRequest(line)));
      send(told.map(printAnswer), (line) => seenAnswers.push(parseAnswer(line)));
      t.deepEqual(seenRequests, asked);
      t.deepEqual(seenAnswers, told);
    },
  );
  fc.assert(property, { numRuns: 100 });
});

test("what is no request is none", (t) => {
  for (const line of ["", "take 1 a.0.log", "flush x a.0.log", "flush 1 ../a.0.log", "flush 1 a b"]) {
    t.is(parseRequest(line), null, line);
    t.is(parseAnswer(line), null, line);
  }
});
