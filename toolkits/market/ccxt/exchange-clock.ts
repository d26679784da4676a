// Floor 2. The venue's clock → how far it stands from ours, so that no candle is called closed
// before the venue has closed it.
import { z } from "zod";
import { ProviderError, ProviderRefusedError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import type { UnixMs } from "#schemas/units.ts";
import type { CcxtClient } from "./client.ts";
import type { GuardedRead } from "./guarded-read.ts";
import { hourly } from "./hourly.ts";

/** Beyond this one of the two clocks is wrong, and no age means anything. */
const MAX_OFFSET_MS = 30_000;

/**
 * Venue time minus local time in ms (0 where the venue does not tell its time), measured at first use and hourly. The venue read its
 * clock somewhere between our question and its answer, and may tell whole seconds only: of all offsets that fit, the smallest one,
 * so that no candle is held back for a difference that is not there.
 * @param stepMs how finely the venue tells its time
 * @throws ProviderRefusedError beyond 30 s
 */
export function createExchangeOffset(client: CcxtClient, read: GuardedRead, now: () => UnixMs, stepMs: number) {
  async function measure(options: CallOptions): Promise<number> {
    if (client.has["fetchTime"] !== true) return 0;
    let sentMs = now();
    const ask = () => {
      sentMs = now();
      return client.fetchTime();
    };
    const answer = z
      .int()
      .positive()
      .safeParse(await read("its time", ask, options));
    if (!answer.success) {
      throw new ProviderError({
        was: `${client.id} told its time as something else than epoch ms.`,
        remedy: "Check the network and the venue's status page.",
        cause: answer.error,
      });
    }
    const [leastMs, mostMs] = [answer.data - now(), answer.data + stepMs - 1 - sentMs];
    const offsetMs = Math.max(leastMs, Math.min(mostMs, 0));
    if (Math.abs(offsetMs) > MAX_OFFSET_MS) {
      throw new ProviderRefusedError({
        was: `The clock of ${client.id} stands ${Math.abs(offsetMs) / 1000} s ${offsetMs > 0 ? "ahead of" : "behind"} this machine's.`,
        expected: `at most ${MAX_OFFSET_MS / 1000} s between them`,
        remedy: "Set this machine's clock (NTP), then start again.",
      });
    }
    return offsetMs;
  }

  // A quartz clock drifts by well under 100 ms in an hour.
  return hourly(measure, now);
}
