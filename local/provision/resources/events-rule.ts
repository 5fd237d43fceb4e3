import { z } from 'zod';
import type { RuleTarget } from '../modules.ts';
import { allTags, defined, json, number, tagList } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: number.optional(), MaximumRetryAttempts: number.optional() })
    .optional(),
  HttpParameters: json.optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
});

/** A rule with its targets. */
export const eventsRule = resourceType({
  type: 'AWS::Events::Rule',
  properties: z.strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    EventBusName: z.string().default('default'),
    EventPattern: json.optional(),
    ScheduleExpression: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    RoleArn: z.string().optional(),
    Targets: z.array(target).default([]),
    Tags: tagList,
  }),
  async create(properties, context) {
    const name = context.name(properties.Name, { maxLength: 64 });
    const busName = properties.EventBusName.slice(properties.EventBusName.lastIndexOf('/') + 1);
    const { arn } = await context.modules.events.putRule(
      defined({
        name,
        busName,
        description: properties.Description,
        pattern: properties.EventPattern,
        schedule: properties.ScheduleExpression,
        state: properties.State,
        roleArn: properties.RoleArn,
        targets: properties.Targets.map(ruleTarget),
        tags: allTags(properties.Tags, context),
      }),
    );
    return { id: busName === 'default' ? name : `${busName}|${name}`, attributes: { Arn: arn } };
  },
});

function ruleTarget(declared: z.infer<typeof target>): RuleTarget {
  const { InputTransformer: transformer, RetryPolicy: retry } = declared;
  return defined({
    id: declared.Id,
    arn: declared.Arn,
    roleArn: declared.RoleArn,
    deadLetterArn: declared.DeadLetterConfig?.Arn,
    input: declared.Input,
    inputPath: declared.InputPath,
    inputTransformer: transformer && {
      inputPaths: transformer.InputPathsMap,
      template: transformer.InputTemplate,
    },
    retryPolicy:
      retry &&
      defined({
        maximumEventAgeSeconds: retry.MaximumEventAgeInSeconds,
        maximumRetryAttempts: retry.MaximumRetryAttempts,
      }),
    httpParameters: declared.HttpParameters,
    sqsMessageGroupId: declared.SqsParameters?.MessageGroupId,
  });
}
