// Floor 6. `start --standby`: waits for a desk's account while its owner lives, says so on the terminal and at /health and /ready, and says
// what of the owner's settings differs from its own. The store decides when the account is taken.
import type { DeskConfig } from "#schemas/config.ts";
import { ConfigError } from "#schemas/errors.ts";
import type { AccountHolder } from "#schemas/ports/trading.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { deskSettings, settingDifferences } from "../desk-settings.ts";
import { type StandbyState, serveStandby } from "../http/standby-server.ts";
import type { Io } from "../io.ts";
import type { RoomOptions } from "../open-rooms.ts";
import { ownerTexts } from "../text/owner-text.ts";
import type { Venue } from "../venues/venue.ts";

export interface Standby extends NonNullable<RoomOptions["standby"]> {
  /** Ends what says that it stands by. */
  end(): Promise<void>;
}

/** @throws ConfigError where nobody else could own the account, or the port cannot be had */
export async function standBy(
  config: DeskConfig,
  venue: Pick<Venue, "clock" | "hosts" | "quote">,
  { io, env }: { readonly io: Io; readonly env: Readonly<Record<string, string | undefined>> },
  { signal }: CallOptions,
): Promise<Standby> {
  if (config.databaseUrl === null || venue.clock.kind !== "system") throw noOtherOwner();
  const own = deskSettings(config, venue);
  let state: StandbyState = { owner: null, differences: [] };
  let said = "";
  const server = await serveStandby(config, env, () => state);
  const say = (text: string): void => {
    if (text !== said) io.note(text);
    said = text;
  };
  const onOwner = (owner: AccountHolder | null): void => {
    if (owner === null) {
      say("The store does not answer; it is asked again, and the owner has its whole time once it does.");
      return;
    }
    const differences = settingDifferences(own, owner.settings);
    state = { owner, differences };
    const [what, lease] = ownerTexts(owner);
    io.progress(`standby of ${config.deskId}: ${what}${lease}`);
    const others = differences.map((line) => `\n  ${line}`).join("");
    say(
      `Standby of desk ${config.deskId}, owned by ${what}.${others === "" ? "" : ` It runs with other settings:${others}`}`,
    );
  };
  return { onOwner, signal, end: server.close };
}

const noOtherOwner = (): ConfigError =>
  new ConfigError({
    was: "--standby waits for the desk of another process, and this one would have its store, or its time, to itself.",
    expected: "DATABASE_URL, and an exchange in real time",
    remedy: "Set both as the owner has them, or leave --standby out.",
  });
