import { SQSClient } from '@aws-sdk/client-sqs';
import { type DeadLetters, deadLetters } from '../../services/callback-relay/dead-letters.ts';
import type { Gate } from '../session.ts';

/** The dead letters of a gate's callback queue. */
export function lettersOf({ target, stack }: Gate, now: () => Date): DeadLetters {
  return deadLetters({
    client: new SQSClient(target.settings),
    queueUrl: stack.output('CallbackQueueUrl'),
    deadLetterQueueUrl: stack.output('CallbackDlqUrl'),
    now,
    pollSeconds: target.kind === 'local' ? 0 : 1,
  });
}
