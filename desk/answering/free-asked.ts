// Floor 4. One question as a free-form one: its words, what was made ahead for them, and what a model is given of its market's brief.

import type { AheadAnswer } from "#agents/deep-trader-manager/answers/answer-deps.ts";
import { aboutOf, standsAlone } from "#agents/deep-trader-manager/language/free-form.ts";
import type { NewFact } from "#agents/deep-trader-manager/talk/fact-source.ts";
import type { FreeForm } from "#schemas/free-form.ts";
import type { Language } from "#schemas/language.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { MarketSymbol, UnixMs } from "#schemas/units.ts";
import type { WorkTally } from "#schemas/work.ts";
import type { Desk } from "../desk.ts";
import { briefFacts } from "../judgement/brief-shown.ts";
import type { Conversations } from "./conversations.ts";
import { answeredAhead, briefAskedAbout, freeFormHere } from "./serve-ahead.ts";
import { staleFacts } from "./sources/brief.ts";

export interface FreeAsked {
  /** Null where the words are none to be matched. */
  form(text: string): FreeForm | null;
  /** Null: nothing that stands was made for these words, or they hang on what was said before. */
  answeredAhead(text: string, options: CallOptions): Promise<AheadAnswer | null>;
  /** The fresh brief of the market asked about; of a stale one its reason. */
  openingFacts(text: string, language: Language, options: CallOptions): Promise<readonly NewFact[]>;
  /** Ids of the briefs that a model was given. */
  given(): readonly string[];
}

interface FreeAskedParts {
  readonly symbols: () => readonly MarketSymbol[];
  readonly nowMs: UnixMs;
  readonly tally: WorkTally;
  readonly conversation: string | undefined;
}

export function createFreeAsked(
  { desk, conversations }: { readonly desk: Desk; readonly conversations: Pick<Conversations, "recent"> },
  { symbols, nowMs, tally, conversation }: FreeAskedParts,
): FreeAsked {
  let read: { readonly text: string; readonly form: FreeForm | null } | null = null;
  const given: string[] = [];
  const form = (text: string): FreeForm | null => {
    if (read?.text !== text) read = { text, form: freeFormHere(desk, text, symbols()) };
    return read.form;
  };
  const hangsOnTalk = async (free: FreeForm): Promise<boolean> => {
    if (!standsAlone(free)) return true;
    if (aboutOf(free) === "market" || conversation === undefined) return false;
    return (await conversations.recent(conversation, 1)).length > 0;
  };
  return {
    form,
    given: () => given,
    async answeredAhead(text, options) {
      if (!isBought(desk)) return null;
      const free = form(text);
      if (free === null || (await hangsOnTalk(free))) return null;
      return answeredAhead(desk, { free, nowMs, symbols: symbols(), tally }, options);
    },
    async openingFacts(text, language, options) {
      if (!isBought(desk)) return [];
      const brief = await briefAskedAbout(desk, form(text), nowMs, options);
      if (brief === null) return [];
      tally.count({ recordsRead: 1 });
      if (brief.status === "stale") return staleFacts(brief, { language });
      given.push(brief.id);
      return briefFacts(desk, brief);
    },
  };
}

/** Where no briefs are bought a question takes no look at them. */
const isBought = ({ config }: Pick<Desk, "config">): boolean => config.thinking.briefDayTokens > 0;
