// A server of feeds on this machine: what it answers is set by path.
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface FeedServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Requests that came, oldest first. */
  readonly asked: readonly IncomingMessage[];
  serve(path: string, answer: RequestListener): void;
  close(): Promise<void>;
}

export async function openFeedServer(): Promise<FeedServer> {
  const routes = new Map<string, RequestListener>();
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const route = routes.get(request.url ?? "");
    if (route === undefined) response.writeHead(404).end();
    else route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    serve: (path, answer) => void routes.set(path, answer),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with this body. */
export const body =
  (content: string | Uint8Array, contentType = "application/rss+xml; charset=utf-8"): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { "content-type": contentType }).end(content);

export interface Entry {
  readonly guid?: string;
  /** As it stands in the document: escaped already. */
  readonly title?: string;
  readonly link?: string;
  readonly date?: string;
}

const tag = (name: string, text: string | undefined): string =>
  text === undefined ? "" : `<${name}>${text}</${name}>`;

export const rss = (entries: readonly Entry[], before = '<?xml version="1.0" encoding="UTF-8"?>'): string =>
  `${before}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Announcements</title><link>https://venue.example/</link><atom:link href="https://venue.example/feed" rel="self"/>${entries
    .map(
      ({ guid, title, link, date }) =>
        `<item>${tag("guid", guid)}${tag("title", title)}${tag("link", link)}${tag("pubDate", date)}</item>`,
    )
    .join("")}</channel></rss>`;

export const rdf = (entries: readonly Entry[]): string =>
  `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://venue.example/"><title>Announcements</title><link>https://venue.example/</link></channel>${entries
    .map(
      ({ guid = "", title, link, date }) =>
        `<item rdf:about="${guid}">${tag("title", title)}${tag("link", link)}${tag("dc:date", date)}</item>`,
    )
    .join("")}</rdf:RDF>`;

export const atom = (entries: readonly Entry[]): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>Announcements</title><id>urn:feed</id><updated>2026-01-01T00:00:00Z</updated>${entries
    .map(
      ({ guid, title, link, date }) =>
        `<entry>${tag("id", guid)}<title type="html">${title ?? ""}</title><link rel="replies" href="https://venue.example/replies"/>${link === undefined ? "" : `<link href="${link}"/>`}${tag("updated", date)}<author><name>x</name></author><source><title>Another feed</title><id>urn:other</id></source></entry>`,
    )
    .join("")}</feed>`;
