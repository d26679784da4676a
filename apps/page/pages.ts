// Floor 6. The pages of the dashboard, in the order of the navigation. A new page is a file in pages/ and a line here.
import type { Page } from "./page.ts";
import { chatPage } from "./pages/chat.ts";
import { deskPage } from "./pages/desk.ts";
import { ledgerPage } from "./pages/ledger.ts";
import { marketPage } from "./pages/market.ts";
import { marketsPage } from "./pages/markets.ts";
import { memoryPage } from "./pages/memory.ts";
import { researchPage } from "./pages/research.ts";
import { thoughtsPage } from "./pages/thoughts.ts";

export const PAGES: readonly Page[] = [
  deskPage,
  memoryPage,
  marketsPage,
  marketPage,
  thoughtsPage,
  chatPage,
  ledgerPage,
  researchPage,
];
