/** What is made sure of before a process is started. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { checkCommand, madeBy } from "../../../runtime/process/command.ts";
import { checkProgramAccess } from "../../../runtime/process/program-access.ts";
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

test("what is shared is looked for where it lies on the machine", (t) => {
  const source = mkdtempSync(`${tmpdir()}/shared-`);
  t.teardown(() => rmSync(source, { recursive: true }));
  writeFileSync(`${source}/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(`${source}/cat`, "no program\n", { mode: 0o644 });
  const made = madeBy({ shares: [{ source, path: "/no/such/app" }] });
  t.is(checkCommand(["/no/such/app/run.sh"], {}, "/", made), "/no/such/app/run.sh");
  t.is(checkCommand(["./run.sh"], {}, "/no/such/app", made), "/no/such/app/run.sh");
  t.is(checkCommand(["run.sh"], { PATH: "/no/such/app" }, "/", made), "/no/such/app/run.sh");
  t.throws(() => checkCommand(["/no/such/app/other"], {}, "/", made), { message: /there is no file/ });
  t.throws(() => checkCommand(["true"], {}, "/no/such/application", made), { message: /does not exist/ });
  // The machine has a program of that name, which is covered.
  const over = madeBy({ shares: [{ source, path: "/bin" }] });
  t.throws(() => checkCommand(["/bin/cat"], {}, "/", over), { message: /not executable/ });
  t.throws(() => checkCommand(["/bin/true"], {}, "/", over), { message: /there is no file/ });
});

kernel("a program that is shared is executed by its user where it is seen", (t) => {
  const directory = mkdtempSync(`${tmpdir()}/hidden-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  const source = `${directory}/app`;
  mkdirSync(source, { mode: 0o755 });
  writeFileSync(`${source}/run.sh`, "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(`${source}/own.sh`, "#!/bin/sh\n", { mode: 0o700 });
  const nobody = { uid: 65534, gid: 65534, groups: [] };
  const shares = [{ source, path: "/app" }];
  // Nobody else may enter the directory in which it lies on the machine.
  t.throws(() => checkProgramAccess(`${source}/run.sh`, "run", nobody), { message: /may not enter/ });
  t.notThrows(() => checkProgramAccess("/app/run.sh", "run", nobody, shares));
  chmodSync(directory, 0o755);
  t.notThrows(() => checkProgramAccess("/app/run.sh", "run", nobody, shares));
  t.throws(() => checkProgramAccess("/app/own.sh", "run", nobody, shares), { message: /may not execute/ });
});
