/** The chain of passes, in order. A pass that reads what has not been added does not compile. */
import { start } from "../src/core/pass.ts";
import type { Member } from "../src/language/member.ts";
import { addresses } from "./addresses.ts";
import { half4 } from "./identity.ts";
import { instances } from "./instances.ts";
import { names, originSpace } from "./names.ts";
import { policy } from "./policy.ts";
import { resources } from "./resources.ts";
import { wiring } from "./wiring.ts";

export const { passes } = start<Member>()
  .with(names)
  .with(wiring)
  .with(instances)
  .with(addresses)
  .with(policy)
  .with(resources);

/** The small number spaces that passes draw from. */
export const spaces = { origin: originSpace, concrete4: half4, virtual4: half4 };
