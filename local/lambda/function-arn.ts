import { ACCOUNT, localArn, REGION } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';

/** A function as callers name it, with the version or alias if they named one. */
export interface FunctionReference {
  name: string;
  qualifier?: string;
}

export function functionArn({ name, qualifier }: FunctionReference): string {
  return localArn('lambda', `function:${name}${qualifier ? `:${qualifier}` : ''}`);
}

/**
 * Reads any spelling that Lambda takes: `name`, `name:alias`, `account:function:name` or an ARN, qualified or not.
 * @param qualifier given beside the name, as in `--qualifier`
 * @throws AwsError `ValidationException`, `ResourceNotFoundException` for other regions and accounts
 */
export function parseFunctionReference(text: string, qualifier?: string): FunctionReference {
  const match = /^(?:(?:arn:aws:lambda:([a-z0-9-]+):)?(\d{12}):function:)?([\w-]+)(?::([\w$-]+))?$/.exec(text);
  const [, region = REGION, account = ACCOUNT, name, inText] = match ?? [];
  if (!name) throw new AwsError('ValidationException', `'${text}' names no function: give its name or its ARN.`);
  if (region !== REGION) throw unreachable(`Functions from '${region}' are not reachable in this region ('${REGION}')`);
  if (account !== ACCOUNT) throw unreachable(`Function not found: ${text}`);
  const chosen = inText ?? qualifier;
  if (inText && qualifier && inText !== qualifier)
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  return chosen ? { name, qualifier: chosen } : { name };
}

function unreachable(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, { status: 404 });
}
