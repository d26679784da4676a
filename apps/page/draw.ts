// Floor 6. A page and what is asked → the whole document, or only its parts as they are now.
import { html } from "hono/html";
import { layout, PARTS_OF_ALL } from "./layout.ts";
import type { Asked, Html, Page } from "./page.ts";

const partsOf = (page: Page): readonly (readonly [string, Page["parts"][string]])[] =>
  Object.entries({ ...PARTS_OF_ALL, ...page.parts });

/** The whole document. `address`: where its parts are asked for again. */
export async function drawPage(page: Page, asked: Asked, address: string): Promise<string> {
  const drawn = new Map<string, Html>();
  await Promise.all(partsOf(page).map(async ([id, part]) => drawn.set(id, await drawPart(id, part, asked))));
  const element = (id: string): Html => html`<div id="${id}" class="part">${drawn.get(id) ?? ""}</div>`;
  return String(await layout({ page, asked, address, part: element, body: page.body(element, asked) }));
}

/** Its parts alone, each of which takes the place of what it was before. */
export async function drawParts(page: Page, asked: Asked): Promise<string> {
  const drawn = await Promise.all(
    partsOf(page).map(async ([id, part]) => {
      const content = await drawPart(id, part, asked);
      return html`<hx-partial hx-target="#${id}" hx-swap="innerMorph">${content}</hx-partial>`;
    }),
  );
  return String(await html`${drawn}`);
}

async function drawPart(id: string, part: Page["parts"][string], asked: Asked): Promise<Html> {
  try {
    return await part(asked);
  } catch (error) {
    // The rest of the page is still right; the error's own words say what was, and what to do.
    const { message } = error as Error;
    return html`<p class="problem" role="alert" data-part="${id}">${message}</p>`;
  }
}
