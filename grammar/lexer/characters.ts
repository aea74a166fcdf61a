/** Classes of characters, by UTF-16 code unit. */

const NAME_START = 1;
const DIGIT = 2;
const classes = new Uint8Array(128);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
  classes[letter.charCodeAt(0)] = 1;
for (const digit of "0123456789") classes[digit.charCodeAt(0)] = DIGIT;

// An index past the table reads undefined, and NaN is an index past every table.
export const isNameStart = (code: number): boolean => classes[code] === NAME_START;
export const isDigit = (code: number): boolean => classes[code] === DIGIT;
export const isNamePart = (code: number): boolean => code < 128 && classes[code] !== 0;

const letter = /[\p{L}\p{M}\p{N}_]+/uy;

/** The end of the run of letters and digits of any script from `at`. */
export const letters = (text: string, at: number): number => {
  letter.lastIndex = at;
  return letter.test(text) ? letter.lastIndex : at;
};
