// Floor 2. Settings of an indicator as given → complete and in range, or an error that names indicator, setting and range.
import { ConfigError, InvariantError } from "#schemas/errors.ts";
import { namesPhrase } from "../market/nearest-names.ts";
import { ROW_COLUMNS, type RowColumn } from "./kernel.ts";
import type { IndicatorSpec, SettingSpec, SettingValues } from "./spec.ts";

/** A whole number of rows. */
export const rowCount = (byDefault: number, min: number, max: number): SettingSpec => ({
  default: byDefault,
  min,
  max,
  integer: true,
});

/** A multiple of a deviation or a range. */
export const multiple = (byDefault: number): SettingSpec => ({ default: byDefault, min: 0.1, max: 20, integer: false });

/** The column that is looked at. */
export const source = (byDefault: RowColumn = "close"): SettingSpec => ({ default: byDefault, options: ROW_COLUMNS });

/** Rows until the seed of an exponential mean of n weighs under 1e-4: n for the seed and 4.6 n after it. */
export const emaNeed = (period: number): number => Math.ceil(5.6 * period);
/** The same for Wilder's smoothing of n: n for the seed and 9.2 n after it. */
export const wilderNeed = (period: number): number => 10 * period;

/**
 * The settings of an indicator, those not given at their default.
 * @throws ConfigError where one is unknown, of another type, out of range, or does not go with the others
 */
export function resolveSettings(spec: IndicatorSpec, given: Readonly<Record<string, unknown>> = {}): SettingValues {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(spec.settings, name)) continue;
    const known = Object.keys(spec.settings);
    throw new ConfigError({
      was: `The indicator ${spec.id} has no setting ${JSON.stringify(name)}.`,
      expected: known.length === 0 ? "no setting" : `one of: ${namesPhrase(name, known)}`,
      remedy: "Correct or remove it where the indicator is named.",
    });
  }
  const settings = Object.fromEntries(
    Object.entries(spec.settings).map(([name, setting]) => [name, resolved(spec.id, name, setting, given[name])]),
  );
  const conflict = spec.conflict?.(settings) ?? null;
  if (conflict === null) return Object.freeze(settings);
  throw new ConfigError({
    was: `The settings of the indicator ${spec.id} do not go together: ${conflict}.`,
    remedy: "Correct them where the indicator is named.",
  });
}

function resolved(id: string, name: string, setting: SettingSpec, value: unknown): number | string {
  if (value === undefined) return setting.default;
  if (typeof value === "string" && "options" in setting && setting.options.includes(value)) return value;
  if (typeof value === "number" && !("options" in setting)) {
    const isWhole = !setting.integer || Number.isInteger(value);
    if (isWhole && value >= setting.min && value <= setting.max) return value;
  }
  throw new ConfigError({
    was: `The setting ${name} of the indicator ${id} is ${typeof value === "string" ? JSON.stringify(value) : String(value)}.`,
    expected: rangeText(setting),
    remedy: "Correct it where the indicator is named.",
  });
}

/** `a whole number from 2 to 200`, `one of: open, high`. */
export const rangeText = (setting: SettingSpec): string =>
  "options" in setting
    ? `one of: ${setting.options.join(", ")}`
    : `${setting.integer ? "a whole number" : "a number"} from ${setting.min} to ${setting.max}`;

/** A number among resolved settings. */
export function numberIn(settings: SettingValues, name: string): number {
  const value = settings[name];
  if (typeof value === "number") return value;
  throw unresolved(name, value);
}

/** The column among resolved settings. */
export function columnIn(settings: SettingValues, name = "source"): RowColumn {
  const column = ROW_COLUMNS.find((candidate) => candidate === settings[name]);
  if (column !== undefined) return column;
  throw unresolved(name, settings[name]);
}

const unresolved = (name: string, value: unknown): InvariantError =>
  new InvariantError({
    was: `The setting ${name} of an indicator is ${String(value)}.`,
    expected: "settings that resolveSettings has returned",
    remedy: "Report this as a bug.",
  });
