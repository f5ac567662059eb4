/** One figure with the bar that it has to meet. */
export interface Bar {
  readonly value: number;
  /** `<=`, `>=` or `==` `bar`. */
  readonly is: "<=" | ">=" | "==";
  readonly bar: number;
  readonly unit: string;
}

const meets = ({ value, is, bar }: Bar): boolean =>
  is === "<=" ? value <= bar : is === ">=" ? value >= bar : value === bar;

/** Prints the result as the last line, one JSON object with the bar beside each figure; exit code 1 when one misses. */
export function report(
  name: string,
  bars: Readonly<Record<string, Bar>>,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const figures = Object.fromEntries(
    Object.entries(bars).map(([key, b]) => [
      key,
      { value: Math.round(b.value * 1_000) / 1_000, bar: `${b.is} ${b.bar}`, unit: b.unit, ok: meets(b) },
    ]),
  );
  const ok = Object.values(bars).every(meets);
  console.log(JSON.stringify({ name, ok, figures, ...more }));
  if (!ok) process.exitCode = 1;
}
