import { isObject, type Json } from '../json.ts';
import { metadataOf, optimizedError } from './call-error.ts';
import { type IntegrationContext, type TaskCall, TaskError } from './integration.ts';
import { responseMetadata } from './metadata.ts';
import { type SdkService, send } from './sdk-clients.ts';
import { resultOf } from './sdk-json.ts';

/** Error names of an optimized integration; see `optimizedError`. */
export interface OptimizedErrors {
  prefix: string;
  client: string;
  generic: string;
  modelled: readonly string[];
}

/** A call of an optimized integration that passes its arguments on: the answer, with what is known of the HTTP exchange. */
export async function callOptimized(
  call: TaskCall,
  context: IntegrationContext,
  target: { service: SdkService; errors: OptimizedErrors; input?: Json },
): Promise<Json> {
  const input = target.input ?? call.arguments;
  if (!isObject(input)) throw new TaskError('States.Runtime', `The Arguments of ${call.action} must be an object`);
  const output = await send(context, target.service, { ...call, input }).catch((error) => {
    throw optimizedError(error, target.errors);
  });
  const { httpStatusCode = 200, requestId } = metadataOf(output);
  return { ...(await resultOf(output, false)), ...responseMetadata(httpStatusCode, {}, requestId) };
}

/** Objects in the place of text are written as JSON, as the service does for messages. */
export function asText(value: Json | undefined): Json | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}
