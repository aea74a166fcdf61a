/** The names of instances that are reached one by one, among those of other requirements. */
import { hostName, maxLabel } from "../host-name.ts";
import type { Site } from "../problem.ts";
import type { AutomatonValue, RequiredPort } from "../value.ts";
import type { Draft } from "./draft.ts";
import type { Machine } from "./machine.ts";

/** What stands behind the name of a requirement, for the last of as many instances as a system may have. */
const longestSuffix = "-999999".length;

/** Whether instances can be called by the name of a requirement; if not, that is reported. */
export const fitsEach = (name: string, site: Site, machine: Machine): boolean => {
  const most = maxLabel - longestSuffix;
  if (name.length <= most) return true;
  const message = `the instances behind \`each\` are called by its name and a number, so it has at most ${most} characters; this one has ${name.length}`;
  machine.report("type-mismatch", message, site);
  return false;
};

/** The requirement of whose instances a host name could be one: of `peers-12` it is `peers`. */
const before = /^(.+)-\d+$/;

/** Reports a requirement that is called as an instance of another would be. */
export const checkEach = ({ requires }: AutomatonValue, draft: Draft, machine: Machine): void => {
  const single = new Map<string, RequiredPort>();
  for (const required of requires) if (required.each) single.set(hostName(required.name), required);
  if (single.size === 0) return;
  const news = new Set(draft.requires);
  for (const required of requires) {
    const host = hostName(required.name);
    const other = single.get(before.exec(host)?.[1] ?? "");
    if (other === undefined) continue;
    if (!news.has(required) && !news.has(other)) continue; // told where they met first
    const [here, there] = news.has(required) ? [required, other] : [other, required];
    const message = `\`${required.name}\` is \`${host}\` as a host name, and so is an instance behind \`requires ${other.name}: each …\``;
    machine.report("duplicate-name", message, here.site, [
      { message: "the other one is here", site: there.site },
    ]);
  }
};
