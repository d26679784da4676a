// Floor 6. `page`: the address of the running desk's page, which lets one browser in.
import { z } from "zod";
import { ProviderError, UnknownNameError } from "#schemas/errors.ts";
import type { CallOptions } from "#schemas/ports/work.ts";
import { findRunningDesk } from "../desk-client.ts";
import { readDeskFile } from "../desk-file.ts";
import { API } from "../http/api-route.ts";

/** A desk that does not answer within 2 s is asked again. */
const MOST_TRIES = 5;

interface PageDocument {
  /** For one browser, once, within a day; it stays in for thirty days. */
  readonly address: string;
}

/** @throws UnknownNameError where no desk runs on the home; ProviderError where it does not answer */
export async function page(home: string, { signal }: CallOptions): Promise<PageDocument> {
  let desk = await findRunningDesk(home, signal);
  // It may be busy with its first slot.
  for (let tries = 1; desk === null && tries < MOST_TRIES && (await readDeskFile(home)) !== null; tries += 1)
    desk = await findRunningDesk(home, signal);
  if (desk === null) {
    throw new UnknownNameError({
      was: `No desk is running on ${home}.`,
      expected: "a running desk, which has a page",
      remedy: "Start it with `deeptrader start`, or name its home with --home DIR.",
    });
  }
  const answer = await fetch(`http://127.0.0.1:${desk.port}${API}/login-code`, {
    method: "POST",
    headers: { authorization: `Bearer ${desk.token}` },
    signal,
  });
  const given = z.object({ code: z.string() }).safeParse(await answer.json());
  if (given.success) return { address: `${desk.page}login?code=${given.data.code}` };
  throw new ProviderError({ was: `The desk (pid ${desk.pid}) gave no address.`, remedy: "Ask again." });
}

export const pageText = ({ address }: PageDocument): string =>
  `${address}\nIt lets one browser in, once, within a day.`;
