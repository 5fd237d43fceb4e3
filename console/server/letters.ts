import type { ServerResponse } from 'node:http';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { lettersOf } from '../../cli/letters/letters-of.ts';
import type { Gate } from '../../cli/session.ts';
import type { LetterSelector } from '../../services/callback-relay/dead-letter.ts';
import { parseInput } from '../../services/shared/parse.ts';
import { problemOf } from './http.ts';

const Change = z.object({
  what: z.enum(['redrive', 'delete'], 'redrive or delete'),
  /** Which letters; without it all of them. */
  callbackIds: z.optional(z.array(z.string('a callback id'))),
  dryRun: z.optional(z.boolean('true or false')),
});

/** About how many dead letters there are. Unlike listing them, asking hides none from others. */
export async function letterCount({ target, stack }: Gate): Promise<{ count: number }> {
  const { Attributes = {} } = await new SQSClient(target.settings).send(
    new GetQueueAttributesCommand({
      QueueUrl: stack.output('CallbackDlqUrl'),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    count:
      Number(Attributes['ApproximateNumberOfMessages'] ?? 0) +
      Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}

/** Redrives or deletes letters, and tells as server-sent events how far it is: `progress`, then `done` or `trouble`. */
export async function changeLetters(
  response: ServerResponse,
  gate: Gate,
  body: unknown,
  { now, signal }: { now: () => Date; signal: AbortSignal },
): Promise<void> {
  const { what, callbackIds, dryRun = false } = parseInput(Change, body, 'the request');
  const selector: LetterSelector = callbackIds ? { callbackIds } : {};
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const tell = (event: string, data: object) => response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  try {
    const onProgress = (done: number, selected: number) => tell('progress', { done, selected });
    tell('done', await lettersOf(gate, now)[what](selector, { dryRun, onProgress, signal }));
  } catch (error) {
    tell('trouble', problemOf(error, gate.target.name));
  }
  response.end();
}
