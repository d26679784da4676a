// Floor 6. `flatten`: out of everything the desk holds, on the operator's own word, with no model in the path.
import { beginFlatten } from "#desk/acts/kinds/flatten.ts";
import { namedStrategy } from "#desk/documents/strategy-names.ts";
import { UsageError } from "#schemas/errors.ts";
import { actCommand, saidOf } from "./act-command.ts";
import { removeHaltFile } from "./control.ts";

/** A running desk has its journal, and whoever asks it over HTTP means that one. */
const onlyByHand = (): UsageError =>
  new UsageError({
    was: "--without-journal was asked of a desk that runs.",
    expected: "a command line, where no desk runs with this account",
    remedy: "Leave it out: this desk knows what it holds.",
  });

export const flattenCommand = actCommand({
  name: "flatten",
  confirm: ({ flags }) =>
    `Sell everything that ${flags["strategy"] ?? "the desk"} holds at the market, cancel what would buy, and pause ${flags["strategy"] === undefined ? "it" : "that strategy"}? A halt becomes a pause.`,
  // Nothing is entered from here on, whatever a slot under way decides; a desk at a venue begins to sell.
  first: async ({ desk }, input, options) => {
    const { flags } = input;
    if (flags["withoutJournal"] === true) throw onlyByHand();
    if (flags["propose"] === true) return;
    await beginFlatten(desk, { strategyId: namedStrategy(desk, flags["strategy"]), ...saidOf(input) }, options);
    // Once it is journaled that the desk is paused: never before.
    await removeHaltFile(desk.config.home);
  },
  actOf: ({ desk }, { flags }) => ({ kind: "flatten", strategyId: namedStrategy(desk, flags["strategy"]) }),
});
