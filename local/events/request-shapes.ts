import { z } from 'zod';
import { readRequest } from './request.ts';

/** A string of which all must match a pattern, as the constraints of AWS have them. */
function matching(pattern: string): z.ZodString {
  return z.string().regex(new RegExp(`^(?:${pattern})$`), { error: pattern });
}

const name = matching('[\\.\\-_A-Za-z0-9]+').min(1).max(64);
const arn = z.string().min(1).max(1600);
const busName = matching('[/\\.\\-_A-Za-z0-9]+').min(1).max(256);
const EventBusName = matching(
  '(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+',
)
  .min(1)
  .max(1600)
  .optional();
const EventPattern = z.string().max(4096);
const path = z.string().max(256);
const page = { Limit: z.number().int().min(1).max(100).optional(), NextToken: z.string().min(1).max(2048).optional() };

const target = z.strictObject({
  Id: name,
  Arn: arn,
  RoleArn: arn.optional(),
  Input: z.string().max(8192).optional(),
  InputPath: path.optional(),
  InputTransformer: z
    .object({
      InputPathsMap: z.record(matching('[A-Za-z0-9\\_\\-]+').min(1).max(256), path).default({}),
      InputTemplate: z.string().min(1).max(8192),
    })
    .optional(),
  DeadLetterConfig: z.object({ Arn: arn.optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.number().int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).optional(),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().max(100).optional() }).optional(),
});

export type WireTarget = z.infer<typeof target>;

export const putTargets = z.object({ Rule: name, EventBusName, Targets: z.array(target).min(1).max(100) });
export const removeTargets = z.object({ Rule: name, EventBusName, Ids: z.array(name).min(1).max(100) });

const named = z.object({ Name: name, EventBusName });

/** What requests must look like, by action. Source: the service model of the API, 2015-10-07. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  PutRule: z.strictObject({
    Name: name,
    ScheduleExpression: z.string().max(256).optional(),
    EventPattern: EventPattern.optional(),
    State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).optional(),
    Description: z.string().max(512).optional(),
    RoleArn: arn.optional(),
    EventBusName,
  }),
  DescribeRule: named,
  EnableRule: named,
  DisableRule: named,
  DeleteRule: named,
  ListRules: z.object({ NamePrefix: name.optional(), EventBusName, ...page }),
  PutTargets: putTargets,
  RemoveTargets: removeTargets,
  ListTargetsByRule: z.object({ Rule: name, EventBusName, ...page }),
  ListEventBuses: z.object({ NamePrefix: busName.optional(), ...page }),
  DescribeEventBus: z.object({ Name: EventBusName }),
  TestEventPattern: z.object({ EventPattern, Event: z.string() }),
};

/** Checks a request before anything is done with it. @throws AwsError as `readRequest` does */
export function checkRequest(action: string, request: unknown): void {
  const shape = SHAPES[action];
  if (shape) readRequest(shape, request);
}
