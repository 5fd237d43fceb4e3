import { randomUUID } from 'node:crypto';
import { AwsError } from '../gateway/aws-error.ts';
import type { Principal } from '../iam/principal.ts';
import type { InvokeOptions } from '../lambda/lambda.ts';
import { type GatewayClient, sendToArn, serviceOf } from './gateway-client.ts';
import { type BusEvent, type ReceivedEvent, type RuleDefinition, type RuleTarget, ruleArn } from './rule.ts';
import { targetInput } from './target-input.ts';

/** EventBridge as a caller of other services. */
const SERVICE = 'events.amazonaws.com';

/** How rules reach their targets. */
export interface TargetServices {
  lambda: { invoke(arn: string, payload: unknown, principal: Principal, options: InvokeOptions): Promise<unknown> };
  gateway: GatewayClient;
  /** Whether a role's trust policy lets a service act with it on behalf of a resource. */
  trusts(roleArn: string, service: string, sourceArn: string): boolean;
}

type Send = (services: TargetServices, principal: Principal, delivery: Delivery) => Promise<unknown>;

interface Delivery {
  target: RuleTarget;
  event: BusEvent;
  text: string;
}

/** One entry a service that rules can send to. */
const SENDERS: Readonly<Record<string, Send>> = {
  lambda: ({ lambda }, principal, { target, text }) =>
    lambda.invoke(target.arn, parsed(text), principal, { invocationType: 'Event' }),
  sqs: ({ gateway }, principal, { target, text }) =>
    sendToArn(gateway, principal, target.arn, {
      body: text,
      ...(target.sqsMessageGroupId === undefined ? {} : { groupId: target.sqsMessageGroupId }),
    }),
  sns: ({ gateway }, principal, { target, text }) => sendToArn(gateway, principal, target.arn, { body: text }),
  states: ({ gateway }, principal, { target, event, text }) => {
    parsed(text);
    // A name of the event and the delivery, as AWS gives it: a repeated delivery is another execution.
    const input = { stateMachineArn: target.arn, input: text, name: `${event.id}_${randomUUID()}` };
    return gateway.call(principal, { service: 'states', action: 'StartExecution', input });
  },
  events: ({ gateway }, principal, { target, event }) => {
    const entry = {
      EventBusName: target.arn,
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
      Resources: event.resources,
      Time: Date.parse(event.time) / 1000,
    };
    return gateway.call(principal, { service: 'events', action: 'PutEvents', input: { Entries: [entry] } });
  },
  logs: sendToLogs,
};

/** Whether rules can have this target here. */
export function isServedTarget(arn: string): boolean {
  return Object.hasOwn(SENDERS, serviceOf(arn)) && !arn.includes(':api-destination/');
}

/** Sends an event to a target of a rule. Throws `AwsError` as the target answers it. */
export async function sendToTarget(
  services: TargetServices,
  rule: RuleDefinition,
  target: RuleTarget,
  received: ReceivedEvent,
): Promise<void> {
  const send = SENDERS[serviceOf(target.arn)];
  if (!send) throw new AwsError('ResourceNotFoundException', `${target.arn} is no target that is served here.`);
  const text = targetInput(rule, target, received);
  await send(services, principalFor(services, rule, target), { target, event: received.event, text });
}

/** Sends a text to a target's dead-letter queue, in the name of the rule. */
export async function sendToDeadLetters(
  { gateway }: TargetServices,
  rule: RuleDefinition,
  queueArn: string,
  letter: { body: string; attributes: Record<string, string> },
): Promise<void> {
  await sendToArn(gateway, { kind: 'service', service: SERVICE, sourceArn: ruleArn(rule) }, queueArn, letter);
}

function principalFor({ trusts }: TargetServices, rule: RuleDefinition, target: RuleTarget): Principal {
  const sourceArn = ruleArn(rule);
  const roleArn = target.roleArn ?? rule.roleArn;
  if (roleArn === undefined) return { kind: 'service', service: SERVICE, sourceArn };
  if (!trusts(roleArn, SERVICE, sourceArn))
    throw new AwsError(
      'AccessDeniedException',
      `EventBridge may not assume ${roleArn}: its trust policy does not allow ${SERVICE}.`,
    );
  return { kind: 'role', roleArn, sessionName: rule.name };
}

async function sendToLogs({ gateway }: TargetServices, principal: Principal, { target, event, text }: Delivery) {
  const logGroupName = target.arn.split(':')[6] ?? '';
  const logStreamName = event.id;
  const call = (action: string, input: object) =>
    gateway.call(principal, { service: 'logs', action, input: { logGroupName, logStreamName, ...input } });
  await call('CreateLogStream', {});
  await call('PutLogEvents', { logEvents: [{ timestamp: Date.parse(event.time), message: text }] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AwsError('InvalidJsonException', `The target's input is not valid JSON: ${text}`, { cause });
  }
}
