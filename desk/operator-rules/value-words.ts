// Floor 4. Numbers and times of the week as they are written in English, German and Spanish → values; null where they are not read.
import { Money } from "#schemas/money.ts";
import { type RuleWindow, WEEKDAYS } from "#schemas/operator-rule.ts";

const NUMBERS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  ein: 1,
  eine: 1,
  einen: 1,
  zwei: 2,
  drei: 3,
  vier: 4,
  fünf: 5,
  sechs: 6,
  sieben: 7,
  acht: 8,
  neun: 9,
  zehn: 10,
  un: 1,
  una: 1,
  dos: 2,
  tres: 3,
  cuatro: 4,
  cinco: 5,
  seis: 6,
  siete: 7,
  ocho: 8,
  nueve: 9,
  diez: 10,
};

/** A whole number from 1 on. */
export function countOf(text: string): number | null {
  const named = NUMBERS[text.toLowerCase()];
  if (named !== undefined) return named;
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : null;
}

/** `5`, `2.5`, `2,5`, `five`: percent, above 0, at most 100. */
export function percentOf(text: string): number | null {
  const value = /^\d{1,3}(?:[.,]\d{1,4})?$/.test(text) ? Number(text.replace(",", ".")) : countOf(text);
  return value !== null && value > 0 && value <= 100 ? value : null;
}

/** Digits with a decimal point. Thousands marks are not read: `1,000` is a thousand here and one there. */
export function amountOf(text: string): Money | null {
  const parsed = Money.safeParse(text);
  return parsed.success && Number(text) > 0 ? parsed.data : null;
}

const DAYS: readonly (readonly [pattern: RegExp, day: (typeof WEEKDAYS)[number]])[] = [
  [/^(?:mondays?|mon|montags?|lunes)$/iu, "mon"],
  [/^(?:tuesdays?|tue|dienstags?|martes)$/iu, "tue"],
  [/^(?:wednesdays?|wed|mittwochs?|miércoles|miercoles)$/iu, "wed"],
  [/^(?:thursdays?|thu|donnerstags?|jueves)$/iu, "thu"],
  [/^(?:fridays?|fri|freitags?|viernes)$/iu, "fri"],
  [/^(?:saturdays?|sat|samstags?|sonnabends?|sábados?|sabados?)$/iu, "sat"],
  [/^(?:sundays?|sun|sonntags?|domingos?)$/iu, "sun"],
];

const LEAD_IN = /^(?:on|over|during|at|through|am|an|über|ueber|während|durante|en|el|los)\s+/iu;
const ARTICLE = /^(?:the|das|dem|den|der|el|los|las)\s+/iu;
const WEEKEND = /^(?:weekends?|wochenenden?|fin(?:es)? de semana)$/iu;
const HOURS =
  /^(?:between|from|zwischen|von|entre|de)\s+(?<from>\d{1,2}(?::\d{2})?)\s*(?:and|to|till|until|und|bis|y|a)\s+(?<to>\d{1,2}(?::\d{2})?)(?:\s+(?:utc|uhr|uhr utc))?$/iu;

/** `over the weekend`, `on Sundays and Mondays`, `between 22:00 and 06:00 UTC`: in UTC, whatever is written. */
export function windowFromWords(words: string): RuleWindow | null {
  const hours = HOURS.exec(words.trim())?.groups;
  if (hours !== undefined) {
    const [from, to] = [timeOf(hours["from"] ?? ""), timeOf(hours["to"] ?? "")];
    return from === null || to === null || from === to ? null : { kind: "hours", from, to };
  }
  const text = words.trim().replace(LEAD_IN, "").replace(ARTICLE, "");
  if (WEEKEND.test(text)) return { kind: "weekend" };
  const days = text
    .split(/\s*(?:,| and | und | y | or | oder )\s*/iu)
    .map((name) => DAYS.find(([pattern]) => pattern.test(name.replace(LEAD_IN, "").replace(ARTICLE, "")))?.[1]);
  const known = WEEKDAYS.filter((day) => days.includes(day));
  return days.includes(undefined) || known.length === 7 ? null : { kind: "weekdays", days: known };
}

/** `22`, `6:30` → `22:00`, `06:30`; 24 is 00:00. */
function timeOf(text: string): string | null {
  const [hour = "", minute = "00"] = text.split(":");
  if (Number(hour) > 24 || Number(minute) > 59 || (hour === "24" && minute !== "00")) return null;
  return `${String(Number(hour) % 24).padStart(2, "0")}:${minute}`;
}
