// Floor 6. `pair`, `pair list`, `pair remove`: which chats may command the desks of this home. It needs no desk, no store and no venue.
import { formatTime } from "#desk/documents/format.ts";
import { UnknownNameError, UsageError } from "#schemas/errors.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { CommandInput } from "../command.ts";
import type { Style } from "../io.ts";
import { makePairCode } from "../messengers/pair-code.ts";
import { type PairedChat, pairedChats, removePairedChat } from "../messengers/paired-chats.ts";
import { table } from "../text/table.ts";

export type PairDocument =
  | { readonly code: string; readonly untilMs: UnixMs; readonly tokenIsSet: boolean }
  | { readonly chats: readonly PairedChat[] }
  | { readonly removed: PairedChat };

/** @param tokenIsSet whether a desk with these settings would hear the code */
export async function pair(
  name: string,
  { args }: CommandInput,
  { home, nowMs, tokenIsSet }: { readonly home: string; readonly nowMs: UnixMs; readonly tokenIsSet: boolean },
): Promise<PairDocument> {
  if (name === "pair list") return { chats: await pairedChats(home) };
  if (name === "pair new") return { ...(await makePairCode(home, nowMs)), tokenIsSet };
  const given = args[0] ?? "";
  if (!/^-?\d{1,16}$/.test(given)) {
    throw new UsageError({
      was: `The chat is ${JSON.stringify(given)}.`,
      expected: "its number, as `deeptrader pair list` shows it",
      remedy: "Correct it; before the number of a group write --, as in `pair remove -- -100123`.",
    });
  }
  const removed = await removePairedChat(home, Number(given));
  if (removed !== null) return { removed };
  throw new UnknownNameError({ was: `Chat ${given} is not paired.`, remedy: "See `deeptrader pair list`." });
}

export function renderPair(document: PairDocument, style: Style): string {
  if ("removed" in document) return `${document.removed.name} (chat ${document.removed.id}) is not paired any more.`;
  if ("chats" in document) {
    if (document.chats.length === 0) return "No chat is paired. `deeptrader pair` gives a code for one.";
    return table(document.chats, [
      { title: "chat", value: ({ id }) => String(id), align: "right" },
      { title: "", value: ({ isPrivate }) => (isPrivate ? "person" : "group") },
      { title: "name", value: ({ name }) => name },
      { title: "paired (UTC)", value: ({ pairedAtMs }) => formatTime(pairedAtMs) },
      { title: "by", value: ({ by }) => by },
    ]);
  }
  const { code, untilMs, tokenIsSet } = document;
  return [
    `Write this to your bot, in the chat that is to command the desk: ${style.bold(`/pair ${code}`)}`,
    `It pairs one chat, once, until ${formatTime(untilMs)} UTC, while a desk of this home runs.`,
    ...(tokenIsSet
      ? []
      : [style.warn("DEEPTRADER_TELEGRAM_TOKEN is not set: a desk started so hears no chat (docs/connect.md).")]),
  ].join("\n");
}
