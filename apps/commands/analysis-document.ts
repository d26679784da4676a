// Floor 6. An analysis as JSON shows it: the record, with the venue's short name and without its id.
import type { Analysis } from "#schemas/analysis.ts";

export type AnalysisDocument = Omit<Analysis, "venueId">;

export function analysisDocument({ venueId: _venueId, ...shown }: Analysis): AnalysisDocument {
  return shown;
}
