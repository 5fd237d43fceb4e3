import { AwsError } from '../gateway/aws-error.ts';
import type { AwsRequest } from '../gateway/service.ts';
import { badChecksum, checksumOf, sentChecksum } from './digests.ts';
import { invalidPart } from './errors.ts';
import type { AssembledObject, PartRow, UploadRow } from './upload-store.ts';
import type { ObjectProperties } from './version-rows.ts';
import { children, parseXml } from './xml-document.ts';

/** A part has the upload's kind of checksum, or none. Throws `AwsError` InvalidRequest. */
export function checkPartAlgorithm(headers: AwsRequest['headers'], upload: () => UploadRow): void {
  const actual = sentChecksum(headers)?.algorithm;
  if (actual === undefined) return;
  const { checksumAlgorithm }: ObjectProperties = JSON.parse(upload().properties);
  const expected = checksumAlgorithm?.toLowerCase() ?? actual;
  if (expected === actual) return;
  const types = `expected checksum Type: ${expected}, actual checksum Type: ${actual}`;
  throw new AwsError('InvalidRequest', `Checksum Type mismatch occurred, ${types}`);
}

/** Compares what an upload's parts become with the checksums that its end tells. */
export type UploadCheck = (object: AssembledObject, parts: readonly (PartRow & { content: Buffer })[]) => void;

/** @returns undefined where a CompleteMultipartUpload request tells none. Throws `AwsError` MalformedXML, InvalidRequest. */
export function uploadCheck({ headers, body }: AwsRequest): UploadCheck | undefined {
  const whole = sentChecksum(headers);
  const told = body.includes('<Checksum') ? partChecksums(body) : [];
  const size = headers['x-amz-mp-object-size'];
  if (!whole && told.length === 0 && size === undefined) return undefined;
  return (object, parts) => {
    for (const { number, algorithm, value } of told) {
      const part = parts.find((candidate) => candidate.number === number);
      // What was stored may be of another algorithm.
      if (part && part.checksum !== value && checksumOf(algorithm, part.content) !== value) throw invalidPart(number);
    }
    if (whole && !isOf(object, whole)) throw badChecksum(whole.algorithm);
    if (size !== undefined && Number(size) !== object.body.length) throw otherSize(size, object.body.length);
  };
}

function isOf({ body, properties }: AssembledObject, { algorithm, value }: { algorithm: string; value: string }) {
  const stored = properties.checksumAlgorithm?.toLowerCase() === algorithm ? properties.checksumValue : undefined;
  if (stored === undefined) return checksumOf(algorithm, body) === value;
  return stored === value || stored.replace(/-\d+$/, '') === value;
}

function otherSize(told: string, actual: number): AwsError {
  const header = `The provided 'x-amz-mp-object-size' header value ${told}`;
  return new AwsError('InvalidRequest', `${header} does not match what was computed: ${actual}`);
}

function partChecksums(body: Buffer): { number: number; algorithm: string; value: string }[] {
  return children(parseXml(body), 'Part').flatMap((part) => {
    const number = Number(children(part, 'PartNumber')[0]?.text);
    const checksums = part.children.filter(({ name }) => name.startsWith('Checksum'));
    return checksums.map(({ name, text }) => ({
      number,
      algorithm: name.slice('Checksum'.length).toLowerCase(),
      value: text,
    }));
  });
}
