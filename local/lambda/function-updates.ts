import { z } from 'zod';
import { AwsError } from '../gateway/aws-error.ts';
import { constraintMessage, refuseUnserved } from '../gateway/constraint.ts';
import type { FunctionDefinition } from './function-definition.ts';

const variables = z.record(z.string().regex(/^[a-zA-Z]([a-zA-Z0-9_])+$/), z.string());

const updates = z.object({
  Environment: z.object({ Variables: variables.nullish() }).nullish(),
  Timeout: z.number().int().min(1).max(900).nullish(),
  MemorySize: z.number().int().min(128).max(10_240).nullish(),
  Description: z.string().max(256).nullish(),
});

/** All variables of a function together: names and values as JSON (Lambda's quotas). */
const LARGEST_ENVIRONMENT = 4 * 1024;

/** Variables that Lambda sets itself (Lambda's developer guide, "Defined runtime environment variables"). */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/**
 * The members of a definition that `UpdateFunctionConfiguration` changes.
 * @throws AwsError `InvalidParameterValueException` also for what is not served here, `ValidationException` for what breaks
 *   the API's model. No message holds the value of a variable.
 */
export function functionUpdates(body: Readonly<Record<string, unknown>>): Partial<FunctionDefinition> {
  refuseUnserved(body, ['FunctionName', ...Object.keys(updates.shape)], 'InvalidParameterValueException');
  const { error, data } = updates.safeParse(body);
  if (error) throw new AwsError('ValidationException', constraintMessage(error, body, ['Environment']));
  const { Environment, Timeout, MemorySize, Description } = data;
  if (Environment?.Variables) checkVariables(Environment.Variables);
  return {
    ...(Environment && { environment: Environment.Variables ?? {} }),
    ...(typeof Timeout === 'number' && { timeoutSeconds: Timeout }),
    ...(typeof MemorySize === 'number' && { memoryMb: MemorySize }),
    ...(typeof Description === 'string' && { description: Description }),
  };
}

function checkVariables(given: Readonly<Record<string, string>>): void {
  const reserved = Object.keys(given).filter((name) => RESERVED.has(name));
  if (reserved.length > 0)
    throw unable(
      `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  if (Buffer.byteLength(JSON.stringify(given)) > LARGEST_ENVIRONMENT) throw unable('exceeded the 4KB limit.');
}

function unable(reason: string): AwsError {
  return new AwsError(
    'InvalidParameterValueException',
    `Lambda was unable to configure your environment variables because the environment variables you have provided ${reason}`,
  );
}
