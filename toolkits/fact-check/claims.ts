// Floor 2. Claim layer: forecasts, advice, promises, causes, authorities, valuations and denials that lists recognise. They lower
// the share that is shown; they close nothing.
import { type Fault, fault } from "./check-run.ts";
import { SHARED } from "./lexicon.ts";
import { findAllPhrases } from "./phrases.ts";
import { type Reading, textOf } from "./reading.ts";

/** @param isHeading a heading or a lead-in: nouns, which claim nothing */
export function claimFault(reading: Reading, isHeading: boolean): Fault | null {
  const { words, lists, references, run } = reading;
  const kinds = new Set(references.map(({ reference }) => reference.fact.kind));
  for (const { from, to, value } of findAllPhrases(words, lists.claims)) {
    if (value.rule === "simulated" && !run.simulated) continue;
    if (reading.meanings.some((each) => each.value.about === "nothing" && each.from <= from && to <= each.to)) continue;
    if (!value.unless.some((kind) => kinds.has(kind))) return fault(value.rule, textOf(reading, from, to));
  }
  if (run.strictness === "chat" || references.length > 0 || isHeading) return null;
  return notNeutral(reading);
}

/** Of what is pushed, a sentence without a reference holds neutral words only. */
function notNeutral(reading: Reading): Fault | null {
  const { tokens, lists, assets } = reading;
  const at = tokens.findIndex(
    (token, place) =>
      token.type === "word" &&
      !lists.neutral.has(token.word) &&
      !assets.tokens.has(place) &&
      !SHARED.currencyWords.has(token.letters),
  );
  return at < 0 ? null : fault("not-neutral", textOf(reading, at, at + 1));
}
