/** Words of names in code, so that those with one meaning are one: `publishes`, `Publisher`, `published`. */

const ends =
  /(iations|iation|ations|ation|ences|ence|ances|ance|ings|ing|ments|ment|ions|ion|ers|er|ors|or|edly|ed|ness|able|ies|es|s|e|y)$/;

/** What words have in common that come of each other, roughly: enough to tell whether a word was explained. */
export const stemOf = (word: string): string => {
  let stem = word.toLowerCase();
  for (let i = 0; i < 2; i++) stem = stem.replace(ends, (end, _, at: number) => (at >= 3 ? "" : end));
  return stem.replace(/(.)\1$/, "$1");
};

/** `HTTPServer2` is `http`, `server`. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .split(/(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
