/** Refusals of the kernel as the failures of operations. */
import type { Failure } from "../../src/core/base.ts";
import type { ResourceKey } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import type { Refusal } from "../netlink/error.ts";
import { keptDirVariable, keptRoot } from "../process/kept/places.ts";
import { runtimeDirVariable } from "../process/state.ts";

const hints: Readonly<Record<string, string>> = {
  EPERM: "it takes root, or a user namespace with a network of its own",
  EMFILE: "raise the limit of open files (ulimit -n)",
  ENFILE: "raise the machine's limit of open files (sysctl fs.file-max)",
};

/** The kernel says that there is no space of disks, and of namespaces. */
const noSpace = ({ doing }: Pick<Failure, "doing">): string => {
  if (doing.includes("namespace"))
    return "raise user.max_net_namespaces, or remove namespaces that are not used";
  const isKept = doing.includes(" state ") || doing.includes(keptRoot());
  const variable = isKept ? keptDirVariable : runtimeDirVariable;
  return `make room on that disk, or set ${variable} to a directory on another`;
};

const withHint = (failure: Omit<Failure, "hint">): Failure => {
  const hint = failure.code === "ENOSPC" ? noSpace(failure) : hints[failure.code];
  return hint === undefined ? failure : { ...failure, hint };
};

export const refused = (key: ResourceKey, { doing, code, message }: Refusal): Failure =>
  withHint({ key, doing, code, message });

/** Of an error that is not the kernel's what it tells of itself. */
export const failed = (key: ResourceKey, doing: string, error: unknown): Failure => {
  if (error instanceof KernelError) {
    return withHint({ key, doing: error.operation, code: error.code, message: error.words });
  }
  if (!(error instanceof Error)) return { key, doing, code: "failed", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : "failed";
  return withHint({ key, doing, code, message: error.message });
};

/** Of an operation that needs something that is not there. */
export const unmet = (key: ResourceKey, doing: string, what: string): Failure => ({
  key,
  doing,
  code: "unmet",
  message: `${what} is missing`,
});
