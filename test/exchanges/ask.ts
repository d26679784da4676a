// A request as a local exchange sees it.

export interface Ask {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as they were sent. */
  readonly target: string;
  /** In lower case, of each the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly method: string;
  /** Of a POST with JSON; otherwise null. */
  readonly body: unknown;
  /** When it arrived, by the venue's clock. */
  readonly atMs: number;
  /** As it was sent. */
  readonly rawBody: string;
}
