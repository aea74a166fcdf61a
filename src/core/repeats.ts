/** What happens again and again is told less and less often, with how often it was. */

/** Whether it is told when it has happened so often: the first time, the second, the fourth, … */
export const isToldAgain = (count: number): boolean => (count & (count - 1)) === 0;

/** Behind what happened: `, 4 times in a row`; nothing the first time. */
export const timesInARow = (count: number): string => (count > 1 ? `, ${count} times in a row` : "");
