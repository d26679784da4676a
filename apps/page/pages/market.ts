// Floor 6. Market: one market's candles with what was traded and where its strategies would act next, and beside them all that the
// desk knows and was told of it.
import { html } from "hono/html";
import type { Page } from "../page.ts";
import { actions } from "./market/actions.ts";
import { chooseForm } from "./market/choose-form.ts";
import { market } from "./market/panels.ts";

export const marketPage: Page = {
  path: "/market/:base/:quote",
  name: "Market",
  letter: null,
  heading: ({ params }) => `${params["base"]}/${params["quote"]}`,
  parts: { actions, market },
  beside: "actions",
  modules: ["market.js", "market-choose.js"],
  // One part: of a market that is not known there is nothing to frame.
  body: (part, { about }) => html`${chooseForm({ quote: about.quote, search: "" })}
${part("market")}`,
};
