import { AwsError } from '../gateway/aws-error.ts';
import { isLocalArn, type RuleDefinition, type RuleTarget } from './rule.ts';
import { unknownPlaceholders } from './target-input.ts';
import { isPath } from './target-path.ts';
import { isServedTarget } from './target-sender.ts';

/** Refuses a target that AWS refuses or that is not served here. @throws AwsError `ValidationException`, naming rule and target */
export function checkTarget(rule: Pick<RuleDefinition, 'name'>, target: RuleTarget): void {
  const place = `Rule ${rule.name}, target ${target.id}`;
  if (!isServedTarget(target.arn))
    throw invalid(
      `${place}: the local runtime cannot deliver to ${target.arn}; it delivers to functions, queues, topics, state machines, event buses and log groups.`,
    );
  for (const arn of [target.arn, target.deadLetterArn])
    if (arn !== undefined && !isLocalArn(arn))
      throw invalid(`${place}: ${arn} is in another account or region, which is not served by the local runtime.`);
  const inputs = [target.input, target.inputPath, target.inputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.id}.`);
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
