// Floor 6. Flags and environment → the configuration file that holds for them, read; null where there is none.
import { flagName, SETTINGS } from "../settings.ts";
import type { ConfigFileValues } from "./read-config-file.ts";

const NAMED = SETTINGS.find(({ env }) => env === "DEEPTRADER_CONFIG");

/**
 * `--config`, DEEPTRADER_CONFIG, or one of the usual names in the folder. What loads it is imported where there is one only.
 * @param folder where to look; left out: the working folder
 * @throws ConfigError for a file that cannot be loaded
 */
export async function configFileOf(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  folder: string = process.cwd(),
): Promise<ConfigFileValues | null> {
  const flagged = flags[flagName(NAMED?.flag ?? "")];
  const named = (typeof flagged === "string" ? flagged : undefined) ?? (env[NAMED?.env ?? ""]?.trim() || undefined);
  const { loadConfigFile } = await import("./config-file.ts");
  const loaded = await loadConfigFile(named === undefined ? { folder } : { named, folder });
  if (loaded === null) return null;
  const { readConfigFile } = await import("./read-config-file.ts");
  return readConfigFile(loaded, folder);
}
