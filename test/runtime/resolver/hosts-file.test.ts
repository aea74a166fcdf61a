import test from "ava";
import { entryIn, tableEntry } from "../../../runtime/resolver/hosts-file.ts";

const table = `# mx.example.com is below
127.0.0.1\tlocalhost
198.51.100.9  MX.example.com. mx   # the second
198.51.100.7 mx.example.com
2001:db8::7 mx.example.com
fe80::1%lo mx.example.com
198.51.100.8 other.example.com
nonsense broken.example.com`;

test("a name stands for all addresses of its lines, sorted by family", (t) => {
  t.deepEqual(entryIn(table, "mx.example.com"), {
    v4: ["198.51.100.7", "198.51.100.9"],
    v6: ["2001:db8::7"],
  });
  t.deepEqual(entryIn(table, "mx"), { v4: ["198.51.100.9"], v6: [] });
});

test("a name that is in no line, or only in a comment or beside no address, is not in the table", (t) => {
  for (const name of ["example.com", "below", "second", "broken.example.com", ""])
    t.is(entryIn(table, name), null, name);
});

test("a table that cannot be read has nothing in it", (t) => {
  t.is(tableEntry("mx.example.com", "/nonexistent/hosts"), null);
});
