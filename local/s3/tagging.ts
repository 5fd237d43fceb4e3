import { AwsError } from '../gateway/aws-error.ts';
import { xmlContents, xmlElement, xmlText } from '../gateway/xml.ts';
import type { Tags } from './version-rows.ts';

const MOST_TAGS = 10;

/** Tags as the `x-amz-tagging` header carries them: `a=1&b=2`. */
export function tagsOfHeader(header: string | undefined): Tags | undefined {
  return header === undefined ? undefined : checked([...new URLSearchParams(header)]);
}

/** Tags of a PutObjectTagging request. Throws MalformedXML, BadRequest. */
export function tagsOfXml(document: string): Tags {
  const tags = xmlContents(document, 'Tag').map(
    (tag) => [xmlText(tag, 'Key') ?? '', xmlText(tag, 'Value') ?? ''] as const,
  );
  return checked(tags);
}

/** GetObjectTagging's answer. */
export function taggingXml(tags: Tags): string {
  const members = Object.entries(tags).map(([Key, Value]) => xmlElement('Tag', { Key, Value }));
  return `<?xml version="1.0" encoding="UTF-8"?><Tagging><TagSet>${members.join('')}</TagSet></Tagging>`;
}

function checked(tags: readonly (readonly [string, string])[]): Tags {
  if (tags.length > MOST_TAGS) throw new AwsError('BadRequest', `Object tags cannot be greater than ${MOST_TAGS}`);
  if (tags.some(([key]) => key === '')) throw new AwsError('InvalidTag', 'The TagKey you have provided is invalid');
  return Object.fromEntries(tags);
}
