import { AwsError } from '../gateway/aws-error.ts';
import { xmlElement } from '../gateway/xml.ts';
import type { Tags } from './version-rows.ts';
import { children, childText } from './xml-document.ts';
import { requestDocument } from './xml-shapes.ts';

const MOST_TAGS = { Object: 10, Bucket: 50 };
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** Tags as the `x-amz-tagging` header carries them: `a=1&b=2`. Throws InvalidArgument, InvalidTag, BadRequest. */
export function tagsOfHeader(header: string | undefined): Tags | undefined {
  if (header === undefined) return undefined;
  const tags = [...new URLSearchParams(header)];
  if (hasTwins(tags))
    throw new AwsError(
      'InvalidArgument',
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    );
  return checked(tags, 'Object');
}

/** Tags of a PutObjectTagging or PutBucketTagging request. Throws MalformedXML, InvalidTag, BadRequest. */
export function tagsOfXml(body: Buffer, owner: keyof typeof MOST_TAGS = 'Object'): Tags {
  const [set] = children(requestDocument(body, 'Tagging'), 'TagSet');
  const tags = children(set, 'Tag').map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? ''] as const);
  if (hasTwins(tags)) throw invalidTag('Cannot provide multiple Tags with the same key');
  return checked(tags, owner);
}

/** GetObjectTagging's answer. */
export function taggingXml(tags: Tags): string {
  const members = Object.entries(tags).map(([Key, Value]) => xmlElement('Tag', { Key, Value }));
  return `<?xml version="1.0" encoding="UTF-8"?><Tagging><TagSet>${members.join('')}</TagSet></Tagging>`;
}

type TagList = readonly (readonly [key: string, value: string])[];

function checked(tags: TagList, owner: keyof typeof MOST_TAGS): Tags {
  const most = MOST_TAGS[owner];
  const noun = owner === 'Object' ? 'Object tags' : 'Bucket tag count';
  if (tags.length > most) throw new AwsError('BadRequest', `${noun} cannot be greater than ${most}`);
  for (const [key, value] of tags) {
    if (key.startsWith('aws:')) throw invalidTag('System tags cannot be added/updated by requester');
    if (key === '' || key.length > LONGEST_KEY) throw invalidTag('The TagKey you have provided is invalid');
    if (value.length > LONGEST_VALUE) throw invalidTag('The TagValue you have provided is invalid');
  }
  return Object.fromEntries(tags);
}

const hasTwins = (tags: TagList) => new Set(tags.map(([key]) => key)).size < tags.length;

const invalidTag = (message: string) => new AwsError('InvalidTag', message);
