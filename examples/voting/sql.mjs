// Asks Postgres. `psql` keeps this example free of packages; yours has a client library here.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The rows as lists of texts. Several statements are one transaction. */
export const sql = async (text) => {
  const { stdout } = await promisify(execFile)("psql", ["-qAt", "-v", "ON_ERROR_STOP=1", "-c", text]);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("|"));
};
