import { notServed } from './errors.ts';
import { children, childText } from './xml-document.ts';
import { requestDocument } from './xml-shapes.ts';

/** One object of a DeleteObjects request. */
export interface Deletion {
  key: string;
  version: string | undefined;
  /** What the object must have to be deleted. */
  etag: string | undefined;
}

/**
 * What a DeleteObjects request asks for.
 * @throws AwsError MalformedXML, also for no object and for more than 1,000; NotImplemented
 */
export function deletionsOf(body: Buffer): { objects: Deletion[]; quiet: boolean } {
  const document = requestDocument(body, 'Delete');
  const objects = children(document, 'Object').map((object) => {
    if (childText(object, 'Size') ?? childText(object, 'LastModifiedTime'))
      throw notServed('DeleteObjects by size or time, which are conditions of directory buckets,');
    const [version, etag] = [childText(object, 'VersionId'), childText(object, 'ETag')];
    return { key: childText(object, 'Key') ?? '', version, etag };
  });
  return { objects, quiet: childText(document, 'Quiet')?.toLowerCase() === 'true' };
}
