// Floor 6. Which documents of the desk the pages read, by command, and what each holds.

import type { ApprovalsList } from "#desk/documents/act-report.ts";
import type { AlertsReport } from "#desk/documents/alerts-report.ts";
import type { EquityReport } from "#desk/documents/equity-report.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import type { SlippageReport } from "#desk/documents/slippage-report.ts";
import type { VenueAccountReport } from "#desk/documents/venue-account-report.ts";
import type { AsleepReport } from "#desk/overviews/asleep-report.ts";
import type { MarketReport } from "#desk/overviews/market-report.ts";
import type { MemoryMap } from "#desk/overviews/memory-map.ts";
import type { BriefsDocument } from "../commands/brief.ts";
import type { DebatesDocument } from "../commands/debates.ts";
import type { JournalDocument } from "../commands/journal.ts";
import type { LessonsDocument } from "../commands/lessons.ts";
import type { HistoryDocument, ShownRecord } from "../commands/memory.ts";
import type { PlansDocument } from "../commands/plans.ts";
import type { PositionsDocument, StatusDocument } from "../commands/status.ts";
import type { ThoughtsDocument } from "../commands/thoughts.ts";
import type { ResearchList, ResearchResult } from "../research/listing.ts";
import type { ShownThought } from "../text/thought-text.ts";

export type PlanOfList = PlansDocument["plans"][number];

export interface Documents {
  readonly status: StatusDocument;
  readonly positions: PositionsDocument;
  readonly account: VenueAccountReport;
  readonly slippage: SlippageReport;
  readonly journal: JournalDocument;
  readonly equity: EquityReport;
  readonly report: ReportDocument;
  readonly "memory map": MemoryMap;
  readonly "memory show": ShownRecord;
  readonly "memory history": HistoryDocument;
  readonly alerts: AlertsReport;
  readonly "approvals list": ApprovalsList;
  readonly market: MarketReport;
  readonly asleep: AsleepReport;
  readonly "brief show": BriefsDocument;
  readonly debates: DebatesDocument;
  readonly plans: PlansDocument;
  readonly lessons: LessonsDocument;
  readonly "thoughts list": ThoughtsDocument;
  readonly "thoughts show": ShownThought;
  readonly "research list": ResearchList;
  readonly "research show": ResearchResult;
}
