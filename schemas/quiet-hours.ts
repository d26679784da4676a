// Floor 1. Quiet hours of people: `22:00-07:00` in UTC, or with a zone as in `22:00-07:00 Europe/Berlin` → whether a moment lies in them.
import { z } from "zod";

const EXPECTED = "expected hours such as 22:00-07:00, in UTC, or with a zone such as 22:00-07:00 Europe/Berlin";
const FORM = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)(?: (UTC|[A-Z]\w+(?:\/[\w+-]+){1,2}))?$/;

/** From the first minute, without the second; over midnight where the second is the smaller. */
export const QuietHours = z
  .string(EXPECTED)
  .regex(FORM, EXPECTED)
  .refine((text) => {
    const { fromMinute, toMinute, zone } = partsOf(text);
    return fromMinute !== toMinute && isZone(zone);
  }, EXPECTED);
export type QuietHours = z.infer<typeof QuietHours>;

/** `atMs`: epoch milliseconds. */
export function isQuiet(hours: QuietHours, atMs: number): boolean {
  const { fromMinute, toMinute, zone } = partsOf(hours);
  const minute = minuteOf(atMs, zone);
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}

/** As people are told: `22:00-07:00 UTC`. */
export const quietHoursText = (hours: QuietHours): string => (hours.includes(" ") ? hours : `${hours} UTC`);

/** Minutes of the day; of a text that has the form. */
function partsOf(text: string): { readonly fromMinute: number; readonly toMinute: number; readonly zone: string } {
  const [, fromHour, fromRest, toHour, toRest, zone = "UTC"] = FORM.exec(text) ?? [];
  return {
    fromMinute: Number(fromHour) * 60 + Number(fromRest),
    toMinute: Number(toHour) * 60 + Number(toRest),
    zone,
  };
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

function minuteOf(atMs: number, zone: string): number {
  const form = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en", form).formatToParts(atMs);
  const numberOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return numberOf("hour") * 60 + numberOf("minute");
}
