// Floor 6. What a desk runs with, as texts by name: kept beside its account, so that another process can say in what it differs.
import type { DeskConfig } from "#schemas/config.ts";
import type { AccountSettings } from "#schemas/ports/trading.ts";
import { strategyIdsText } from "#schemas/strategy-use.ts";
import { valueAt } from "./options.ts";
import { SETTINGS } from "./settings.ts";
import type { Venue } from "./venues/venue.ts";
import { VERSION } from "./version.ts";

/** Of one machine, or of how it is reached; what may hold a secret is left out by the setting's own word. */
const OF_THE_MACHINE =
  /^(home|standby|address|databaseUrl|redis\w*|http\.\w+|notifications\.\w+|model(Record|Replay)Dir)$/;

export function deskSettings(config: DeskConfig, { hosts, quote }: Pick<Venue, "hosts" | "quote">): AccountSettings {
  const own = SETTINGS.flatMap(({ key, secret }) =>
    key === null || secret !== undefined || OF_THE_MACHINE.test(key)
      ? []
      : [[key, textOf(valueAt(config, key))] as const],
  );
  return {
    ...Object.fromEntries(own),
    quote,
    strategies: strategyIdsText(config),
    // Their parameters and the bytes of their files.
    definitions: hosts.map(({ info }) => info.definitionId).join(","),
    version: VERSION,
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? null));

/** A line for each that differs. @param others null: the owner does not say */
export function settingDifferences(own: AccountSettings, others: AccountSettings | null): readonly string[] {
  if (others === null) return ["what they are is not known: an older version took the account"];
  const names = [...new Set([...Object.keys(own), ...Object.keys(others)])].toSorted();
  return names.flatMap((name) =>
    own[name] === others[name] ? [] : [`${name}: ${own[name] ?? "nothing"} here, ${others[name] ?? "nothing"} there`],
  );
}
