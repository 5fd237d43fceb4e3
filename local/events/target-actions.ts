import { AwsError } from '../gateway/aws-error.ts';
import type { JsonAction } from '../gateway/service.ts';
import { pageOf } from './page.ts';
import { readRequest } from './request.ts';
import { putTargets, removeTargets, type WireTarget } from './request-shapes.ts';
import type { RuleTarget } from './rule.ts';
import { onRule, ruleOf } from './rule-actions.ts';
import type { RuleStore } from './rule-store.ts';

/** The actions on the targets of rules, by name. */
export function targetActions(rules: RuleStore): Readonly<Record<string, JsonAction>> {
  return {
    ListTargetsByRule: onRule('ListTargetsByRule', (input) => {
      const { items, NextToken } = pageOf(ruleOf(rules, input).targets, input);
      return { Targets: items.map(toWire), NextToken };
    }),
    PutTargets: onRule('PutTargets', (input) => {
      const rule = ruleOf(rules, input);
      const added = readRequest(putTargets, input).Targets.map(fromWire);
      checkIds(added);
      const kept = rule.targets.filter(({ id }) => !added.some((one) => one.id === id));
      rules.put({ ...rule, targets: [...kept, ...added] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
    RemoveTargets: onRule('RemoveTargets', (input) => {
      const rule = ruleOf(rules, input);
      const { Ids } = readRequest(removeTargets, input);
      rules.put({ ...rule, targets: rule.targets.filter(({ id }) => !Ids.includes(id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    }),
  };
}

function checkIds(targets: readonly RuleTarget[]): void {
  const twice = targets.find(({ id }, index) => targets.findIndex((other) => other.id === id) !== index);
  if (twice) throw new AwsError('ValidationException', `The target ${twice.id} is given more than once.`);
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
    ...(wire.SqsParameters?.MessageGroupId ? { sqsMessageGroupId: wire.SqsParameters.MessageGroupId } : {}),
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
