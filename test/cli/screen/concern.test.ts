import test from "ava";
import { concerning } from "../../../src/cli/screen/concern.ts";

const names = new Set(["db", "cache_1", "cache_2", "migrate", "my-db"]);

const told = (automaton: string, of: string | null, text: string, event = "degraded"): string | null =>
  concerning({ time: "", event, automaton: of, text, causes: [] }, automaton, names)?.text ?? null;

test("an event of another automaton is not shown, one of its own is", (t) => {
  t.is(told("db", "db", "cache_1 vanished", "drift"), "cache_1 vanished");
  t.is(told("db", "cache_1", "db vanished", "drift"), null);
});

test("of the problems of the system only its own are shown", (t) => {
  const text =
    "process db.0: start: no memory; cache_1.0 is failed: ended; `architect restart cache_1` runs it again; cache_2.0 is backoff";
  t.is(told("db", null, text), "process db.0: start: no memory");
  t.is(told("cache_1", null, text), "cache_1.0 is failed: ended; `architect restart cache_1` runs it again");
  t.is(told("migrate", null, text), null);
  t.is(told("db", null, "cache_1.0 is backoff: it ended; and that twice"), null, "what follows goes with it");
});

test("what names no automaton is of the whole system", (t) => {
  t.is(told("db", null, "the system is converged", "converged"), "the system is converged");
  t.is(
    told("db", null, "/srv/cache_1/main.arch: 3 operations", "applied"),
    "/srv/cache_1/main.arch: 3 operations",
  );
  t.is(told("db", null, "region = eu", "set"), "region = eu");
  t.is(told("db", null, "cache_1.connections is 7", "scaled"), null);
});

test("a name is a whole word, and may hold any character", (t) => {
  t.is(told("db", null, "my-db.0 is backoff: it ended"), null);
  t.is(told("my-db", null, "my-db.0 is backoff: it ended"), "my-db.0 is backoff: it ended");
  t.is(
    concerning({ time: "", event: "x", automaton: null, text: "a+b", causes: [] }, "a+b", new Set(["a"]))
      ?.text,
    "a+b",
  );
});
