import { z } from 'zod';
import { allTags, boolean, defined, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';
import { capacity, indexes, tableSchema, tagElements, timeToLive } from './dynamodb-schema.ts';

/** A table; its items stay over restarts. */
export const dynamodbTable = resourceType({
  type: 'AWS::DynamoDB::Table',
  properties: tableSchema.extend({
    ProvisionedThroughput: capacity.optional(),
    PointInTimeRecoverySpecification: z
      .strictObject({
        PointInTimeRecoveryEnabled: boolean.default(false),
        RecoveryPeriodInDays: z.unknown().optional(),
      })
      .optional(),
    Tags: tagList,
  }),
  ignored: {
    SSESpecification: 'items on this machine are as safe as the machine',
    ContributorInsightsSpecification: 'there are no insights',
    DeletionProtectionEnabled: 'tables go with the data directory',
    TableClass: 'a price, not a behaviour',
    OnDemandThroughput: 'a limit on cost, and nothing costs here',
    WarmThroughput: 'capacity is there at once',
  },
  async create(properties, context) {
    const name = context.name(properties.TableName, { maxLength: 255 });
    const { arn } = await context.modules.tables.put(
      defined({
        TableName: name,
        KeySchema: properties.KeySchema,
        AttributeDefinitions: properties.AttributeDefinitions,
        BillingMode: properties.BillingMode,
        ProvisionedThroughput: properties.ProvisionedThroughput,
        GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
        LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
        ttlAttribute: timeToLive(properties.TimeToLiveSpecification),
        pointInTimeRecovery: properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
        Tags: tagElements(allTags(properties.Tags, context)),
      }),
    );
    return { id: name, attributes: { Arn: arn } };
  },
});
