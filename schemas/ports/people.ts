// Floor 1, ports. Ways to people. Types only.
import type { Alert } from "../alert.ts";
import type { CallOptions } from "./work.ts";

/** Where alerts go. */
export interface Notifier {
  /** `terminal` or `webhook`: under it the journal says that an alert was taken. */
  readonly channel: string;
  /** Resolves once the other side has taken it; may be called again for the same alert. @throws ProviderError */
  send(alert: Alert, options: CallOptions): Promise<void>;
}
