/** Users and groups as the machine knows them, whatever keeps them (files, a directory service). */
import koffi, { type TypeObject } from "koffi";
import { bind } from "./libc.ts";

/** What the machine knows of a user. */
export interface UserEntry {
  readonly name: string;
  readonly uid: number;
  /** Its own group. */
  readonly gid: number;
  readonly home: string;
}

interface Passwd {
  readonly pw_name: string;
  readonly pw_uid: number;
  readonly pw_gid: number;
  readonly pw_dir: string;
}

let passwd: TypeObject | undefined;
let group: TypeObject | undefined;

/** Linux has one layout of these everywhere. */
const passwdType = (): TypeObject => {
  passwd ??= koffi.struct({
    pw_name: "str",
    pw_passwd: "str",
    pw_uid: "uint",
    pw_gid: "uint",
    pw_gecos: "str",
    pw_dir: "str",
    pw_shell: "str",
  });
  return passwd;
};
const groupType = (): TypeObject => {
  group ??= koffi.struct({ gr_name: "str", gr_passwd: "str", gr_gid: "uint", gr_mem: "void *" });
  return group;
};

const getpwnam = bind<[string], unknown>("void *getpwnam(const char *name)");
const getpwuid = bind<[number], unknown>("void *getpwuid(unsigned int uid)");
const getgrnam = bind<[string], unknown>("void *getgrnam(const char *name)");
const getgrouplist = bind<[string, number, Uint32Array, Int32Array], number>(
  "int getgrouplist(const char *user, unsigned int group, _Out_ unsigned int *groups, _Inout_ int *count)",
);

const userAt = (address: unknown): UserEntry | null => {
  if (address === null) return null;
  const {
    pw_name: name,
    pw_uid: uid,
    pw_gid: gid,
    pw_dir: home,
  } = koffi.decode(address, passwdType()) as Passwd;
  return { name, uid, gid, home };
};

/** The user of a name; null where there is none. */
export const userNamed = (name: string): UserEntry | null => userAt(getpwnam(name));

/** The user of a number; null where it has no name. */
export const userNumbered = (uid: number): UserEntry | null => userAt(getpwuid(uid));

/** The number of a group; null where there is none of that name. */
export const groupNamed = (name: string): number | null => {
  const address = getgrnam(name);
  return address === null ? null : (koffi.decode(address, groupType()) as { readonly gr_gid: number }).gr_gid;
};

/** All groups of a user, the given one among them. */
export const groupsOf = (name: string, gid: number): readonly number[] => {
  for (let room = 64; ; room *= 4) {
    const groups = new Uint32Array(room);
    const count = new Int32Array([room]);
    if (getgrouplist(name, gid, groups, count) !== -1) return [...groups.subarray(0, count[0])];
  }
};
