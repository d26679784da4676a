// Floor 6. What the Bot API hands over → the part of it that the desk reads. https://core.telegram.org/bots/api#update
import { z } from "zod";

/** Control characters, and marks that turn the direction of writing: names are anybody's text. */
const nameText = z.string().transform((text) =>
  text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 64),
);

const Chat = z.object({ id: z.int(), type: z.string(), title: nameText.optional() });

const From = z.object({
  id: z.int(),
  is_bot: z.boolean().default(false),
  first_name: nameText.default(""),
  last_name: nameText.default(""),
  username: nameText.optional(),
});
export type From = z.infer<typeof From>;

const Message = z.object({ message_id: z.int(), chat: Chat, from: From.optional(), text: z.string().optional() });

const Update = z.object({
  update_id: z.int(),
  message: Message.optional(),
  callback_query: z
    .object({ id: z.string(), from: From, message: Message.optional(), data: z.string().optional() })
    .optional(),
});

export interface ChatOf {
  readonly id: number;
  /** False: a group. */
  readonly isPrivate: boolean;
  /** Of the person or the group, for people. */
  readonly name: string;
}

/** A line that was written in a chat, or a button that was pressed under a message of ours. */
export type Heard =
  | {
      readonly kind: "line";
      readonly updateId: number;
      readonly chat: ChatOf;
      readonly from: From;
      readonly text: string;
    }
  | {
      readonly kind: "button";
      readonly updateId: number;
      readonly chat: ChatOf;
      readonly from: From;
      readonly pressId: string;
      readonly messageId: number;
      readonly data: string;
    };

export interface ReadUpdate {
  readonly updateId: number;
  /** Null for what is no line and no button of a person: pictures, channels, other bots. */
  readonly heard: Heard | null;
}

/** Null for what has no number. */
export function readUpdate(raw: unknown): ReadUpdate | null {
  const parsed = Update.safeParse(raw);
  if (!parsed.success) {
    const bare = Update.pick({ update_id: true }).safeParse(raw);
    return bare.success ? { updateId: bare.data.update_id, heard: null } : null;
  }
  const { update_id: updateId, message, callback_query: press } = parsed.data;
  if (message?.from !== undefined && !message.from.is_bot && message.text !== undefined) {
    const { from, text } = message;
    return { updateId, heard: { kind: "line", updateId, chat: chatOf(message.chat, from), from, text } };
  }
  if (press?.message !== undefined && press.data !== undefined && !press.from.is_bot) {
    const { from, data, id: pressId } = press;
    const { chat, message_id: messageId } = press.message;
    return { updateId, heard: { kind: "button", updateId, chat: chatOf(chat, from), from, pressId, messageId, data } };
  }
  return { updateId, heard: null };
}

const chatOf = ({ id, type, title }: z.infer<typeof Chat>, from: From): ChatOf =>
  type === "private"
    ? { id, isPrivate: true, name: nameOf(from) }
    : { id, isPrivate: false, name: title === undefined || title === "" ? `group ${id}` : title };

const nameOf = ({ id, first_name, last_name, username }: From): string =>
  [first_name, last_name].join(" ").trim() || username || String(id);

interface Speaker {
  readonly chat: ChatOf;
  readonly from: From;
}

/** Who acts, as the journal has it: the name may be another tomorrow, the number is not. */
export const byOf = ({ chat, from }: Speaker): string =>
  `${nameOf(from)} (Telegram ${from.id}${chat.isPrivate ? "" : `, in ${chat.name}`})`;
