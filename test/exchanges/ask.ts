// A request as a local exchange sees it.

export interface Ask {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as they were sent. */
  readonly target: string;
  /** In lower case, of each the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of a POST; otherwise null. */
  readonly body: unknown;
}
