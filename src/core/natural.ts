/** The order of names as people count: `s2` before `s10`. */

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
};

/** Where the run of digits ends that goes on at `at`. */
const endOfDigits = (text: string, at: number): number => {
  let end = at;
  while (isDigit(text, end)) end++;
  return end;
};

const skipZeros = (text: string, at: number): number => {
  let end = at;
  while (text.charCodeAt(end) === 48) end++;
  return end;
};

const sign = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Runs of digits by their number, all else by character. Zero for equal names alone. */
export const compareNames = (a: string, b: string): number => {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (!(isDigit(a, i) && isDigit(b, j))) {
      const difference = a.charCodeAt(i++) - b.charCodeAt(j++);
      if (difference !== 0) return difference < 0 ? -1 : 1;
      continue;
    }
    const [from, to] = [skipZeros(a, i), skipZeros(b, j)];
    const [end, last] = [endOfDigits(a, from), endOfDigits(b, to)];
    // Of two numbers without zeros before them the longer one is the greater.
    const difference = end - from - (last - to) || sign(a.slice(from, end), b.slice(to, last));
    if (difference !== 0) return difference < 0 ? -1 : 1;
    [i, j] = [end, last];
  }
  return sign(a.slice(i), b.slice(j)) || sign(a, b);
};
