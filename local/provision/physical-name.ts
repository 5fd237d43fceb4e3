import { createHash } from 'node:crypto';

/** What a service allows in a name. */
export interface NameRules {
  maxLength: number;
  /** S3 takes lower case only. */
  lowerCase?: boolean;
  /** Kept at the end: `.fifo`. */
  suffix?: string;
}

/**
 * A name for a resource whose template gives none: `<stack>-<logicalId>-<hash>`, the same in every run, so that a
 * restart finds its data again.
 */
export function physicalName(stackName: string, logicalId: string, rules: NameRules): string {
  const suffix = rules.suffix ?? '';
  const end = `-${hexDigest(`${stackName}/${logicalId}`).slice(0, 8)}${suffix}`;
  const readable = `${stackName}-${logicalId}`.slice(0, rules.maxLength - end.length).replace(/-+$/, '');
  const name = `${readable}${end}`;
  return rules.lowerCase ? name.toLowerCase() : name;
}

/** An id of lower-case letters and digits, as API Gateway gives them. */
export function physicalId(stackName: string, logicalId: string, length: number): string {
  const digits = BigInt(`0x${hexDigest(`${stackName}/${logicalId}`)}`).toString(36);
  return digits.slice(0, length);
}

/** A UUID, as event source mappings and stacks have them. */
export function physicalUuid(stackName: string, logicalId: string): string {
  const hex = hexDigest(`${stackName}/${logicalId}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function hexDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
