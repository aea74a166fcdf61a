/** What is made sure of before a process is started. */
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { checkCommand, madeBy } from "../../../runtime/process/command.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: makes a namespace

/** Working directories that cannot even be looked at, and the reason. */
const unreachable = (t: ExecutionContext): readonly (readonly [cwd: string, code: string])[] => {
  const folder = mkdtempSync(`${tmpdir()}/architect-command-`);
  t.teardown(() => rmSync(folder, { recursive: true }));
  symlinkSync(`${folder}/round`, `${folder}/round`);
  return [
    ["/etc/passwd/x", "ENOTDIR"],
    [`${folder}/round`, "ELOOP"],
    [`/${"x".repeat(300)}`, "ENAMETOOLONG"],
  ];
};

test("a working directory that cannot be looked at is told with its reason", (t) => {
  for (const [cwd, code] of unreachable(t)) {
    const error = t.throws(() => checkCommand(["true"], {}, cwd), { instanceOf: KernelError });
    t.is(error.code, code);
    t.is(error.operation, `run "true" in the directory ${cwd}`);
  }
  const missing = t.throws(() => checkCommand(["true"], {}, "/no/such"), { instanceOf: KernelError });
  t.is(missing.words, "its working directory /no/such does not exist");
});

test("a directory that is made for the program needs none of the machine", (t) => {
  const startIn = (cwd: string): string =>
    checkCommand(["/bin/true"], {}, cwd, madeBy({ scratch: [{ path: "/own/work" }] }));
  t.is(startIn("/own/work"), "/bin/true");
  // It is empty.
  t.throws(() => startIn("/own/work/deep"), { instanceOf: KernelError });
});

kernel("whatever is in the way of a process is returned, and not thrown", (t) => {
  const at = sandbox(t);
  const it = at.manager();
  for (const [cwd, code] of unreachable(t)) {
    const refusal = it.refusal(at.process("a", ["true"], { cwd }));
    t.is((refusal as KernelError).code, code);
  }
  const odd = Object.defineProperty(at.process("a", ["true"]), "env", {
    get: () => {
      throw new Error("odd");
    },
  });
  t.is(it.refusal(odd)?.message, "odd");
  t.is(it.refusal(at.process("a", ["true"])), null);
});
