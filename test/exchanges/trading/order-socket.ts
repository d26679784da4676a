// The private socket beside an exchange's REST: who logs in with the account's key and subscribes is told of every order of the account, in
// the venue's own words. It can cut, fall silent, lose, repeat, hold back and mix up what it tells, flood, and refuse whom it should let in.
import type { IncomingMessage, Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Account } from "../signatures.ts";
import type { AccountOrder, TradingAccount } from "./trading-account.ts";

/** Whoever is connected. */
export interface Session {
  /** Of its URL, query included. */
  readonly target: string;
  isIn: boolean;
  readonly channels: Set<string>;
}

export interface Message {
  readonly [name: string]: unknown;
}

/** How a venue writes it down. */
export interface OrderSocketProtocol {
  /** Said to whoever connects. */
  readonly greeting?: unknown;
  /** What is said to a message, in order; it logs in and subscribes the session where the venue would. */
  answer(message: Message, session: Session, by: { readonly account: Account; readonly nowMs: number }): unknown[];
  /** What a session is told about an order. */
  words(order: AccountOrder, session: Session): unknown[];
}

export interface OrderSocket {
  /** Ever made, and those that stand now. */
  readonly connections: number;
  readonly standing: number;
  /** Sessions that are subscribed to something. */
  readonly subscribed: number;
  /** Words about orders that it has sent. */
  readonly told: number;
  /** Of the URLs that were connected to. */
  readonly targets: readonly string[];
  /** Each word is sent so many times; 0: none is. */
  copies: number;
  /** Words are kept, and told in the other direction once it is false again. */
  holdsBack: boolean;
  /** Logins are not answered. */
  ignoresLogins: boolean;
  /** Tells this, whatever it is, to everybody who is subscribed. */
  say(text: string): void;
  /** Cuts every connection. */
  cut(): void;
  /** Tells what was held back, newest first. */
  release(): void;
  close(): void;
}

interface OrderSocketParts {
  readonly server: Server;
  readonly protocol: OrderSocketProtocol;
  readonly account: Account;
  readonly trading: TradingAccount;
  readonly now: () => number;
}

export function openOrderSocket({ server, protocol, account, trading, now }: OrderSocketParts): OrderSocket {
  const sockets = new WebSocketServer({ server });
  const sessions = new Map<WebSocket, Session>();
  const held: (() => void)[] = [];
  const targets: string[] = [];
  let told = 0;
  const subscribed = () => [...sessions].filter(([, { channels }]) => channels.size > 0);
  sockets.on("connection", (socket, { url = "" }: IncomingMessage) => {
    const session: Session = { target: url, isIn: false, channels: new Set() };
    targets.push(url);
    sessions.set(socket, session);
    if (protocol.greeting !== undefined) socket.send(JSON.stringify(protocol.greeting));
    socket.on("message", (data) => {
      const text = String(data);
      if (text === "ping") return socket.send("pong");
      if (self.ignoresLogins) return;
      const answers = protocol.answer(JSON.parse(text) as Message, session, { account, nowMs: now() });
      for (const answer of answers) socket.send(JSON.stringify(answer));
    });
    socket.on("close", () => sessions.delete(socket));
  });
  const tell = (order: AccountOrder): void => {
    // Written down at once: what it holds back is old when it is told.
    for (const [socket, session] of subscribed()) {
      for (const word of protocol.words(order, session)) {
        const text = JSON.stringify(word);
        const send = (): void => {
          for (let copy = 0; copy < self.copies; copy += 1) {
            told += 1;
            socket.send(text);
          }
        };
        if (self.holdsBack) held.push(send);
        else send();
      }
    }
  };
  trading.listeners.add(tell);
  const self: OrderSocket = {
    get connections() {
      return targets.length;
    },
    get standing() {
      return sessions.size;
    },
    get subscribed() {
      return subscribed().length;
    },
    get told() {
      return told;
    },
    targets,
    copies: 1,
    holdsBack: false,
    ignoresLogins: false,
    say(text) {
      for (const [socket] of subscribed()) socket.send(text);
    },
    cut() {
      for (const socket of sessions.keys()) socket.terminate();
    },
    release() {
      self.holdsBack = false;
      for (const send of held.splice(0).reverse()) send();
    },
    close() {
      trading.listeners.delete(tell);
      self.cut();
      sockets.close();
    },
  };
  return self;
}
