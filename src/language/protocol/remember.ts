/** `f` with its answers remembered for as long as both arguments live. `f` must be pure. */
export const rememberPairs = <A extends object, B extends object, R>(f: (a: A, b: B) => R) => {
  const answers = new WeakMap<A, WeakMap<B, { readonly answer: R }>>();
  return (a: A, b: B): R => {
    let others = answers.get(a);
    if (others === undefined) {
      others = new WeakMap();
      answers.set(a, others);
    }
    let known = others.get(b);
    if (known === undefined) {
      known = { answer: f(a, b) };
      others.set(b, known);
    }
    return known.answer;
  };
};
