/** What a page of a list is cut from: entries in the order of their keys. */
export interface ListSource<Entry, Cursor> {
  /** The entry at a place, and the place behind it. */
  at(cursor: Cursor): { entry: Entry; behind: Cursor } | undefined;
  /** The place behind all keys with a prefix. */
  behindPrefix(prefix: string): Cursor;
}

/** Which entries a page may have. */
export interface PageQuery {
  prefix: string;
  /** Keys that have it behind the prefix are folded into one common prefix. */
  delimiter: string;
  /** At most so many entries and common prefixes. */
  most: number;
  /** The key or common prefix that the page before ended with; empty for the first page. */
  marker: string;
}

export interface Page<Entry> {
  entries: Entry[];
  prefixes: string[];
  /** The entry or common prefix that ends a page which is not the last. */
  last: { entry: Entry } | { prefix: string } | undefined;
}

/** Sorts behind every key that starts with the text before it. */
export const LAST = '\u{10FFFF}';

/** One page from a place on. A page of nothing is the last one, as on AWS. */
export function listPage<Entry extends { key: string }, Cursor>(
  source: ListSource<Entry, Cursor>,
  start: Cursor,
  { prefix, delimiter, most, marker }: PageQuery,
): Page<Entry> {
  const page: Page<Entry> = { entries: [], prefixes: [], last: undefined };
  let last: Page<Entry>['last'];
  let found = most > 0 ? source.at(start) : undefined;
  while (found?.entry.key.startsWith(prefix)) {
    const { entry, behind } = found;
    const folded = foldedPrefix(entry.key, prefix, delimiter);
    const seen = folded !== undefined && folded <= marker;
    if (!seen) {
      if (page.entries.length + page.prefixes.length >= most) return { ...page, last };
      last = folded === undefined ? { entry } : { prefix: folded };
      if (folded === undefined) page.entries.push(entry);
      else page.prefixes.push(folded);
    }
    found = source.at(folded === undefined ? behind : source.behindPrefix(folded));
  }
  return page;
}

function foldedPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
