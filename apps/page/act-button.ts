// Floor 6. A button that acts on the desk: what it asks of the API, and the words that are confirmed before it is asked.
import { html } from "hono/html";
import type { Asked, Html } from "./page.ts";

export interface ActButton {
  /** As typed, for example `approvals approve`. */
  readonly command: string;
  /** Its inputs, flat. */
  readonly body?: Readonly<Record<string, string>>;
  readonly label: string;
  /** What the dialog asks. */
  readonly title: string;
  /** Exactly what will happen. */
  readonly says: string;
  /** On the button that does it. */
  readonly verb: string;
  readonly tone?: "danger" | "quiet";
  readonly isSmall?: boolean;
  /** True where a reason may be given. */
  readonly hasReason?: boolean;
}

/** Nothing for who may only read. */
export function actButton({ scope }: Pick<Asked, "scope">, button: ActButton): Html | string {
  if (scope !== "act") return "";
  const { command, body = {}, label, title, says, verb, tone, isSmall, hasReason } = button;
  const look = [tone ?? "", isSmall === true ? "small" : ""].join(" ").trim();
  return html`<button type="button" class="${look}" aria-haspopup="dialog" data-act="${command.replaceAll(" ", "/")}"
data-body="${JSON.stringify(body)}" data-title="${title}" data-says="${says}" data-confirm="${verb}" data-tone="${tone ?? ""}"
${hasReason === true ? html`data-reason=""` : ""}>${label}</button>`;
}
