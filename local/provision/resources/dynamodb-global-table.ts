import { z } from 'zod';
import { allTags, boolean, defined, tagList } from '../properties.ts';
import { ProvisionError } from '../provision-error.ts';
import { resourceType } from '../resource-type.ts';
import { indexes, tableSchema, tagElements, timeToLive } from './dynamodb-schema.ts';

const replica = z.strictObject({
  Region: z.string(),
  PointInTimeRecoverySpecification: z
    .strictObject({ PointInTimeRecoveryEnabled: boolean.default(false), RecoveryPeriodInDays: z.unknown().optional() })
    .optional(),
  Tags: tagList,
  // Of cost, insight and stacks that are deleted, without effect here.
  DeletionProtectionEnabled: z.unknown().optional(),
  ContributorInsightsSpecification: z.unknown().optional(),
  TableClass: z.unknown().optional(),
  SSESpecification: z.unknown().optional(),
});

/** A global table with one replica: what the CDK's `TableV2` makes. */
export const dynamodbGlobalTable = resourceType({
  type: 'AWS::DynamoDB::GlobalTable',
  properties: tableSchema.extend({ Replicas: z.array(replica) }),
  ignored: { SSESpecification: 'items on this machine are as safe as the machine' },
  async create(properties, context) {
    const [own, ...others] = properties.Replicas;
    if (!own || others.length > 0) throw new ProvisionError('Replicas: there is one region here, so one replica');
    const name = context.name(properties.TableName, { maxLength: 255 });
    const { arn } = await context.modules.tables.put(
      defined({
        TableName: name,
        KeySchema: properties.KeySchema,
        AttributeDefinitions: properties.AttributeDefinitions,
        BillingMode: properties.BillingMode,
        GlobalSecondaryIndexes: indexes(properties.GlobalSecondaryIndexes),
        LocalSecondaryIndexes: indexes(properties.LocalSecondaryIndexes),
        ttlAttribute: timeToLive(properties.TimeToLiveSpecification),
        pointInTimeRecovery: own.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
        Tags: tagElements(allTags(own.Tags, context)),
      }),
    );
    return { id: name, attributes: { Arn: arn } };
  },
});
