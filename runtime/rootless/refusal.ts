/** Why an ordinary user may have no namespaces here, in words that help. */
import { readFileSync } from "node:fs";
import { KernelError } from "../kernel-error.ts";

/** What a file below /proc/sys says; null where there is none. */
type ReadSetting = (name: string) => string | null;

const readSetting: ReadSetting = (name) => {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return null;
  }
};

/** The setting that forbids it, as far as there is one. */
const forbiddenBy = (read: ReadSetting): string => {
  if (read("user/max_user_namespaces") === "0")
    return "this machine allows none (the setting user.max_user_namespaces is 0)";
  if (read("kernel/unprivileged_userns_clone") === "0")
    return "this machine keeps them for root (the setting kernel.unprivileged_userns_clone is 0)";
  if (read("kernel/apparmor_restrict_unprivileged_userns") === "1")
    return "AppArmor takes their rights away (the setting kernel.apparmor_restrict_unprivileged_userns is 1)";
  if (read("user/max_user_namespaces") === null) return "this kernel has none";
  return "something forbids it: a container's seccomp profile, a chroot, or a security module";
};

/**
 * The error to show where an ordinary user could not get namespaces of his own. The
 * cause is what the kernel said.
 */
export const rootlessRefusal = (cause: KernelError, read: ReadSetting = readSetting): KernelError =>
  new KernelError(
    "run without root, in a user namespace",
    cause.code,
    `${forbiddenBy(read)}. Run it as root, or with --base memory, a model that needs no rights`,
  );
