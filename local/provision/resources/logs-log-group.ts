import { z } from 'zod';
import { localArn } from '../../gateway/arn.ts';
import { defined, number } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** Source: PutRetentionPolicy in the API model of CloudWatch Logs. */
const RETENTIONS = new Set([
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
]);
const retention = number.refine((days) => RETENTIONS.has(days), {
  error: `must be one of ${[...RETENTIONS].join(', ')} days`,
});

/** A log group with its retention. */
export const logsLogGroup = resourceType({
  type: 'AWS::Logs::LogGroup',
  properties: z.strictObject({ LogGroupName: z.string().optional(), RetentionInDays: retention.optional() }),
  ignored: {
    KmsKeyId: 'logs on this machine are as safe as the machine',
    LogGroupClass: 'a price, not a behaviour',
    DeletionProtectionEnabled: 'nothing here deletes a group that its template declares',
    Tags: 'nothing shows them',
  },
  async create({ LogGroupName, RetentionInDays }, context) {
    const name = context.name(LogGroupName, { maxLength: 512 });
    await context.modules.logs.putLogGroup(name, defined({ retentionInDays: RetentionInDays }));
    return { id: name, attributes: { Arn: localArn('logs', `log-group:${name}:*`) } };
  },
});
