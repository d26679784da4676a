// Floor 2. Words as they are looked up: small ASCII letters.

/** Letters that Unicode does not take apart into a base letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ħ: "h",
  ı: "i",
  ĳ: "ij",
  ĸ: "k",
  ł: "l",
  ŀ: "l",
  ŉ: "n",
  ŋ: "n",
  ŧ: "t",
  ſ: "s",
};
const TAKEN_APART = /[ßæœøđðþħıĳĸłŀŉŋŧſ]/g;

/** `Fünf` → `funf`, `It's` → `its`; what is no letter falls out. */
export function folded(text: string): string {
  const small = text.toLowerCase();
  if (/^[a-z]*$/.test(small)) return small;
  return small
    .normalize("NFD")
    .replace(TAKEN_APART, (letter) => LETTERS[letter] ?? "")
    .replace(/[^a-z]/g, "");
}

/** A word of small letters, and with German `ue` for `ü`. */
export function spellings(text: string): readonly string[] {
  const small = text.toLowerCase();
  const spelled = small.replace(/[äöü]/g, (vowel) => ({ ä: "ae", ö: "oe", ü: "ue" })[vowel] ?? vowel);
  return spelled === small ? [small] : [small, spelled];
}

/** A word as lists may hold it: folded, in each of its spellings. */
export const foldings = (text: string): readonly string[] => [...new Set(spellings(text).map(folded))];
