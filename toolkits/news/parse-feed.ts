// Floor 2. The text of a feed → its items, as they are written: RSS 0.9x and 2.0, RSS 1.0 (RDF) and Atom. By a streaming reader of XML that
// expands no entity but the ones of XML and HTML, and reads nothing from elsewhere. What is not well-formed is no feed: a cut one would
// end in half a title.
import sax, { type Tag } from "sax";

/** As the feed has it; empty where it has none. */
export interface FeedEntry {
  /** `guid`, `id` or `rdf:about`. */
  readonly guid: string;
  readonly title: string;
  readonly link: string;
  /** When it was published; of Atom, where that is missing, when it was updated. */
  readonly date: string;
}

/** Items read at most: feeds put the newest first. */
const MOST_ENTRIES = 200;
/** Deeper, or with more attributes in one tag, is no feed. */
const MOST_DEPTH = 32;
const MOST_ATTRIBUTES = 64;
/** Characters of one field. */
const MOST_FIELD = 4_000;

const ROOTS: ReadonlySet<string> = new Set(["rss", "rdf:rdf", "feed"]);
const ENTRIES: ReadonlySet<string> = new Set(["item", "entry"]);

type Field = keyof FeedEntry;
/** Tags of an item, in lower case, and how good each is for its field: of two the better one counts. */
const FIELDS: Readonly<Record<string, readonly [field: Field, rank: number]>> = {
  guid: ["guid", 2],
  id: ["guid", 2],
  title: ["title", 1],
  link: ["link", 1],
  pubdate: ["date", 3],
  published: ["date", 3],
  "dc:date": ["date", 2],
  updated: ["date", 1],
};

/** Why a text is no feed, in words that go behind "it". */
export class FeedFault extends Error {}

/** @throws FeedFault */
export function parseFeed(text: string): readonly FeedEntry[] {
  const reading = new Reading();
  const parser = sax.parser(true, { position: false });
  // Thrown out of `write`: nothing behind the fault is read.
  parser.onerror = (error) => {
    throw new FeedFault(`is not well-formed XML (${(error.message.split("\n")[0] ?? "").toLowerCase()})`);
  };
  let attributes = 0;
  parser.onopentagstart = () => {
    attributes = 0;
  };
  parser.onattribute = () => {
    attributes += 1;
    if (attributes > MOST_ATTRIBUTES) throw new FeedFault(`has a tag with more than ${MOST_ATTRIBUTES} attributes`);
  };
  parser.onopentag = (tag) => reading.open(tag as Tag);
  parser.onclosetag = () => reading.close();
  parser.ontext = (piece) => reading.text(piece);
  parser.oncdata = (piece) => reading.text(piece);
  parser.write(text).close();
  return reading.entries();
}

interface Open {
  readonly fields: Record<Field, { text: string; rank: number }>;
  readonly depth: number;
}

/** The state of one reading. */
class Reading {
  #depth = 0;
  #root: string | null = null;
  readonly #entries: FeedEntry[] = [];
  #entry: Open | null = null;
  #field: { readonly name: Field; readonly rank: number; text: string } | null = null;

  open({ name, attributes }: Tag): void {
    this.#depth += 1;
    const tag = name.toLowerCase();
    if (this.#root === null) {
      if (!ROOTS.has(tag)) throw new FeedFault(`is no feed: its outermost tag is ${JSON.stringify(tag.slice(0, 40))}`);
      this.#root = tag;
    }
    if (this.#depth > MOST_DEPTH) throw new FeedFault(`has tags more than ${MOST_DEPTH} deep`);
    if (this.#entry === null) {
      if (ENTRIES.has(tag)) this.#begin(attributes as Readonly<Record<string, string>>);
      return;
    }
    // Only the item's own tags: a picture or an author in it has a title and a link, too.
    if (this.#depth !== this.#entry.depth + 1) return;
    const own = attributes as Readonly<Record<string, string>>;
    // Atom: a link without `rel` is the item's own; others are of the feed, its comments, an enclosure.
    if (tag === "link" && (own["rel"] ?? "alternate") === "alternate") this.#take("link", own["href"] ?? "", 2);
    const known = FIELDS[tag];
    if (known !== undefined) this.#field = { name: known[0], rank: known[1], text: "" };
  }

  close(): void {
    const { depth } = this.#entry ?? { depth: -1 };
    if (this.#field !== null && this.#depth === depth + 1) {
      this.#take(this.#field.name, this.#field.text, this.#field.rank);
      this.#field = null;
    }
    if (this.#depth === depth) this.#end();
    this.#depth -= 1;
  }

  text(piece: string): void {
    if (this.#field !== null && this.#field.text.length < MOST_FIELD) this.#field.text += piece.slice(0, MOST_FIELD);
  }

  entries(): readonly FeedEntry[] {
    if (this.#root === null) throw new FeedFault("is empty");
    return this.#entries;
  }

  #begin(attributes: Readonly<Record<string, string>>): void {
    const none = () => ({ text: "", rank: 0 });
    this.#entry = { fields: { guid: none(), title: none(), link: none(), date: none() }, depth: this.#depth };
    this.#take("guid", attributes["rdf:about"] ?? "", 1);
  }

  #take(name: Field, text: string, rank: number): void {
    const field = this.#entry?.fields[name];
    if (field === undefined || text.trim() === "" || rank <= field.rank) return;
    field.text = text.trim();
    field.rank = rank;
  }

  #end(): void {
    const fields = this.#entry?.fields;
    this.#entry = null;
    if (fields === undefined || this.#entries.length >= MOST_ENTRIES) return;
    const { guid, title, link, date } = fields;
    this.#entries.push({ guid: guid.text, title: title.text, link: link.text, date: date.text });
  }
}
