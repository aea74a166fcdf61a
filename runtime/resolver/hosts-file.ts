/** This machine's own table of names: /etc/hosts. */
import { readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";

/** The addresses of a name, sorted. */
export interface TableEntry {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

/** What a text in the form of /etc/hosts says of a name; null: nothing. */
export const entryIn = (text: string, host: string): TableEntry | null => {
  const found = new Set<string>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (names.some((name) => name.toLowerCase().replace(/\.$/, "") === host)) found.add(address);
  }
  const all = [...found].sort();
  const [v4, v6] = [all.filter((one) => isIPv4(one)), all.filter((one) => isIPv6(one) && !one.includes("%"))];
  return v4.length + v6.length === 0 ? null : { v4, v6 };
};

/** What the table says of a name; null: nothing, or it cannot be read. */
export const tableEntry = (host: string, path = "/etc/hosts"): TableEntry | null => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  return entryIn(text, host);
};
