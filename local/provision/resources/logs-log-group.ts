import { z } from 'zod';
import { localArn } from '../../gateway/arn.ts';
import { defined, number } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** A log group with its retention. */
export const logsLogGroup = resourceType({
  type: 'AWS::Logs::LogGroup',
  properties: z.strictObject({ LogGroupName: z.string().optional(), RetentionInDays: number.optional() }),
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
