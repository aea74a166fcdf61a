/** Whether the machine's own files know a user, at the cost of reading them: for warnings. `credentials.ts` asks the C library. */
import { readFileSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";

const isNumber = (text: string): boolean => /^\d+$/.test(text);

const lines = (path: string): readonly string[] => {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES")) return [];
    throw error;
  }
};

/** A user or group database of the machine. */
type Database = "passwd" | "group";

/** Whether names may be kept elsewhere too, such as in a directory service. */
const isElsewhereToo = (database: Database, etc: string): boolean => {
  const line = lines(`${etc}/nsswitch.conf`).find((each) => each.startsWith(`${database}:`)) ?? "";
  const sources = line
    .replace(/\[[^\]]*\]/g, "")
    .split(/\s+/)
    .slice(1);
  return sources.some((source) => !["", "files", "compat", "systemd"].includes(source));
};

const isMissing = (name: string, database: Database, etc: string): boolean =>
  !isNumber(name) &&
  !isElsewhereToo(database, etc) &&
  !lines(`${etc}/${database}`).some((line) => line.startsWith(`${name}:`));

/** Why `name` or `name:group` is not to be had here, in words; null if it is, or if the files cannot tell. `etc`: their directory. */
export const missingUser = (user: string, etc = "/etc"): string | null => {
  const [name = "", group] = user.split(":");
  if (isMissing(name, "passwd", etc)) return `there is no user "${name}" on this machine`;
  if (group !== undefined && isMissing(group, "group", etc))
    return `there is no group "${group}" on this machine`;
  return null;
};
