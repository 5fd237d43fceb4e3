import { isObject } from '../json.ts';
import type { Integration } from './integration.ts';
import { asText, callOptimized } from './optimized-sdk.ts';

const ERRORS = {
  prefix: 'SNS',
  client: 'AmazonSNS',
  generic: 'AmazonSNSException',
  modelled: [
    'AuthorizationErrorException',
    'EndpointDisabledException',
    'InternalErrorException',
    'InvalidParameterException',
    'InvalidParameterValueException',
    'NotFoundException',
  ],
};

/** `arn:aws:states:::sns:publish`; a message that is no text is sent as JSON. */
export const sns: Integration = {
  resourceType: 'sns',
  run(call, context) {
    const input = isObject(call.arguments)
      ? { ...call.arguments, Message: asText(call.arguments['Message']) ?? '' }
      : call.arguments;
    return callOptimized(call, context, { service: { service: 'sns', prefix: 'Sns' }, errors: ERRORS, input });
  },
};
