/** Selections that grow from a word to all that it stands in. */
import type { SelectionRange, SelectionRangeParams } from "vscode-languageserver";
import { spotAt, termAt } from "../../assist/spot.ts";
import { type Extent, focusAt, type Node, spanAt } from "../../assist/tree.ts";
import { moduleOf } from "../locate.ts";
import { offsetAt, rangeBetween, rangeOf } from "../place.ts";
import type { Project } from "../project.ts";

export const selections = (project: Project, params: SelectionRangeParams): SelectionRange[] | null => {
  const module = moduleOf(project, params);
  if (module === null) return null;
  const whole: SelectionRange = { range: rangeBetween(module, 0, module.document.length) };
  return params.positions.map((position) => {
    const spot = spotAt(module, offsetAt(module, position));
    const inner = spot === null ? null : termAt(spot);
    if (spot === null || inner === null) return whole;
    const { spans } = spot.declaration;
    const extents: Extent[] = [];
    const focus = focusAt(spans, inner.at);
    if (focus.start <= spot.offset && spot.offset <= focus.end) extents.push(focus);
    for (let node: Node | null = inner; node !== null; node = node.parent)
      extents.push(spanAt(spans, node.at));
    const distinct = extents.filter(
      ({ start, end }, i) => i === 0 || start !== extents[i - 1]!.start || end !== extents[i - 1]!.end,
    );
    return distinct.reduceRight<SelectionRange>(
      (parent, extent) => ({ range: rangeOf(spot, extent), parent }),
      whole,
    );
  });
};
