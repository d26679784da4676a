// Floor 4. All fact sources of a desk: what the manager's model may read. A new kind of knowledge is a row here.
import type { FactSource } from "#agents/deep-trader-manager/talk/fact-source.ts";
import { analysisSource, delegateSource } from "./analysis.ts";
import { briefSource } from "./brief.ts";
import { compareSource } from "./compare.ts";
import { computeSource } from "./compute.ts";
import { debatesSource } from "./debates.ts";
import { docsSource } from "./docs.ts";
import { journalSource } from "./journal.ts";
import { levelsSource } from "./levels.ts";
import { limitsSource } from "./limits.ts";
import { marketSource } from "./market.ts";
import { newsSource } from "./news.ts";
import { ordersSource } from "./orders.ts";
import { plansSource } from "./plans.ts";
import { positionsSource } from "./positions.ts";
import { relationshipsSource } from "./relationships.ts";
import { reportSource } from "./report.ts";
import { screenSource } from "./screen.ts";
import type { SourceDesk } from "./source-desk.ts";
import { statisticsSource } from "./statistics.ts";
import { stopsSource } from "./stops.ts";
import { strategySource } from "./strategy.ts";
import { stressSource } from "./stress.ts";
import { todaySource } from "./today.ts";
import { tradesSource } from "./trades.ts";

export const factSources = (open: SourceDesk): readonly FactSource[] => [
  analysisSource(open),
  briefSource(open),
  levelsSource(open),
  plansSource(open),
  marketSource(open),
  screenSource(open),
  compareSource(open),
  relationshipsSource(open),
  positionsSource(open),
  stopsSource(open),
  stressSource(open),
  ordersSource(open),
  limitsSource(open),
  tradesSource(open),
  statisticsSource(open),
  debatesSource(open),
  journalSource(open),
  todaySource(open),
  newsSource(open),
  strategySource(open),
  reportSource(open),
  docsSource(),
  computeSource(),
  delegateSource(open),
];
