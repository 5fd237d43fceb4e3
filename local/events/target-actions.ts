import { z } from 'zod';
import type { JsonAction } from '../gateway/service.ts';
import { readRequest } from './request.ts';
import type { RuleTarget } from './rule.ts';
import { onRule, ruleOf } from './rule-actions.ts';
import type { RuleStore } from './rule-store.ts';

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).optional(),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
});

type WireTarget = z.infer<typeof target>;

const putInput = z.object({ Targets: z.array(target).min(1).max(10) });
const removeInput = z.object({ Ids: z.array(z.string()).min(1) });

/** The actions on the targets of rules, by name. */
export function targetActions(rules: RuleStore): Readonly<Record<string, JsonAction>> {
  return {
    ListTargetsByRule: onRule('ListTargetsByRule', (input) => ({ Targets: ruleOf(rules, input).targets.map(toWire) })),
    PutTargets: onRule('PutTargets', (input) => {
      const rule = ruleOf(rules, input);
      const added = readRequest(putInput, input).Targets.map(fromWire);
      const kept = rule.targets.filter(({ id }) => !added.some((one) => one.id === id));
      rules.put({ ...rule, targets: [...kept, ...added] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
    RemoveTargets: onRule('RemoveTargets', (input) => {
      const rule = ruleOf(rules, input);
      const { Ids } = readRequest(removeInput, input);
      rules.put({ ...rule, targets: rule.targets.filter(({ id }) => !Ids.includes(id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
  };
}

function fromWire(wire: WireTarget): RuleTarget {
  const { InputTransformer: transformer, RetryPolicy: retry } = wire;
  return {
    id: wire.Id,
    arn: wire.Arn,
    ...(wire.RoleArn === undefined ? {} : { roleArn: wire.RoleArn }),
    ...(wire.Input === undefined ? {} : { input: wire.Input }),
    ...(wire.InputPath === undefined ? {} : { inputPath: wire.InputPath }),
    ...(transformer
      ? { inputTransformer: { inputPaths: transformer.InputPathsMap, template: transformer.InputTemplate } }
      : {}),
    ...(wire.DeadLetterConfig?.Arn ? { deadLetterArn: wire.DeadLetterConfig.Arn } : {}),
    ...(retry ? { retryPolicy: retryFromWire(retry) } : {}),
    ...(wire.SqsParameters ? { sqsMessageGroupId: wire.SqsParameters.MessageGroupId } : {}),
  };
}

function retryFromWire({
  MaximumRetryAttempts: attempts,
  MaximumEventAgeInSeconds: age,
}: NonNullable<WireTarget['RetryPolicy']>) {
  return {
    ...(attempts === undefined ? {} : { maximumRetryAttempts: attempts }),
    ...(age === undefined ? {} : { maximumEventAgeSeconds: age }),
  };
}

/** Members that are not set are left out of the JSON. */
function toWire({ inputTransformer, retryPolicy, ...rest }: RuleTarget) {
  return {
    Id: rest.id,
    Arn: rest.arn,
    RoleArn: rest.roleArn,
    Input: rest.input,
    InputPath: rest.inputPath,
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPaths,
      InputTemplate: inputTransformer.template,
    },
    DeadLetterConfig: rest.deadLetterArn && { Arn: rest.deadLetterArn },
    RetryPolicy: retryPolicy && {
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeSeconds,
    },
    SqsParameters: rest.sqsMessageGroupId && { MessageGroupId: rest.sqsMessageGroupId },
  };
}
