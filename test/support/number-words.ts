// Cardinals as they are spelled out, an oracle beside the check's own lists: 0–99,999 in the three languages.
import type { Language } from "#toolkits/fact-check/check-run.ts";

const EN =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const EN_TENS = "x x twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

function english(n: number): string {
  if (n < 20) return EN[n] ?? "";
  if (n < 100) return `${EN_TENS[Math.floor(n / 10)]}${n % 10 === 0 ? "" : `-${EN[n % 10]}`}`;
  if (n < 1000) return `${EN[Math.floor(n / 100)]} hundred${n % 100 === 0 ? "" : ` and ${english(n % 100)}`}`;
  return `${english(Math.floor(n / 1000))} thousand${n % 1000 === 0 ? "" : ` ${english(n % 1000)}`}`;
}

const DE =
  "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn".split(
    " ",
  );
const DE_TENS = "x x zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split(" ");

function german(n: number, isLast = true): string {
  if (n === 1) return isLast ? "eins" : "ein";
  if (n < 20) return DE[n] ?? "";
  if (n < 100) {
    const one = n % 10;
    return `${one === 0 ? "" : `${one === 1 ? "ein" : DE[one]}und`}${DE_TENS[Math.floor(n / 10)]}`;
  }
  if (n < 1000) return `${german(Math.floor(n / 100), false)}hundert${n % 100 === 0 ? "" : german(n % 100)}`;
  return `${german(Math.floor(n / 1000), false)}tausend${n % 1000 === 0 ? "" : german(n % 1000)}`;
}

const ES =
  "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve".split(
    " ",
  );
const ES_TENS = "x x x treinta cuarenta cincuenta sesenta setenta ochenta noventa".split(" ");
const ES_HUNDREDS =
  "x ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split(" ");

function spanish(n: number): string {
  if (n < 30) return ES[n] ?? "";
  if (n < 100) return `${ES_TENS[Math.floor(n / 10)]}${n % 10 === 0 ? "" : ` y ${ES[n % 10]}`}`;
  if (n === 100) return "cien";
  if (n < 1000) return `${ES_HUNDREDS[Math.floor(n / 100)]}${n % 100 === 0 ? "" : ` ${spanish(n % 100)}`}`;
  const thousands = Math.floor(n / 1000);
  return `${thousands === 1 ? "" : `${spanish(thousands).replace(/uno$/, "ún")} `}mil${n % 1000 === 0 ? "" : ` ${spanish(n % 1000)}`}`;
}

/** @param n 0–99,999 */
export const spelledOut = (n: number, language: Language): string =>
  ({ en: english, de: (each: number) => german(each), es: spanish })[language](n);
