// Floor 6. Which documents of the desk the pages read, by command, and what each holds.

import type { ApprovalsList } from "#desk/documents/act-report.ts";
import type { AlertsReport } from "#desk/documents/alerts-report.ts";
import type { EquityReport } from "#desk/documents/equity-report.ts";
import type { ReportDocument } from "#desk/documents/report.ts";
import type { MemoryMap } from "#desk/overviews/memory-map.ts";
import type { HistoryDocument, ShownRecord } from "../commands/memory.ts";
import type { JournalDocument, PositionsDocument, StatusDocument } from "../commands/status.ts";

export interface Documents {
  readonly status: StatusDocument;
  readonly positions: PositionsDocument;
  readonly journal: JournalDocument;
  readonly equity: EquityReport;
  readonly report: ReportDocument;
  readonly "memory map": MemoryMap;
  readonly "memory show": ShownRecord;
  readonly "memory history": HistoryDocument;
  readonly alerts: AlertsReport;
  readonly "approvals list": ApprovalsList;
}
