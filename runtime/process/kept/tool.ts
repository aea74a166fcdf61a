/** The tools that make file systems, and make them larger (e2fsprogs). */
import { spawn } from "node:child_process";
import { KernelError } from "../../kernel-error.ts";
import { findProgram, searchPath, usualPath } from "../find-program.ts";

/** Where a tool is: for ordinary shells those of the administrator are in no PATH. Throws a `KernelError` (ENOENT). */
export const toolPath = (name: string): string => {
  try {
    return findProgram(name, `${searchPath()}:${usualPath}`, "/");
  } catch (error) {
    if (error instanceof KernelError)
      throw new KernelError(error.operation, error.code, `${error.words}; it is in the package e2fsprogs`);
    throw error;
  }
};

/** So much of what a tool says is told. */
const longest = 300;

/**
 * Runs a tool to its end. `locked`: an open file that it keeps locked, also when this process has ended. `most`: the status above which
 * it has failed. Throws a `KernelError` with what it said last.
 */
export const runTool = async (
  name: string,
  argv: readonly string[],
  { locked, most = 0 }: { readonly locked?: number; readonly most?: number } = {},
): Promise<void> => {
  const path = toolPath(name);
  const child = spawn(path, argv, {
    cwd: "/",
    env: { PATH: usualPath, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "pipe", ...(locked === undefined ? [] : [locked])],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text: Buffer) => {
      said = `${said}${text}`.slice(-longest);
    });
  const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(new KernelError(`run ${path}`, error.code ?? "EIO", error.message)),
    );
    child.on("close", (...end) => resolve(end));
  });
  if (code !== null && code <= most) return;
  const words = said.trim().split("\n").at(-1)!;
  throw new KernelError(`run ${name}`, "EIO", words === "" ? `it ended with ${code ?? signal}` : words);
};
