/** "Did you mean": the known name that a person most likely meant. */

/**
 * Edits between two words: insertions, deletions, replacements, and swaps of
 * neighbours (optimal string alignment), in O(|a|·|b|). Of words with more than `most`
 * between them it may say any greater number, and sooner.
 */
export const distance = (a: string, b: string, most = Number.POSITIVE_INFINITY): number => {
  let before: number[] = [];
  let last: number[] = [];
  for (let j = 0; j <= b.length; j++) last.push(j);
  let lowest = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const lowestBefore = lowest;
    lowest = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j++) {
      const same = letter === b.charCodeAt(j - 1) ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1))
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
      if (least < lowest) lowest = least;
    }
    // What comes next is made of these two rows.
    if (lowest > most && lowestBefore + 1 > most) return Math.min(lowest, lowestBefore + 1);
    before = last;
    last = row;
  }
  return last[b.length]!;
};

/**
 * The candidate nearest to `word`, if it is near enough to be a slip: a third of the
 * letters at most, and case counts less than letters. Of equals the one that also has the case,
 * then the first by name; null if none.
 */
export const nearest = (word: string, candidates: Iterable<string>): string | null => {
  const lower = word.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  const isBefore = (a: string, b: string): boolean => {
    const difference = distance(word, a) - distance(word, b);
    return difference < 0 || (difference === 0 && a < b);
  };
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > least) continue;
    const edits = distance(lower, candidate.toLowerCase(), least);
    if (edits < least || (edits === least && best !== null && isBefore(candidate, best))) {
      best = candidate;
      least = edits;
    }
  }
  return best;
};
