// Floor 6. What a page of the dashboard is: its address, its place in the navigation, and its parts, each drawn from documents of
// the desk and drawn anew when something has happened there.
import type { html } from "hono/html";
import type { DeskWords } from "../door.ts";
import type { Documents } from "./documents.ts";

/** Escaped already; what is put into `html` as a plain string is escaped there. */
export type Html = ReturnType<typeof html>;

/** What a page is drawn for. */
export interface Asked {
  readonly about: DeskWords;
  /** Without `act` there are no buttons that change anything. */
  readonly scope: "read" | "act";
  /** Desk time, epoch ms. */
  readonly nowMs: number;
  /** Of the address, such as `base` in `/market/:base/:quote`. */
  readonly params: Readonly<Record<string, string>>;
  /** Of the query, without `part`. */
  readonly query: Readonly<Record<string, string>>;
  /**
   * The document of a command that only reads, as `--json` prints it; asked for once, however many parts and pages show it.
   * @throws what the command throws
   */
  read<Name extends keyof Documents>(command: Name, input?: ReadInput): Promise<Documents[Name]>;
}

export interface ReadInput {
  readonly args?: readonly string[];
  readonly flags?: Readonly<Record<string, unknown>>;
}

export interface Page {
  /** As hono matches it. */
  readonly path: string;
  /** In navigation, title and heading. */
  readonly name: string;
  /** `g` and this letter go there; null: it is reached from other pages, and is not in the navigation. */
  readonly letter: string | null;
  /** What the heading says where it is not the name. */
  heading?(asked: Asked): string;
  /** By the id of the element each fills. A part that fails says so in its own place. */
  readonly parts: Readonly<Record<string, (asked: Asked) => Html | Promise<Html>>>;
  /** The part that stands beside the heading. */
  readonly beside?: string;
  /** The page beneath its heading. `part` is the element of a part, filled. */
  body(part: (id: string) => Html, asked: Asked): Html;
  /** Browser modules of this page alone, by their names in assets.ts. */
  readonly modules?: readonly string[];
  /** True where the form with id `asked` belongs to what is asked: a change in it draws the parts anew, without a reload. */
  readonly hasForm?: boolean;
}
