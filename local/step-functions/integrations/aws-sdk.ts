import { isObject, type Json } from '../json.ts';
import { argumentsOf } from './arguments.ts';
import { describe, metadataOf, unansweredError } from './call-error.ts';
import { type Integration, type IntegrationContext, type TaskCall, TaskError } from './integration.ts';
import { SDK_SERVICES, type SdkService, send } from './sdk-clients.ts';
import { inputOf, resultOf } from './sdk-json.ts';

const integrations = new Map<string, Integration>();

/** `arn:aws:states:::aws-sdk:<service>:<action>`: any action of an installed SDK client; undefined for other services. */
export function awsSdk(name: string): Integration | undefined {
  const service = Object.hasOwn(SDK_SERVICES, name) ? SDK_SERVICES[name] : undefined;
  if (!service) return undefined;
  const integration = integrations.get(name) ?? integrationOf(name, service);
  integrations.set(name, integration);
  return integration;
}

function integrationOf(name: string, service: SdkService): Integration {
  return {
    resourceType: `aws-sdk:${name}`,
    run: (call, context) => run(call, context, service),
  };
}

async function run(call: TaskCall, context: IntegrationContext, service: SdkService): Promise<Json> {
  argumentsOf(call);
  const input = inputOf(withTextBodies(call.arguments), service.lowerCase ?? false);
  if (!isObject(input)) throw new TaskError('States.Runtime', `The Arguments of ${call.action} must be an object`);
  try {
    const output = await send(context, service, { ...call, input });
    return await resultOf(output, service.lowerCase ?? false);
  } catch (error) {
    throw sdkError(error, service);
  }
}

/** JSON in the place of an object's body is written as text, as the service does for blobs. */
function withTextBodies(input: Json): Json {
  if (!isObject(input) || input['Body'] === undefined || typeof input['Body'] === 'string') return input;
  return { ...input, Body: JSON.stringify(input['Body']) };
}

/**
 * Names follow the exception classes of the Java SDK: `S3.NoSuchKeyException` for an error of the service's model,
 * `S3.S3Exception` for any other answer, `S3.SdkClientException` where there was no answer.
 */
function sdkError(error: unknown, service: SdkService): TaskError {
  const unanswered = unansweredError(error, service);
  if (unanswered) return unanswered;
  const { code, message, status, requestId } = describe(error);
  const { extendedRequestId } = error instanceof Error ? metadataOf(error) : {};
  const extended = extendedRequestId === undefined ? '' : `, Extended Request ID: ${extendedRequestId}`;
  const { prefix } = service;
  const cause = `${message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId}${extended})`;
  const modelled = error instanceof Error && error.constructor.name === code && !GENERIC.includes(code);
  return new TaskError(`${prefix}.${modelled ? exceptionName(code) : `${prefix}Exception`}`, cause, { cause: error });
}

/** The newest model of S3 has a class for denials; Step Functions names them after the client all the same. */
const GENERIC = ['AccessDenied'];

function exceptionName(code: string): string {
  return /(Exception|Error)$/.test(code) ? code.replace(/Error$/, 'Exception') : `${code}Exception`;
}
