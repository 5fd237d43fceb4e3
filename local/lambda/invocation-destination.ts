import type { GatewayClient } from '../events/gateway-client.ts';
import { sendToArn, serviceOf } from '../events/gateway-client.ts';
import type { Principal } from '../iam/principal.ts';
import type { Conclusion, QueuedEvent } from './async-invocations.ts';
import { functionArn } from './function-arn.ts';
import type { EventInvokeConfig, FunctionVersion } from './function-definition.ts';

export interface DestinationOptions {
  gateway: GatewayClient;
  now: () => number;
  /** For destinations that are functions. */
  invoke: (functionArn: string, payload: unknown, principal: Principal) => Promise<unknown>;
}

/**
 * Tells how an asynchronous invocation ended: a failed event goes to the function's dead-letter queue, a record about
 * it to the destination for its kind. Both as the function's role; what cannot be told is lost, as on AWS.
 */
export async function reportConclusion(
  options: DestinationOptions,
  { definition }: FunctionVersion,
  config: EventInvokeConfig | undefined,
  event: QueuedEvent,
  conclusion: Conclusion,
): Promise<void> {
  const { name, roleArn, deadLetterArn } = definition;
  const principal: Principal = { kind: 'role', roleArn, sessionName: name };
  const failed = conclusion.condition !== 'Success';
  if (failed && deadLetterArn)
    await attempt(`dead-letter queue of function ${name}`, () =>
      sendToArn(options.gateway, principal, deadLetterArn, {
        body: event.payload,
        attributes: deadLetterAttributes(event, conclusion),
      }),
    );
  const destination = failed ? config?.onFailureArn : config?.onSuccessArn;
  if (destination)
    await attempt(`destination ${destination} of function ${name}`, () =>
      sendRecord(options, principal, destination, recordOf(options, name, event, conclusion)),
    );
}

async function attempt(what: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    console.error(
      `The ${what} could not be reached, an event is lost:`,
      error instanceof Error ? error.message : error,
    );
  }
}

function deadLetterAttributes(event: QueuedEvent, { outcome }: Conclusion): Record<string, string | number> {
  const message = outcome ? errorMessageOf(outcome.payload) : '';
  return {
    RequestID: event.id,
    ErrorCode: outcome ? 200 : 429,
    ErrorMessage: (message || 'Rate Exceeded.').slice(0, 1024),
  };
}

function errorMessageOf(payload: string): string {
  const error: unknown = JSON.parse(payload);
  const hasMessage = typeof error === 'object' && error !== null && 'errorMessage' in error;
  return hasMessage ? String(error.errorMessage) : '';
}

function recordOf(
  { now }: DestinationOptions,
  functionName: string,
  event: QueuedEvent,
  { condition, outcome }: Conclusion,
) {
  return {
    version: '1.0',
    timestamp: new Date(now()).toISOString(),
    requestContext: {
      requestId: event.id,
      functionArn: functionArn({ name: functionName, qualifier: '$LATEST' }),
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload),
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(outcome.functionError ? { functionError: outcome.functionError } : {}),
      },
      responsePayload: JSON.parse(outcome.payload),
    }),
  };
}

async function sendRecord(
  { gateway, invoke }: DestinationOptions,
  principal: Principal,
  arn: string,
  record: ReturnType<typeof recordOf>,
): Promise<void> {
  switch (serviceOf(arn)) {
    case 'lambda':
      await invoke(arn, record, principal);
      return;
    case 'events': {
      const entry = {
        EventBusName: arn,
        Source: 'lambda',
        DetailType: `Lambda Function Invocation Result - ${record.requestContext.condition === 'Success' ? 'Success' : 'Failure'}`,
        Resources: [arn, record.requestContext.functionArn],
        Detail: JSON.stringify(record),
      };
      await gateway.call(principal, { service: 'events', action: 'PutEvents', input: { Entries: [entry] } });
      return;
    }
    default:
      await sendToArn(gateway, principal, arn, { body: JSON.stringify(record) });
  }
}
