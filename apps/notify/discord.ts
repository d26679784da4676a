// Floor 6. The body of a Discord webhook, and how it says "too many": https://docs.discord.com/developers/resources/webhook#execute-webhook
import { z } from "zod";
import { shorten } from "../text/shorten.ts";
import type { ChatService } from "./chat-webhook.ts";

/** Letters that Discord lays out, or makes links, mentions and emoji of. */
const MARKUP = /[\\*_~`|>#[\]()<@]/g;
const MOST_LETTERS = 2_000;
/** Shows no preview of what looks like an address. */
const SUPPRESS_EMBEDS = 4;

const TooMany = z.object({ retry_after: z.number() });

export const DISCORD: ChatService = {
  channel: "discord",
  bodyOf: (text) => ({
    content: shorten(text.replaceAll(MARKUP, "\\$&"), MOST_LETTERS),
    // Nobody is called by a name that a token gave itself.
    allowed_mentions: { parse: [] },
    flags: SUPPRESS_EMBEDS,
  }),
  /** `retry_after`: seconds, with a fraction. */
  restMs: async (answer) => {
    const body = TooMany.safeParse(await answer.json().catch(() => null));
    return (body.data?.retry_after ?? Number.NaN) * 1000;
  },
};
