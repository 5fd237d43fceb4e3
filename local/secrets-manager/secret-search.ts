import { listMember, membersOf } from '../gateway/input.ts';
import type { SecretRow } from './secret-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** The texts of a secret that a filter looks at, by the filter's key. Secrets here are neither replicas nor managed. */
const TEXTS: Readonly<Record<string, (secret: SecretRow) => string[]>> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description?.toLowerCase() ?? ''],
  'tag-key': ({ tags }) => Object.keys(JSON.parse(tags)),
  'tag-value': ({ tags }) => Object.values<string>(JSON.parse(tags)),
  'primary-region': () => [],
  'owning-service': () => [],
};

/**
 * The filters of ListSecrets, all of which a secret must pass by one of their values: beginnings, without regard to case in
 * descriptions, `!` before what must not be. `all` looks for every word anywhere (Secrets Manager's user guide, "Find secrets").
 */
export function matching(input: Input): (secret: SecretRow) => boolean {
  const filters = listMember(input, 'Filters').map(membersOf);
  return (secret) =>
    filters.every((filter) => {
      const key = String(filter['Key']);
      return listMember(filter, 'Values').some((value) => matches(secret, key, String(value)));
    });
}

function matches(secret: SecretRow, key: string, value: string): boolean {
  if (value.startsWith('!')) return !matches(secret, key, value.slice(1));
  if (key === 'all')
    return value
      .toLowerCase()
      .split(/\s+/)
      .every((word) => everywhere(secret).includes(word));
  const wanted = key === 'description' ? value.toLowerCase() : value;
  return TEXTS[key]?.(secret).some((text) => text.startsWith(wanted)) ?? false;
}

function everywhere(secret: SecretRow): string {
  const texts = Object.values(TEXTS).flatMap((of) => of(secret));
  return texts.join('\n').toLowerCase();
}

const ORDERS: Readonly<Record<string, (secret: SecretRow) => number | string>> = {
  name: ({ name }) => name,
  'created-date': ({ created }) => created,
  'last-changed-date': ({ changed }) => changed,
};

/** In the order of `SortBy` and `SortOrder`, by name when neither is given. */
export function sorted(secrets: readonly SecretRow[], { SortBy, SortOrder }: Input): SecretRow[] {
  const orderOf = ORDERS[String(SortBy ?? 'name')] ?? (({ name }) => name);
  const found = [...secrets].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return SortOrder === 'desc' ? found.reverse() : found;
}
