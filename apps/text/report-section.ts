// Floor 6. One table of the report, for the terminal and the page.
export interface ReportSection {
  readonly title: string;
  /** First column: names; the others are read from the right. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the figures mean, and what they do not. */
  readonly notes: readonly string[];
}
