// Floor 1, ports. Ways to people. Types only.
import type { Alert } from "../alert.ts";
import type { CallOptions } from "./work.ts";

/** Where alerts go. */
export interface Notifier {
  /** `terminal`, `webhook`, `discord`, `slack` or `telegram`: under it the journal says that an alert was taken. */
  readonly channel: string;
  /** Resolves once the other side has taken it; may be called again for the same alert. @throws ProviderError */
  send(alert: Alert, options: CallOptions): Promise<void>;
  /**
   * Of a channel that reaches people elsewhere: hands over what waited for the end of the quiet hours, oldest first, as one message.
   * Left out: the desk's own terminal, for which neither quiet hours nor a least severity hold. @throws ProviderError
   */
  sendDigest?(alerts: readonly Alert[], options: CallOptions): Promise<void>;
}
