import { z } from 'zod';
import type { TableIndex } from '../modules.ts';
import { boolean, defined, number } from '../properties.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

export const capacity = z.strictObject({ ReadCapacityUnits: number, WriteCapacityUnits: number });

const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
  ProvisionedThroughput: capacity.optional(),
});

/** The properties that a table and a global table share. */
export const tableSchema = z.strictObject({
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).default('PROVISIONED'),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().optional(), Enabled: boolean }).optional(),
});

type Schema = z.infer<typeof tableSchema>;

export function indexes(declared: Schema['GlobalSecondaryIndexes']): TableIndex[] | undefined {
  return declared?.map((each) => defined({ ...each, Projection: defined(each.Projection) }));
}

/** The attribute with the time to live, when it is on. */
export function timeToLive(declared: Schema['TimeToLiveSpecification']): string | undefined {
  return declared?.Enabled ? declared.AttributeName : undefined;
}

/** Tags as the API takes them. */
export function tagElements(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
