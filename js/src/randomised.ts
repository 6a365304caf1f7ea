/** A number in [0, 1). */
export type Random = () => number;

/**
 * k-ary randomised response: one of `domain`, which is `value` with probability p = e^ε / (e^ε + k − 1), and any other
 * one with q = 1 / (e^ε + k − 1), where k is the number of values (Kairouz, Bonawitz and Ramage, "Discrete Distribution
 * Estimation under Local Privacy", ICML 2016, section 3.1; for k = 2 it is Warner's of 1965). p / q = e^ε, so whoever
 * sees the answer can favour no value over another one by more than that: ε-local differential privacy.
 *
 * A value that is none of the domain is answered for by its last one.
 */
export function randomised(value: string, domain: readonly string[], epsilon: number, random: Random): string {
  const own = domain.indexOf(value);
  const truth = own < 0 ? domain.length - 1 : own;
  const weight = Math.exp(epsilon);
  if (random() < weight / (weight + domain.length - 1)) return domain[truth] as string;
  const other = Math.floor(random() * (domain.length - 1));
  return domain[other < truth ? other : other + 1] as string;
}

/** 53 bits of the browser's own randomness: nobody may be able to compute what was drawn. */
export function secureRandom(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}
