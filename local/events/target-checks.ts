import { AwsError } from '../gateway/aws-error.ts';
import { isJson } from '../gateway/input.ts';
import { serviceOf } from './gateway-client.ts';
import { isLocalArn, type RuleDefinition, type RuleTarget } from './rule.ts';
import { unknownPlaceholders } from './target-input.ts';
import { isPath } from './target-path.ts';
import { isServedTarget } from './target-sender.ts';

/** EventBridge's quota. */
const MOST_TARGETS = 5;

/**
 * Refuses targets of a rule that AWS refuses or that are not served here.
 * @throws AwsError `ValidationException`, `LimitExceededException`
 */
export function checkTargets(rule: Pick<RuleDefinition, 'name' | 'targets'>): void {
  for (const target of rule.targets) checkTarget(rule.name, target);
  if (rule.targets.length > MOST_TARGETS)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}

function checkTarget(rule: string, target: RuleTarget): void {
  const place = `Rule ${rule}, target ${target.id}`;
  if (!isServedTarget(target.arn))
    throw invalid(
      `${place}: the local runtime cannot deliver to ${target.arn}; it delivers to functions, queues, topics, state machines, event buses and log groups.`,
    );
  for (const arn of [target.arn, target.deadLetterArn])
    if (arn !== undefined && !isLocalArn(arn))
      throw invalid(`${place}: ${arn} is in another account or region, which is not served by the local runtime.`);
  if (target.deadLetterArn !== undefined && serviceOf(target.deadLetterArn) !== 'sqs')
    throw invalid(`${place}: dead letters go to an SQS queue, which ${target.deadLetterArn} is not.`);
  const inputs = [target.input, target.inputPath, target.inputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.id}.`);
  if (target.input !== undefined && !isJson(target.input))
    throw invalid(`Input for target ${target.id} is not a valid JSON text.`);
  checkPaths(place, target);
  for (const name of target.inputTransformer ? unknownPlaceholders(target.inputTransformer) : [])
    throw invalid(`InputTemplate for target ${target.id} contains invalid placeholder ${name}.`);
}

function checkPaths(place: string, { inputPath = '$', inputTransformer }: RuleTarget): void {
  const wrong = [inputPath, ...Object.values(inputTransformer?.inputPaths ?? {})].find((path) => !isPath(path));
  if (wrong !== undefined)
    throw invalid(`${place}: ${wrong} is no path in dot notation, such as $.detail.list[0] or $.detail.list[*].name.`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
