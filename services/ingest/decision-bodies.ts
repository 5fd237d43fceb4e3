import * as z from 'zod/mini';
import { type Actor, CallbackId, type CallbackSource, type JiraFacts } from '../shared/callback.ts';
import { StoryKey } from '../shared/story-key.ts';

/** What one body says, brought into one form; the criteria have not been applied yet. */
export interface Decision {
  source: CallbackSource;
  story: StoryKey;
  /** Set where the body itself decides; otherwise the criteria do. */
  outcome?: 'success' | 'failure';
  issueId?: string;
  actor: Actor;
  message: string;
  /** Jira's own time of the event, epoch milliseconds. */
  decidedAt?: number;
  jira: JiraFacts;
  /** The key before this event, if the event has moved the issue. */
  movedFrom?: StoryKey;
  /** Identity that the body itself carries; see `callback-identity.ts`. */
  identity: { explicit?: string; changelogId?: string; updated?: string; site?: string };
}

/** What a request body turned out to be. */
export type Recognised =
  | { kind: 'decision'; decision: Decision }
  /** The issue has another key, and its status is as it was. */
  | { kind: 'moved'; decision: Decision & { movedFrom: StoryKey } }
  | { kind: 'ignored'; reason: string };

const id = z.pipe(z.union([z.string(), z.number()]), z.transform(String));
/** Fields beside the decision: one of an unexpected kind is left out, since it must not cost the decision. */
const lenient = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.optional(schema), undefined);

const User = z.looseObject({
  accountId: lenient(z.string()),
  displayName: lenient(z.string()),
  name: lenient(z.string()),
  key: lenient(z.string()),
});

const Fields = z.looseObject({
  summary: lenient(z.string()),
  status: lenient(
    z.looseObject({ name: lenient(z.string()), statusCategory: lenient(z.looseObject({ key: lenient(z.string()) })) }),
  ),
  resolution: lenient(z.looseObject({ name: lenient(z.string()) })),
  issuetype: lenient(z.looseObject({ name: lenient(z.string()) })),
  updated: lenient(z.union([z.string(), z.number()])),
});

const Issue = z.looseObject(
  { id: lenient(id), self: lenient(z.string()), key: StoryKey, fields: lenient(Fields) },
  'an issue with its key',
);

/** An item's `toString` is not read: the issue has its new values, and where it is missing it is Object.prototype's. */
const ChangelogItem = z.looseObject({
  field: lenient(z.string()),
  fieldId: lenient(z.string()),
  fromString: lenient(z.string()),
});
export type ChangelogItem = z.infer<typeof ChangelogItem>;

const event = {
  issue: Issue,
  user: lenient(User),
  timestamp: lenient(z.number()),
  comment: z.catch(z.unknown(), undefined),
};

/** Automation "Send web request" with custom data: the documented body. */
export const SimpleBody = z.looseObject({
  jiraStoryId: StoryKey,
  status: z.pipe(
    z.string('success or failure').check(z.trim(), z.toLowerCase()),
    z.enum(['success', 'failure'], 'success or failure'),
  ),
  message: z._default(z.nullable(z.string('text')), ''),
  callbackId: z.optional(CallbackId),
  actor: lenient(z.union([z.string(), User])),
  timestamp: lenient(z.number()),
});

/** Native webhook, Cloud and Data Center. */
export const NativeBody = z.looseObject({
  ...event,
  webhookEvent: z.string(),
  changelog: lenient(z.looseObject({ id: lenient(id), items: lenient(z.array(ChangelogItem)) })),
});

/** Workflow post-function "Trigger webhook". */
export const PostFunctionBody = z.looseObject({
  ...event,
  transition: z.looseObject({ transitionName: lenient(z.string()), to_status: z.string('the name of the new status') }),
});

/** Jira Service Management, legacy automation. */
export const ServiceManagementBody = z.looseObject(event);

/** Automation "Send web request", "Automation format". */
export const AutomationFormatBody = z.looseObject({
  id: lenient(id),
  self: lenient(z.string()),
  key: StoryKey,
  fields: Fields,
});

export type IssueFields = z.infer<typeof Fields>;
export type JiraUser = z.infer<typeof User>;
