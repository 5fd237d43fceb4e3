import { PolicyError } from './policy.ts';
import { compilePolicy } from './statement.ts';

/**
 * Reads a resource's policy as the services' APIs take it, in JSON.
 * @param owner names the policy for the error: `policy of arn:aws:sqs:…`
 * @throws PolicyError naming what cannot be read or evaluated
 */
export function parsePolicyText(text: string, owner: string): unknown {
  const document = parse(text, owner);
  compilePolicy(document, 'resource', owner);
  return document;
}

function parse(text: string, owner: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PolicyError(`${owner}: it is no JSON`, { cause });
  }
}

/**
 * A policy that was stored by an earlier run. One that cannot be evaluated counts as none, so that nobody gets in by
 * it, and the start goes on; standard error says so.
 */
export function storedPolicy(text: string | undefined, resourceArn: string): unknown {
  if (!text) return undefined;
  try {
    return parsePolicyText(text, `policy of ${resourceArn}`);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    console.error(`${error.message}. It counts as no policy until another one is set.`);
    return undefined;
  }
}
