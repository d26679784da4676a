// Floor 6. A running desk → what it tells the world: alerts on their channels, heartbeats. Simulated desks, and replayed ones,
// send nothing out: their terminal is all there is.

import type PQueue from "p-queue";
import type { Desk } from "#desk/desk.ts";
import { createDelivery } from "#desk/watch/deliver.ts";
import { watchBetween } from "#desk/watch/watch.ts";
import { systemClock } from "#scheduler/clock.ts";
import { NEVER_ABORTED } from "#schemas/abort.ts";
import type { Alert } from "#schemas/alert.ts";
import type { Notifier } from "#schemas/ports/people.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { Io } from "../io.ts";
import { createChatWebhook } from "./chat-webhook.ts";
import { DISCORD } from "./discord.ts";
import { createPinger, writeHeartbeat } from "./heartbeat.ts";
import { parseOutgoingUrl } from "./outgoing.ts";
import { SLACK } from "./slack.ts";
import { createTerminalNotifier } from "./terminal.ts";
import { createWebhookNotifier } from "./webhook.ts";

/** Between slots: how often control, halt file and unanswered orders are looked at, and unsent alerts sent again. */
const LOOK_EVERY_MS = 10_000;
/** In a row, at which the account was not confirmed by its store: 20 to 30 s. */
const LOOKS_WITHOUT_STORE = 3;
/** How long a desk that ends waits for what is still to be sent. */
const LAST_WORDS_MS = 6_000;

export interface SignsOfLife {
  /** After a finished tick. No heartbeat while the desk is blind. */
  afterSlot(slotMs: UnixMs): Promise<void>;
  /** The last words, within a bounded time. */
  close(): Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Secrets, each a URL that the desk sends to. */
export const OUTGOING_VARIABLES = [
  "DEEPTRADER_WEBHOOK_URL",
  "DEEPTRADER_DISCORD_URL",
  "DEEPTRADER_SLACK_URL",
  "DEEPTRADER_HEARTBEAT_URL",
] as const;

export interface SignsOfLifeParts {
  readonly env: Env;
  readonly io: Io;
  readonly exclusively: PQueue;
  /** Channels that were opened elsewhere, such as Telegram; a desk that sends nothing out does not use them. */
  readonly notifiers?: readonly Notifier[];
  /** As `AccountWriter.leftMs`; left out: the store is this process's own. */
  readonly leftMs?: () => number;
}

/**
 * Reads the outgoing variables: they are secrets, and go no further than the objects made here.
 * @throws ConfigError for a URL that is not one, on simulated desks too
 */
export function openSignsOfLife(
  desk: Desk,
  { env, io, exclusively, notifiers = [], leftMs = () => 0 }: SignsOfLifeParts,
): SignsOfLife {
  const [webhook, discord, slack, watcher] = OUTGOING_VARIABLES.map((name) => parseOutgoingUrl(name, env[name]));
  const sendsOut = desk.clock.kind === "system" && !desk.marketData.simulated;
  const wallNow = (): number => systemClock().now();
  const pushed: readonly Notifier[] = [
    ...(webhook ? [createWebhookNotifier(webhook, desk.deskId)] : []),
    ...(discord ? [createChatWebhook(discord, DISCORD, wallNow)] : []),
    ...(slack ? [createChatWebhook(slack, SLACK, wallNow)] : []),
    ...notifiers,
  ];
  const pinger = sendsOut && watcher ? createPinger(watcher, io.note) : null;
  const print = (line: string): void => (io.json ? io.note(line) : io.out(io.style.warn(line)));
  const delivery = createDelivery({
    notifiers: [
      // With --json --quiet it would not be seen: it waits for a terminal that shows it.
      ...(io.json && io.quiet ? [] : [createTerminalNotifier(print)]),
      ...(sendsOut ? pushed : []),
    ],
    policy: desk.config.notifications,
    log: desk.alerts.log,
    append: desk.account.append,
    now: () => desk.clock.now(),
    onNote: io.note,
  });
  let beatFails = false;
  /** A heartbeat that cannot be written stops no trading: its absence is what a watcher waits for. Said once. */
  const beat = async (slotMs: UnixMs): Promise<void> => {
    try {
      await writeHeartbeat(desk.config.home, { atMs: systemClock().now(), slotMs, pid: process.pid });
      beatFails = false;
    } catch (error) {
      if (!beatFails) io.note(`heartbeat: it cannot be written: ${(error as Error).message}`);
      beatFails = true;
    }
  };
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    try {
      await exclusively.add(() => watchBetween(desk, NEVER_ABORTED));
    } catch (error) {
      // A store that fails ends the next tick with the same error; a timer has no caller to throw it to.
      io.note(`alerts: ${(error as Error).message}`);
    }
    delivery.kick();
  };
  let without = 0;
  /** Nothing is journaled without a store, alerts among it: that it is away is told all the same, once for each time. */
  const lookAtStore = (): void => {
    without = leftMs() < 0 ? without + 1 : 0;
    if (without === LOOKS_WITHOUT_STORE) void delivery.tell(storeAway(desk));
  };
  const everyLook = (): void => {
    lookAtStore();
    lookOnce();
  };
  // Simulated time stands still between two slots: there is nothing to see.
  const timer = desk.clock.kind === "system" ? setInterval(everyLook, LOOK_EVERY_MS).unref() : undefined;
  function lookOnce(): void {
    looking ??= look().finally(() => {
      looking = null;
    });
  }
  return {
    afterSlot: async (slotMs) => {
      delivery.kick();
      // A desk that holds something and sees nothing of it is alive and not well: whoever watches is to look.
      if (desk.isBlind()) return;
      pinger?.ping();
      await beat(slotMs);
    },
    close: async () => {
      clearInterval(timer);
      await looking;
      await delivery.close(LAST_WORDS_MS);
      await pinger?.close();
    },
  };
}

const storeAway = ({ clock, marketData }: Desk): Alert => ({
  alertId: `store-away:${clock.now()}`,
  kind: "store-away",
  symbol: null,
  atMs: clock.now(),
  text: "The database does not answer. Nothing is sent or journaled meanwhile; stops at the venue rest. A slot that meets no database ends the desk.",
  simulated: marketData.simulated,
});
