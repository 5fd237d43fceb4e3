import { z } from 'zod';
import { NOTIFICATION_KINDS } from '../services/notifications/notification.ts';
import { text, wholeNumber } from './config-values.ts';

/** What a stage may be told about how it is run: who is told what, how deployments go, what guards the API. */

const yesOrNo = z.boolean({ error: 'true or false' });
const list = <Item extends z.ZodType>(item: Item, expected: string) => z.array(item, { error: expected }).default([]);
const emails = list(text(/^[^\s@,]+@[^\s@,]+$/, 'an e-mail address'), 'a list of e-mail addresses');

/** A Slack channel as Amazon Q Developer in chat applications (formerly AWS Chatbot) knows it. */
const slackSchema = z.strictObject(
  {
    workspaceId: text(/^T[A-Z0-9]{1,254}$/, 'the id of a Slack workspace, such as T0123ABCD'),
    channelId: text(/^[A-Z0-9]{1,254}$/, 'the id of a Slack channel, such as C0123ABCD'),
  },
  { error: '{"workspaceId": "T…", "channelId": "C…"}' },
);

const alarmsSchema = z.strictObject(
  {
    /** Each alarm costs 0.10 USD a month and metric. True for prod, false elsewhere unless told otherwise. */
    enabled: yesOrNo.optional(),
    emails,
    slack: slackSchema.optional(),
    /** Where `docs/operations.md` can be read; the description of each alarm links to its heading there. */
    runbook: text(/^\S{1,300}$/, 'a path or URL without spaces').default('docs/operations.md'),
  },
  { error: '{"enabled": true, "emails": […], "slack": {…}}' },
);

const kind = z.enum(NOTIFICATION_KINDS, { error: `one of ${NOTIFICATION_KINDS.join(', ')}` });
const project = text(/^[A-Z][A-Z0-9_]{1,254}$/, 'a Jira project key such as PROJ');
const subscriptionSchema = z.strictObject(
  {
    protocol: z.enum(['email', 'https', 'sqs', 'lambda'], { error: 'email, https, sqs or lambda' }),
    endpoint: text(/^\S{1,2048}$/, 'an e-mail address, a URL or an ARN'),
    /** Only these kinds. Default: all. */
    kinds: list(kind, `a list of ${NOTIFICATION_KINDS.join(', ')}`),
    /** Only stories of these Jira projects. Default: all. */
    projects: list(project, 'a list of Jira project keys'),
  },
  { error: '{"protocol": "email", "endpoint": "…", "kinds": […], "projects": […]}' },
);

const rolloutSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('all-at-once') }),
    z.strictObject({
      /** `canary`: the percentage first, the rest after the interval. `linear`: the percentage again after each interval. */
      type: z.enum(['canary', 'linear']),
      percentage: wholeNumber(1, 99).default(10),
      intervalMinutes: wholeNumber(1, 2100).default(10),
    }),
  ],
  { error: '{"type": "all-at-once"} or {"type": "canary" or "linear", "percentage": 10, "intervalMinutes": 10}' },
);

const ARN = (service: string) => new RegExp(`^arn:[\\w-]+:${service}:[\\w-]+:\\d{12}:\\S+$`);
const domainSchema = z.strictObject(
  {
    name: text(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'a domain name such as gates.example.com'),
    certificateArn: text(ARN('acm'), 'the ARN of a certificate in the same region'),
  },
  { error: '{"name": "gates.example.com", "certificateArn": "arn:aws:acm:…"}' },
);
const jwtSchema = z.strictObject(
  {
    /** `http://127.0.0.1` is for the local run alone: API Gateway asks issuers over TLS. */
    issuer: text(
      /^(https:\/\/\S+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/\S*)?)$/,
      'a URL that starts with https:// (for a local run, http://127.0.0.1:<port>)',
    ),
    audience: z
      .array(text(/^\S+$/, 'a client id'), { error: 'a list of client ids' })
      .min(1, { error: 'at least one client id: a token for anyone is a token for no one' }),
    /** Of these, a token must have one. Empty: any token of the issuer for the audience will do. */
    scopes: list(text(/^[!#-[\]-~]+$/, 'a scope such as gates/start'), 'a list of scopes'),
  },
  { error: '{"issuer": "https://…", "audience": ["…"], "scopes": ["…"]}' },
);
const addressRange = z.union([z.cidrv4(), z.cidrv6()], { error: 'an address range such as 203.0.113.0/24' });
const apiSchema = z.strictObject(
  {
    /** Addresses that may call the webhook. Empty: any, since the signature is what authenticates. */
    allowedAddresses: list(addressRange, 'a list of address ranges'),
    domain: domainSchema.optional(),
    /** Who may start workflows over HTTP. Without it: IAM. */
    jwt: jwtSchema.optional(),
  },
  { error: '{"allowedAddresses": […], "domain": {…}, "jwt": {…}}' },
);

const days = { error: '"never" or a whole number of days from 1 to 1000' };
const rotationInterval = z.union([z.literal('never'), z.number(days).int(days).min(1, days).max(1000, days)], days);
const rotationSchema = z.strictObject(
  {
    /** Jira holds the other half: each time, a person has to give it the new secret before the next rotation. */
    webhookSecretDays: rotationInterval.default('never'),
    /** Of the mock APIs. Nobody has to do anything. */
    apiTokensDays: rotationInterval.default(90),
  },
  { error: '{"webhookSecretDays": "never", "apiTokensDays": 90}' },
);

const tagText = (most: number) =>
  text(new RegExp(`^[\\p{L}\\p{N} _.:/=+@-]{1,${most}}$`, 'u'), `1 to ${most} characters`);

/** The fields that `storygate.config.json` has for operation. */
export const operationSettings = {
  alarms: alarmsSchema.prefault({}),
  notifications: list(subscriptionSchema, 'a list of subscriptions'),
  /** Whether the stage has a dashboard: 3 USD a month, the first three of an account are free. As `alarms.enabled` unless told. */
  dashboard: yesOrNo.optional(),
  /** How the `live` alias moves to a new version. A failure alarm that goes off meanwhile takes it back. */
  rollout: rolloutSchema.default({ type: 'all-at-once' }),
  api: apiSchema.prefault({}),
  /** Whether people with the user role may answer gates and send dead letters again. False for prod, true elsewhere unless told. */
  usersMayDecide: yesOrNo.optional(),
  /** How often secrets are rotated by themselves, in days. At any time: `aws secretsmanager rotate-secret`. */
  rotation: rotationSchema.prefault({}),
  /** Whether data is encrypted with a key of its own (1 USD a month and its calls) instead of the keys of AWS. */
  customerKey: yesOrNo.default(false),
  /** Tags of every resource besides `application`, `stage` and `gate`: for cost allocation. */
  tags: z.record(tagText(128), tagText(256), { error: '{"cost-center": "…"}' }).default({}),
};
