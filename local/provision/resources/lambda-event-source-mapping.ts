import { z } from 'zod';
import { boolean, defined, number, text } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** What feeds a function from a queue. */
export const lambdaEventSourceMapping = resourceType({
  type: 'AWS::Lambda::EventSourceMapping',
  properties: z.strictObject({
    FunctionName: z.string(),
    EventSourceArn: z.string(),
    Enabled: boolean.optional(),
    BatchSize: number.optional(),
    MaximumBatchingWindowInSeconds: number.optional(),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).optional(),
    FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: text })) }).optional(),
  }),
  ignored: { Tags: 'nothing shows them', MetricsConfig: 'there are no metrics' },
  async create(properties, context) {
    const id = context.uuid();
    const { arn } = await context.modules.lambda.putEventSourceMapping(
      defined({
        id,
        functionArn: properties.FunctionName,
        eventSourceArn: properties.EventSourceArn,
        enabled: properties.Enabled,
        batchSize: properties.BatchSize,
        maximumBatchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
        reportBatchItemFailures: properties.FunctionResponseTypes.length > 0,
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
        filters: properties.FilterCriteria?.Filters.map(({ Pattern }) => Pattern),
      }),
    );
    return { id, attributes: { Id: id, EventSourceMappingArn: arn } };
  },
});
