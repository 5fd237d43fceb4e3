import { z } from 'zod';
import { parseInput } from '../gateway/constraint.ts';
import { type Dynalite, promised } from './dynalite.ts';

/** Bounds of keys and values are those of DynamoDB's API model. */
const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) });
const tagged = z.object({ Tags: z.array(tag).nullish() });

export type Tag = z.infer<typeof tag>;

/** `Tags` as CreateTable and templates give them. Throws `AwsError` ValidationException. */
export function tagsIn(input: Readonly<Record<string, unknown>>): readonly Tag[] {
  return parseInput(tagged, input, 'ValidationException').Tags ?? [];
}

/** The tags of a table, where dynalite puts them; its own list reads every key that there is. */
export async function readTags({ store }: Dynalite, table: string): Promise<Tag[]> {
  const start = prefixOf(table);
  const found: Tag[] = [];
  const keys = store.db.keys({ gte: start, lt: `${start}\uffff` });
  for (let key = await keys.next(); typeof key === 'string'; key = await keys.next()) {
    const entry = key;
    const Value = String(await promised<unknown>((done) => store.db.get(entry, done)));
    found.push({ Key: entry.slice(start.length), Value });
  }
  return found;
}

/** Gives a table these tags and no others. Writes nothing when it has them already. */
export async function replaceTags(dynalite: Dynalite, table: string, wanted: readonly Tag[]): Promise<void> {
  const known = await readTags(dynalite, table);
  const lost = known.filter(({ Key }) => !wanted.some((tag) => tag.Key === Key));
  const changed = wanted.filter(({ Key, Value }) => !known.some((tag) => tag.Key === Key && tag.Value === Value));
  if (lost.length + changed.length === 0) return;
  const start = prefixOf(table);
  const dels = lost.map(({ Key }) => ({ type: 'del' as const, key: start + Key }));
  const puts = changed.map(({ Key, Value }) => ({ type: 'put' as const, key: start + Key, value: Value }));
  await promised((done) => dynalite.store.db.batch([...dels, ...puts], done));
}

const prefixOf = (table: string) => `tag-${table}~`;
