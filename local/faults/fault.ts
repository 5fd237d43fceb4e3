import { z } from 'zod';
import { like } from './call.ts';

/** Signing names of what is served: a fault for another service would never strike. */
const SERVICES = [
  ...['cloudformation', 'dynamodb', 'events', 'execute-api', 'lambda', 'logs', 's3', 'scheduler', 'secretsmanager'],
  ...['sns', 'sqs', 'states', 'sts'],
];

const named = (what: string) => z.string().min(1, what);
/** A text in which `*` stands for anything. */
const glob = named('a text in which * stands for anything');
const milliseconds = z.int().nonnegative();

/** How often a fault strikes, of the times that it could. */
const frequency = {
  /** 0 to 1; always unless given. */
  probability: z.number().min(0).max(1).optional(),
  /** Strikes so many times at most. */
  count: z.int().positive().optional(),
  /** Lets so many pass first. */
  after: z.int().nonnegative().optional(),
};

/** Which calls a fault can strike; a member that is left out matches every call. */
const calls = {
  /** The signing name: `s3`, `dynamodb`, …; `execute-api` for requests to the HTTP APIs. */
  service: glob.refine((service) => SERVICES.some((served) => like(service, served)), {
    error: ({ input }) => `${input} is not served by the local runtime; there are ${SERVICES.join(', ')}`,
  }),
  /** The API action: `GetObject`, `Put*`; for `execute-api` method and path: `POST /callback`. */
  action: glob.optional(),
  /** ARN of one of the resources that the call is on. */
  resource: glob.optional(),
  /** ARN of the role, or name of the service (`events.amazonaws.com`), that calls. */
  principal: glob.optional(),
  /** Name of the function that calls. */
  function: glob.optional(),
};

/** Where something can be delivered twice or late. */
const deliveries = {
  service: z.enum(['sqs', 'events']),
  /** ARN of the queue, or of the rule's target. */
  resource: glob.optional(),
};

export const fault = z.discriminatedUnion('kind', [
  /** Refused with the error by which the service throttles. */
  z.strictObject({ kind: z.literal('throttle'), ...calls, ...frequency }),
  /** Refused with the service's internal error, or with the one that is given. */
  z.strictObject({
    kind: z.literal('error'),
    ...calls,
    ...frequency,
    code: named('an error code').optional(),
    status: z.int().min(400).max(599).optional(),
  }),
  /** Answered later. */
  z.strictObject({ kind: z.literal('latency'), ...calls, ...frequency, delayMs: milliseconds }),
  /** Never reaches the service and is never answered; the connection ends after a while. */
  z.strictObject({ kind: z.literal('timeout'), ...calls, ...frequency, afterMs: milliseconds.optional() }),
  /** Does what it should, but the answer is lost. */
  z.strictObject({ kind: z.literal('lost-response'), ...calls, ...frequency }),
  /** A message that was deleted comes again; an event is delivered twice. */
  z.strictObject({ kind: z.literal('duplicate'), ...deliveries, ...frequency }),
  /** A message or event comes later. */
  z.strictObject({ kind: z.literal('delay'), ...deliveries, ...frequency, delayMs: milliseconds }),
  /** A function's environment ends while it runs, or after its work and before its answer. */
  z.strictObject({
    kind: z.literal('crash'),
    function: glob,
    when: z.enum(['before', 'after']).optional(),
    ...frequency,
  }),
]);

/** What goes wrong in a run. The same seed strikes the same calls again, counted for each fault by itself. */
export const faultPlan = z.strictObject({ seed: z.int().optional(), faults: z.array(fault) });

export type Fault = z.infer<typeof fault>;
export type FaultPlan = z.infer<typeof faultPlan>;
export type CallFault = Extract<Fault, { kind: 'throttle' | 'error' | 'latency' | 'timeout' | 'lost-response' }>;
