import { REGION } from '../gateway/arn.ts';
import { xmlElement } from '../gateway/xml.ts';
import type { BucketStore } from './bucket-store.ts';
import { continuationOf, continuationToken, listXml, OWNER, pageSize } from './list-query.ts';

/** ListBuckets gives at most this many at once, and all where nobody asks for pages. */
const LARGEST_PAGE = 10_000;

/** ListBuckets. Throws `AwsError` InvalidArgument. */
export function listBuckets(store: BucketStore, query: URLSearchParams): string {
  const most = pageSize(query, 'max-buckets', 1, LARGEST_PAGE);
  const prefix = query.get('prefix') ?? '';
  const behind = continuationOf(query) ?? '';
  const region = query.get('bucket-region') || REGION;
  const found = store.list().filter(({ name }) => region === REGION && name.startsWith(prefix) && name > behind);
  const page = found.slice(0, most);
  const paged = query.has('max-buckets') && found.length > most;
  const buckets = page.map(({ name, created }) =>
    xmlElement('Bucket', { Name: name, CreationDate: new Date(created), BucketRegion: REGION }),
  );
  const head = {
    Owner: OWNER,
    Prefix: query.has('prefix') ? prefix : undefined,
    ContinuationToken: paged ? continuationToken(page.at(-1)?.name) : undefined,
  };
  const list = `<Buckets>${buckets.join('')}</Buckets>`;
  return listXml('ListAllMyBucketsResult', head, [list], { prefixes: [], text: (key) => key });
}
