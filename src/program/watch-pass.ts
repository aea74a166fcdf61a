/** Which parts of a member, and which earlier attributes of it, a pass looks at: by running it once more. */

import type { Augmentation } from "../core/augment.ts";
import type { ReadCell } from "../core/cell-key.ts";
import type { AnyPass, AnyReader } from "../core/pass.ts";
import type { Member } from "../language/member.ts";

/** What an algebra looked at. */
export interface Looked {
  /** `wires`, `publications`, `automaton.instances`, … */
  readonly parts: ReadonlySet<string>;
  /** Names of earlier passes. */
  readonly attributes: ReadonlySet<string>;
}

const noting = <T extends object>(object: T, note: (field: string) => void): T =>
  new Proxy(object, {
    get: (target, field) => {
      if (typeof field === "string") note(field);
      return Reflect.get(target, field);
    },
  });

/** Passes are pure, so nothing comes of it. */
export const watchPass = (
  augmentation: Augmentation<Member>,
  cell: ReadCell,
  pass: AnyPass<Member>,
  key: string,
): Looked => {
  const { member, attributes } = augmentation.get(key)!;
  const parts = new Set<string>();
  const earlier = new Set<string>();
  const reader: AnyReader = {
    cell,
    attribute: (other, from, field) =>
      (augmentation.get(other)?.attributes[from] as Record<string, unknown> | undefined)?.[field],
    slot: (space, identity) => augmentation.slots(space).slot(identity) ?? null,
    problem: () => {},
  };
  const seen =
    member._tag === "Union"
      ? member
      : { ...member, automaton: noting(member.automaton, (field) => void parts.add(`automaton.${field}`)) };
  pass.algebra(
    noting(seen, (field) => void parts.add(field)),
    noting(attributes, (field) => void earlier.add(field)),
    reader,
  );
  return { parts, attributes: earlier };
};
