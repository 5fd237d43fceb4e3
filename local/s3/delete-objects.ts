import { xmlContents, xmlText } from '../gateway/xml.ts';

/** The objects that a DeleteObjects request names. */
export function objectsToDelete(body: Buffer): { key: string; version?: string }[] {
  return xmlContents(body.toString(), 'Object').map((object) => {
    const version = xmlText(object, 'VersionId');
    return { key: xmlText(object, 'Key') ?? '', ...(version !== undefined && { version }) };
  });
}
