// Telegram's Bot API on loopback, as far as the desk uses it: a poll is held until something comes, an offset confirms what lies before
// it, and each method can be told to fail. https://core.telegram.org/bots/api
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const TOKEN = "4711000:S3CRET-S3CRET-S3CRET-S3CRET-xyz";

export interface Sent {
  readonly method: string;
  readonly chatId: number;
  readonly messageId: number;
  readonly text: string;
  readonly buttons: readonly { readonly text: string; readonly callback_data: string }[];
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the next call of a method meets; `hang`: no answer; `garbage`: a proxy's page. */
export type Fault = { readonly status: number; readonly retryAfter?: number } | "hang" | "cut" | "garbage";

interface Person {
  readonly id: number;
  readonly first_name: string;
  readonly is_bot: boolean;
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: "Bad Request: message to edit not found",
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  429: "Too Many Requests: retry after",
  500: "Internal Server Error",
  502: `Bad Gateway for bot${TOKEN}`,
};

export async function startBotApi() {
  let updates: { readonly update_id: number }[] = [];
  let nextUpdate = 1_000;
  let nextMessage = 1;
  const sent: Sent[] = [];
  const calls: { readonly method: string; readonly payload: Readonly<Record<string, unknown>> }[] = [];
  const faults = new Map<string, Fault[]>();
  let held: { readonly offset: number; readonly response: ServerResponse } | null = null;
  let watchers: { readonly isSo: () => boolean; readonly tell: () => void }[] = [];
  const changed = (): void => {
    for (const { tell } of watchers.filter(({ isSo }) => isSo())) tell();
    watchers = watchers.filter(({ isSo }) => !isSo());
  };
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      if (isSo()) resolve();
      else watchers.push({ isSo, tell: resolve });
    });
  const answer = (response: ServerResponse, result: unknown): void => {
    response.writeHead(200, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ ok: true, result }));
  };
  const from = (offset: number) => updates.filter(({ update_id }) => update_id >= offset);
  const release = (): void => {
    if (held === null || from(held.offset).length === 0) return;
    answer(held.response, from(held.offset));
    held = null;
  };
  const fail = (response: ServerResponse, fault: Fault): void => {
    if (fault === "hang") return;
    if (fault === "cut") return void response.destroy();
    if (fault === "garbage") {
      response.writeHead(200, { "content-type": "text/html", connection: "close" });
      return void response.end("<html>maintenance</html>");
    }
    const { status, retryAfter } = fault;
    const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify({ ok: false, error_code: status, description: DESCRIPTIONS[status], ...parameters }));
  };
  const take = (method: string, payload: Record<string, unknown>, response: ServerResponse): void => {
    calls.push({ method, payload });
    const fault = faults.get(method)?.shift();
    if (fault !== undefined) {
      fail(response, fault);
      changed();
      return;
    }
    switch (method) {
      case "getMe":
        answer(response, { id: 4711000, is_bot: true, first_name: "Desk", username: "desk_bot" });
        break;
      case "getUpdates": {
        const offset = Number(payload["offset"] ?? 0);
        updates = from(offset);
        held = { offset, response };
        release();
        break;
      }
      case "sendMessage":
      case "editMessageText": {
        const messageId = method === "sendMessage" ? nextMessage++ : Number(payload["message_id"]);
        const chatId = Number(payload["chat_id"]);
        const keyboard = payload["reply_markup"] as { readonly inline_keyboard?: Sent["buttons"][] } | undefined;
        const text = String(payload["text"]);
        sent.push({ method, chatId, messageId, text, buttons: (keyboard?.inline_keyboard ?? []).flat(), payload });
        answer(response, { message_id: messageId, date: 0, chat: { id: chatId, type: "private" }, text });
        break;
      }
      default:
        answer(response, true);
    }
    changed();
  };
  const server = createServer((request, response) => {
    const [, method = ""] = /^\/bot[^/]+\/(\w+)$/.exec(request.url ?? "") ?? [];
    if (!request.url?.startsWith(`/bot${TOKEN}/`)) return fail(response, { status: 401 });
    void bodyOf(request).then((body) => take(method, body === "" ? {} : JSON.parse(body), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const put = (update: object, id = nextUpdate++): number => {
    updates.push({ update_id: id, ...update });
    release();
    return id;
  };
  const person = (id: number, name = "Anna"): Person => ({ id, first_name: name, is_bot: false });
  const chatOf = (id: number, name: string) =>
    id < 0 ? { id, type: "supergroup", title: "Desk crew" } : { id, type: "private", first_name: name };
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    sent,
    calls,
    until,
    /** What was sent to a chat, in order. */
    textsTo: (chatId: number): readonly string[] => sent.filter((one) => one.chatId === chatId).map(({ text }) => text),
    /** Somebody writes. @returns the number of the update */
    write: (chatId: number, text: string, by: Partial<Person> = {}): number => {
      const author = { ...person(chatId < 0 ? 77 : chatId), ...by };
      const message = {
        message_id: nextMessage++,
        date: 0,
        chat: chatOf(chatId, author.first_name),
        from: author,
        text,
      };
      return put({ message });
    },
    /** Somebody presses the button with that beginning, of the newest message that has one. */
    press: (chatId: number, label: string, under?: Sent): number => {
      const shown = under ?? sent.findLast((one) => one.chatId === chatId && one.buttons.length > 0);
      const button = shown?.buttons.find(({ text }) => text.startsWith(label));
      if (shown === undefined || button === undefined) throw new Error(`There is no button ${label}.`);
      const message = { message_id: shown.messageId, date: 0, chat: chatOf(chatId, "Anna") };
      const callback_query = { id: `press-${nextUpdate}`, from: person(77), message, data: button.callback_data };
      return put({ callback_query });
    },
    put,
    /** All updates that are still here come once more, confirmed or not: as after a lost answer. */
    again: (update: object, id: number): number => put(update, id),
    fail: (method: string, ...next: readonly Fault[]): void => {
      faults.set(method, [...(faults.get(method) ?? []), ...next]);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

export type BotApi = Awaited<ReturnType<typeof startBotApi>>;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
}
