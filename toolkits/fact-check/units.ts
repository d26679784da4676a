// Floor 2. A draft in pieces → its units: sentences, list items, headings, table rows. A unit is given out once the next one has
// begun, so a text in pieces is cut as the whole. When in doubt coarse: too fine would leave a stump.
import type { Language } from "./check-run.ts";
import { wordLists } from "./lexicon.ts";

export type UnitType = "prose" | "item" | "heading" | "row" | "fence";

export interface Unit {
  readonly type: UnitType;
  readonly text: string;
  /** What stood before it: nothing of its line, a line break, a blank line. */
  readonly gap: "space" | "line" | "paragraph";
}

/** Longer drafts are cut here. */
export const LONGEST_DRAFT = 20_000;

export interface UnitSplitter {
  /** The units that are whole by now. */
  readonly push: (piece: string) => readonly Unit[];
  /** The last ones, and whether the draft was too long, so that its last unit is not whole. */
  readonly end: () => { readonly units: readonly Unit[]; readonly isCut: boolean };
}

const CLOSING = /["”“»’')\]*_]/;
const FENCE = "```";

export function createUnitSplitter(language: Language): UnitSplitter {
  const { abbreviations } = wordLists(language);
  let taken = 0;
  let unit = "";
  let gap: Unit["gap"] = "line";
  let breaks = 0;
  /** Whether a sentence has ended and only closing marks may still belong to it. */
  let isEnding = false;
  let isCut = false;
  let ready: Unit[] = [];

  function finish(): void {
    const text = unit.trim();
    if (text !== "") {
      ready.push({ type: typeOf(text, gap), text, gap });
      gap = "space";
    }
    unit = "";
    isEnding = false;
  }

  const isInFence = (): boolean => {
    const fence = unit.trimStart();
    return fence.startsWith(FENCE) && !(fence.length > FENCE.length && fence.trimEnd().endsWith(`\n${FENCE}`));
  };

  function take(character: string): void {
    if (character === "\n" && !isInFence()) {
      finish();
      breaks += 1;
      gap = breaks > 1 ? "paragraph" : "line";
      return;
    }
    if (isEnding && character === " " && isSentence()) finish();
    else if (isEnding && !CLOSING.test(character) && !".!?…".includes(character)) isEnding = false;
    if (/\s/.test(character) && unit === "") return;
    breaks = 0;
    unit += character;
    if (".!?…".includes(character) && !isInReference(unit)) isEnding = true;
  }

  /** Prose only: an item, a heading and a row are whole lines; an abbreviation ends nothing. */
  const isSentence = (): boolean =>
    typeOf(`${unit.trim()} `, gap) === "prose" &&
    !abbreviations.some((each) => endsIn(unit, each)) &&
    !/(?:^|[\s(])\p{L}\.$/u.test(unit);

  return {
    push(piece) {
      for (const character of piece.replaceAll("\r", "")) {
        if (taken >= LONGEST_DRAFT) isCut = true;
        else take(character);
        taken += character.length;
      }
      const whole = ready;
      ready = [];
      return whole;
    },
    end() {
      finish();
      const units = ready;
      ready = [];
      return { units, isCut };
    },
  };
}

const endsIn = (text: string, abbreviation: string): boolean =>
  text.toLowerCase().endsWith(abbreviation) && !/\p{L}/u.test(text.at(-abbreviation.length - 1) ?? " ");

const isInReference = (text: string): boolean => text.lastIndexOf("{{") > text.lastIndexOf("}}");

function typeOf(text: string, gap: Unit["gap"]): UnitType {
  if (gap === "space") return "prose";
  if (text.startsWith(FENCE)) return "fence";
  if (/^#{1,6} /.test(text)) return "heading";
  if (text.startsWith("|")) return "row";
  return /^(?:[-*+•] |\d{1,2}[.)] )/.test(text) ? "item" : "prose";
}
