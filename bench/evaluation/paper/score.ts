// Bench. A model's words and the right answer → right or wrong: the last number that it wrote counts, as in the paper's code. Pure.

/** The paper's pattern: a run of digits, points, commas and dollar signs, or a single digit. */
const NUMBERS = /-?[$0-9.,]{2,}|-?[0-9]+/g;

const plain = (text: string): string => text.replaceAll(/[$,]/g, "").replaceAll(/^\.+|\.+$/g, "");

/** The last number in it; null: none. */
export function lastNumber(text: string): number | null {
  const found = (text.match(NUMBERS) ?? []).map(plain).filter((piece) => /\d/.test(piece));
  const value = Number(found.at(-1) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

export interface Score {
  /** The number is the right one, however it is written. */
  readonly right: boolean;
  /** The paper compares texts: 45 for 45.0 is wrong there. */
  readonly rightAsText: boolean;
}

export function scoreAnswer(text: string, answer: string): Score {
  const said = lastNumber(text);
  return {
    right: said !== null && said === lastNumber(answer),
    rightAsText: plain((text.match(NUMBERS) ?? []).at(-1) ?? "") === plain(answer),
  };
}
