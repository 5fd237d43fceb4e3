import { isObject } from '../json.ts';
import type { Integration } from './integration.ts';
import { asText, callOptimized } from './optimized-sdk.ts';

const ERRORS = {
  prefix: 'SQS',
  client: 'AmazonSQS',
  generic: 'AmazonSQSException',
  modelled: ['InvalidMessageContents', 'QueueDoesNotExist', 'QueueDoesNotExistException', 'UnsupportedOperation'],
};

/** `arn:aws:states:::sqs:sendMessage`; a message body that is no text is sent as JSON. */
export const sqs: Integration = {
  resourceType: 'sqs',
  run(call, context) {
    const input = isObject(call.arguments)
      ? { ...call.arguments, MessageBody: asText(call.arguments['MessageBody']) ?? '' }
      : call.arguments;
    return callOptimized(call, context, { service: { service: 'sqs', prefix: 'Sqs' }, errors: ERRORS, input });
  },
};
