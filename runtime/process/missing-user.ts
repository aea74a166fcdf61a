/** Whether the machine's own files know a user, at the cost of reading them: for warnings. `credentials.ts` asks the C library. */
import { readFileSync } from "node:fs";
import { nearest } from "../../src/core/nearest.ts";
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

/** `there is no user "postgers" on this machine: did you mean "postgres"?` */
const words = (name: string, database: Database, etc: string): string => {
  const near = nearest(
    name,
    lines(`${etc}/${database}`)
      .map((line) => line.split(":", 1)[0]!)
      .filter(Boolean),
  );
  const what = database === "passwd" ? "user" : "group";
  const meant = near === null ? "" : `: did you mean "${near}"?`;
  return `there is no ${what} "${name}" on this machine${meant}`;
};

/** Why `name` or `name:group` is not to be had here, in words; null if it is, or if the files cannot tell. `etc`: their directory. */
export const missingUser = (user: string, etc = "/etc"): string | null => {
  const [name = "", group] = user.split(":");
  if (isMissing(name, "passwd", etc)) return words(name, "passwd", etc);
  if (group !== undefined && isMissing(group, "group", etc)) return words(group, "group", etc);
  return null;
};
