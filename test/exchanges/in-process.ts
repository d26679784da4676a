// A local exchange without a wire: ccxt's own step that fetches, answered in this process. A request costs a fraction of what one over
// loopback costs, a request that is never answered costs time of the test's clock alone, and whoever tests may step in before it is
// heard and after.
import type { Exchange } from "./exchange.ts";
import type { EndpointKind } from "./faults.ts";

export interface InProcess {
  /** One for each request: before the exchange hears it, and once it has done what was asked. What this throws, the client meets. */
  readonly follow?: () => (moment: "sending" | "answered", kinds: readonly EndpointKind[]) => Promise<void>;
  /** The client waits for as long as it waits. */
  readonly waitInVain: () => void;
}

type Fetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly body?: string | undefined;
  },
) => Promise<unknown>;

export function fetchInProcess(exchange: Exchange, { follow = () => async () => {}, waitInVain }: InProcess): Fetch {
  return async (url, { method, headers = {}, body }) => {
    const { pathname, search, host } = new URL(url);
    const lowered = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    const request = { method, target: pathname + search, headers: { ...lowered, host }, rawBody: body ?? "" };
    const kinds = exchange.kindsOf(request);
    const step = follow();
    await step("sending", kinds);
    const reply = exchange.hear(request);
    if (reply.kind === "silence") waitInVain();
    await step("answered", kinds);
    if (reply.kind === "silence") throw new DOMException("This operation was aborted", "AbortError");
    const { status, headers: said, text, cut, after } = reply;
    await after;
    const read = async () => {
      if (cut) throw new TypeError("terminated");
      return text;
    };
    return { status, statusText: "", headers: new Headers(said), text: read };
  };
}
