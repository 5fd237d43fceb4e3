import { children, childText } from './xml-document.ts';
import { requestDocument } from './xml-shapes.ts';

/** One object of a DeleteObjects request. */
export interface Deletion {
  key: string;
  version?: string;
}

/** What a DeleteObjects request asks for. Throws `AwsError` MalformedXML, also for no object and for more than 1,000. */
export function deletionsOf(body: Buffer): { objects: Deletion[]; quiet: boolean } {
  const document = requestDocument(body, 'Delete');
  const objects = children(document, 'Object').map((object) => {
    const version = childText(object, 'VersionId');
    return { key: childText(object, 'Key') ?? '', ...(version !== undefined && { version }) };
  });
  return { objects, quiet: childText(document, 'Quiet')?.toLowerCase() === 'true' };
}
