import test from "ava";
import { askable } from "../../../runtime/process/name-servers.ts";

const lines = (text: string): readonly string[] => text.split("\n");
const none: ReadonlySet<string> = new Set();

test("name servers that an instance cannot reach are left out; options stay", (t) => {
  const text = `# mine\nsearch example.com\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nnameserver ::1\nnameserver 10.0.0.2\nnameserver fd00::53\nnameserver 2001:db8::53\noptions edns0\n`;
  t.is(
    askable([lines(text)], none),
    "# The name servers of this machine\nsearch example.com\noptions edns0\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n",
  );
});

test("where all are on the loopback, those that they ask are taken", (t) => {
  const text = askable([lines("nameserver 127.0.0.53\n"), lines("nameserver 192.0.2.53\n")], none);
  t.is(text, "# The name servers of this machine\nnameserver 192.0.2.53\n");
  t.is(askable([[], []], none), "# The name servers of this machine: none can be asked from here\n");
});

test("a name server at an address of this machine is not reached from an instance, and left out", (t) => {
  const files = [
    lines("nameserver 192.0.2.1\nnameserver 2001:DB8:0::1\n"),
    lines("nameserver 192.0.2.1\nnameserver 192.0.2.53\n"),
  ];
  const text = askable(files, new Set(["192.0.2.1", "2001:db8::1"]));
  t.is(text, "# The name servers of this machine\nnameserver 192.0.2.53\n");
  t.is(askable(files, none).match(/^nameserver/gm)?.length, 2, "elsewhere the same are asked");
});
