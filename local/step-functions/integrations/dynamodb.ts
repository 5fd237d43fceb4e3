import type { Integration } from './integration.ts';
import { callOptimized } from './optimized-sdk.ts';

const ERRORS = {
  prefix: 'DynamoDB',
  client: 'AmazonDynamoDBv2',
  generic: 'AmazonDynamoDBException',
  modelled: [
    'ConditionalCheckFailedException',
    'InternalServerError',
    'ItemCollectionSizeLimitExceededException',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'ResourceNotFoundException',
    'TransactionConflictException',
  ],
};

/** `arn:aws:states:::dynamodb:putItem` and its three siblings. They have no callback pattern. */
export const dynamodb: Integration = {
  resourceType: 'dynamodb',
  run: (call, context) =>
    callOptimized(call, context, { service: { service: 'dynamodb', prefix: 'DynamoDb' }, errors: ERRORS }),
};
