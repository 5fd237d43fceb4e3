import { createHmac } from 'node:crypto';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { webhookSecret } from '../gates/post-decision.ts';
import { type CheckResult, idsOf, ok, type Patient, problem, warning } from './check.ts';

const ANSWER_MS = 10_000;
/** Callbacks wait for milliseconds; more than this means that nothing takes them. */
const BACKLOG = 100;

/** Whether the webhook refuses strangers and takes what Jira signs. What is sent decides nothing. */
export async function webhookAnswers(patient: Patient): Promise<CheckResult> {
  const url = patient.stack.output('CallbackApiEndpoint');
  const body = JSON.stringify({ webhookEvent: 'storygate:doctor', timestamp: patient.now.getTime() });
  const stranger = await post(url, body, {});
  if (stranger !== 401)
    return problem(
      `${url} answers ${stranger} to a request without credentials, expected 401`,
      'deploy again: storygate deploy',
    );
  const signature = createHmac('sha256', await webhookSecret(patient))
    .update(body)
    .digest('hex');
  const signed = await post(url, body, { 'x-hub-signature': `sha256=${signature}` });
  if (signed !== 200)
    return problem(
      `${url} answers ${signed} to a signed request, expected 200`,
      'see its log: storygate logs <story> --functions',
    );
  return ok('refuses strangers, takes what is signed');
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  await response.body?.cancel();
  return response.status;
}

/** Whether the relay takes callbacks from the queue. */
export async function relayIsTaking({ target, stack }: Patient): Promise<CheckResult> {
  const { arn, visible, inFlight } = await depthOf(new SQSClient(target.settings), stack.output('CallbackQueueUrl'));
  const { EventSourceMappings: [mapping] = [] } = await new LambdaClient(target.settings).send(
    new ListEventSourceMappingsCommand({ EventSourceArn: arn }),
  );
  if (!mapping) return problem('nothing reads the callback queue', 'deploy again: storygate deploy');
  if (!/^(Enabled|Enabling|Creating|Updating)$/.test(mapping.State ?? ''))
    return problem(
      `the relay's event source is ${mapping.State}`,
      `aws lambda update-event-source-mapping --enabled --uuid ${mapping.UUID}`,
    );
  if (visible > BACKLOG)
    return warning(
      `${visible} callbacks wait in the queue`,
      'the relay is throttled or fails: look at its log and alarms',
    );
  return ok(`${visible} waiting in the queue, ${inFlight} in flight`);
}

/** Whether the dead-letter queues are empty. */
export async function deadLetterQueuesAreEmpty(patient: Patient): Promise<CheckResult> {
  const sqs = new SQSClient(patient.target.settings);
  const urls = idsOf(patient, 'AWS::SQS::Queue').filter((url) => url.endsWith('-dlq'));
  const depths = await Promise.all(urls.map(async (url) => ({ url, ...(await depthOf(sqs, url)) })));
  const full = depths.filter(({ visible, inFlight }) => visible + inFlight > 0);
  if (full.length === 0) return ok(`${urls.length} queues are empty`);
  const callbacks = full.some(({ url }) => url === patient.stack.output('CallbackDlqUrl'));
  return problem(
    full.map(({ url, visible, inFlight }) => `${url.split('/').at(-1)} has ${visible + inFlight}`).join(', '),
    callbacks
      ? 'storygate letters list shows why; storygate letters redrive sends them again'
      : 'docs/operations.md says how to send them again',
  );
}

async function depthOf(sqs: SQSClient, QueueUrl: string): Promise<{ arn: string; visible: number; inFlight: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    arn: Attributes.QueueArn ?? '',
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
