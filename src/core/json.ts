/** Equality of plain JSON: no functions, no cycles, depth bounded by the types used. */
export const sameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameJson(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let fields = 0;
  for (const field in left) {
    if (!(field in right) || !sameJson(left[field], right[field])) return false;
    fields++;
  }
  for (const _ in right) fields--;
  return fields === 0;
};
