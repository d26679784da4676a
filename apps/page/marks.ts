// Floor 6. States as words with a colour: how fresh a record is, and what the security report says.
import { html } from "hono/html";
import { formatAge } from "#desk/documents/format.ts";
import { type SecurityVerdict, verdictWord } from "#schemas/security.ts";
import type { Html } from "./page.ts";

interface Freshness {
  readonly status: "fresh" | "stale" | "missing";
  readonly reason: string | null;
  readonly ageMs: number | null;
}

export function freshness({ status, reason, ageMs }: Freshness): Html {
  const tone = { fresh: "good", stale: "warn", missing: "bad" }[status];
  const words = reason === null ? status : `${status}: ${reason}`;
  return html`<span class="mark ${tone}">${words}</span>${ageMs === null ? "" : html` <span class="dim num">${formatAge(ageMs)}</span>`}`;
}

const TONES = {
  block: "bad",
  unknown: "warn",
  caution: "warn",
  clear: "good",
  "not-applicable": "good",
} as const satisfies Record<SecurityVerdict, string>;

export const verdict = (of: SecurityVerdict): Html => html`<span class="mark ${TONES[of]}">${verdictWord(of)}</span>`;
