import { REGION } from '../gateway/arn.ts';
import type { Iam } from '../iam/principal.ts';
import type { FunctionVersion } from './function-definition.ts';

/**
 * The variables that the code of a function sees: Lambda's own and those of its template, nothing of this machine.
 *
 * @param endpoint the gateway, where AWS's SDKs send everything
 */
export function functionEnvironment(
  { definition, version }: FunctionVersion,
  options: { iam: Iam; endpoint: string; logGroup: string; logStream: string },
): Record<string, string> {
  const key = options.iam.accessKeyOf(definition.roleArn, definition.name);
  return {
    ...definition.environment,
    AWS_ENDPOINT_URL: options.endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_SESSION_TOKEN: key.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime ?? 'nodejs24.x'}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: options.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStream,
    AWS_LAMBDA_LOG_FORMAT: definition.logFormat ?? 'Text',
    ...(definition.applicationLogLevel ? { AWS_LAMBDA_LOG_LEVEL: definition.applicationLogLevel } : {}),
    _HANDLER: definition.handler,
    LAMBDA_TASK_ROOT: definition.codeDirectory,
    // SDKs look for ~/.aws here, and must not find the developer's own.
    HOME: definition.codeDirectory,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}
