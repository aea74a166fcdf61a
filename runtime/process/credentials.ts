/** Whom a program runs as: looked up on this machine when it starts. */
import { groupNamed, groupsOf, type UserEntry, userNamed, userNumbered } from "../ffi/users.ts";
import { KernelError } from "../kernel-error.ts";

/** Whom a program runs as, in numbers. */
export interface Credentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** A user, and what the environment of its programs says of it. */
export interface Account extends Credentials {
  readonly variables: Readonly<Record<string, string>>;
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** `-1` means "as it is" to the kernel. */
const largest = 0xffff_fffe;

const numbered = (text: string, user: string): number => {
  const number = Number(text);
  if (number <= largest) return number;
  throw new KernelError(`run as ${user}`, "EINVAL", `${text} is not the number of a user or a group`);
};

const found = (name: string, user: string): UserEntry => {
  const entry = userNamed(name);
  if (entry !== null) return entry;
  throw new KernelError(`run as ${user}`, "ENOENT", `there is no user "${name}" on this machine`);
};

const groupOf = (text: string, user: string): number => {
  if (isNumber(text)) return numbered(text, user);
  const gid = groupNamed(text);
  if (gid !== null) return gid;
  throw new KernelError(`run as ${user}`, "ENOENT", `there is no group "${text}" on this machine`);
};

/**
 * The account of `name`, `name:group` or numbers; without a group, all groups that the user is in. Throws a `KernelError`
 * where this machine knows no such user or group. A number needs no name.
 */
export const accountOf = (user: string): Account => {
  const [name = "", group] = user.split(":");
  const entry = isNumber(name) ? userNumbered(numbered(name, user)) : found(name, user);
  const uid = entry?.uid ?? Number(name);
  const gid = group === undefined ? (entry?.gid ?? uid) : groupOf(group, user);
  const groups = group !== undefined || entry === null ? [gid] : groupsOf(entry.name, gid);
  const variables =
    entry === null ? { HOME: "/" } : { HOME: entry.home, USER: entry.name, LOGNAME: entry.name };
  return { uid, gid, groups, variables };
};
