import * as z from 'zod/mini';
import { StoryKey } from '../../services/shared/story-key.ts';
import { CliError, NotFoundError } from '../errors.ts';
import { storyRecords } from '../gates/story-records.ts';
import type { Gate } from '../session.ts';

/** An execution as the command line names it. */
export interface ExecutionReference {
  arn: string;
  name: string;
}

/** Whether an argument names a Jira story and not an execution. */
export function isStory(reference: string): boolean {
  return z.safeParse(StoryKey, reference).success;
}

/** The error for what should name a story and does not. */
export function notAStory(text: string): CliError {
  return new CliError(`${text} is no Jira story; expected a key such as PROJ-12345`);
}

/** The execution of this gate's state machine with that name. An ARN stays what it is. */
export function executionNamed({ stack }: Gate, reference: string): ExecutionReference {
  if (reference.startsWith('arn:')) return { arn: reference, name: reference.split(':').at(-1) ?? reference };
  const [arn, partition, service, region, account, , machine] = stack.output('StateMachineArn').split(':');
  return {
    arn: [arn, partition, service, region, account, 'execution', machine, reference].join(':'),
    name: reference,
  };
}

/**
 * The execution that an argument means: a name, an ARN, or a story.
 *
 * @param options.change the command changes the execution: then a story must leave no doubt which one is meant
 * @throws NotFoundError when no execution of the story is recorded
 */
export async function findExecution(
  gate: Gate,
  reference: string,
  options: { change?: boolean } = {},
): Promise<ExecutionReference> {
  if (!isStory(reference)) return executionNamed(gate, reference);
  const { waits } = await storyRecords(gate, reference);
  const waiting = waits.filter(({ status }) => status === 'WAITING');
  const candidates = waiting.length > 0 ? waiting : waits;
  const newest = candidates.at(-1);
  if (!newest) throw new NotFoundError(`no execution on ${reference} is recorded; storygate gates lists what waits`);
  if (options.change && candidates.length > 1)
    throw new CliError(
      `${reference} has ${candidates.length} executions, name one: ${candidates.map(({ executionName }) => executionName).join(', ')}`,
    );
  return { arn: newest.executionArn, name: newest.executionName };
}
