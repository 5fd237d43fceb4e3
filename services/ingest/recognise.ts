import type { Actor, JiraFacts } from '../shared/callback.ts';
import { InvalidInputError, parseInput, showValue } from '../shared/parse.ts';
import { StoryKey } from '../shared/story-key.ts';
import {
  AutomationFormatBody,
  type ChangelogItem,
  type Decision,
  type IssueFields,
  type JiraUser,
  NativeBody,
  PostFunctionBody,
  type Recognised,
  ServiceManagementBody,
  SimpleBody,
} from './decision-bodies.ts';
import { commentText } from './jira-text.ts';

/** Native events that may carry a status change; a changelog may come with a create event. */
const NATIVE_EVENTS = new Set(['jira:issue_updated', 'jira:issue_created']);

/**
 * Tells by its shape what a body is. Throws `InvalidInputError` for a body of a known shape with wrong fields, and for
 * one of no known shape.
 */
export function recognise(body: unknown): Recognised {
  if (!isObject(body)) throw unknownShape(body);
  if (has(body, 'jiraStoryId')) return decided(fromSimple(body));
  if (has(body, 'webhookEvent')) return fromNative(body);
  if (has(body, 'transition') && has(body, 'issue')) return decided(fromPostFunction(body));
  if (has(body, 'issue')) return decided(fromServiceManagement(body));
  if (has(body, 'key') && has(body, 'fields')) return decided(fromAutomationFormat(body));
  throw unknownShape(body);
}

function fromSimple(body: object): Decision {
  const { jiraStoryId, status, message, callbackId, actor, timestamp } = parseInput(SimpleBody, body, 'request body');
  return {
    source: 'automation',
    story: jiraStoryId,
    outcome: status,
    actor: actorOf(typeof actor === 'string' ? { displayName: actor } : actor),
    message: message ?? '',
    ...(timestamp !== undefined && { decidedAt: timestamp }),
    jira: {},
    identity: callbackId ? { explicit: callbackId } : {},
  };
}

function fromNative(body: object): Recognised {
  const event = Reflect.get(body, 'webhookEvent');
  if (!NATIVE_EVENTS.has(String(event)))
    return { kind: 'ignored', reason: `the event ${showValue(event)} carries no decision` };
  const { changelog, ...rest } = parseInput(NativeBody, body, 'request body');
  const items = changelog?.items ?? [];
  const movedFrom = keyBefore(items, rest.issue.key);
  const decision = ofIssueEvent(rest);
  const known: Decision = {
    ...decision,
    source: 'native-webhook',
    identity: { ...decision.identity, ...(changelog?.id && { changelogId: changelog.id }) },
  };
  if (items.some(isStatus)) return decided(movedFrom ? { ...known, movedFrom } : known);
  if (movedFrom) return { kind: 'moved', decision: { ...known, movedFrom } };
  return { kind: 'ignored', reason: `${rest.issue.key} was changed, but not its status` };
}

/** A move to another project shows as a change of the field `Key`. The issue has its new key already. */
function keyBefore(items: readonly ChangelogItem[], now: Decision['story']): Decision['story'] | undefined {
  const item = items.find(({ field, fieldId }) => isNamed('key', field) || isNamed('issuekey', fieldId));
  const before = StoryKey.safeParse(item?.fromString);
  return before.success && before.data !== now ? before.data : undefined;
}

function fromPostFunction(body: object): Decision {
  const { transition, ...rest } = parseInput(PostFunctionBody, body, 'request body');
  const decision = ofIssueEvent(rest);
  const { statusCategory, status, ...jira } = decision.jira;
  return {
    ...decision,
    source: 'post-function',
    jira: {
      ...jira,
      status: transition.to_status,
      ...(transition.transitionName !== undefined && { transition: transition.transitionName }),
      // The issue is shown as it was before or after the transition; its category holds for the status that it shows.
      ...(statusCategory !== undefined && status === transition.to_status && { statusCategory }),
    },
  };
}

function fromServiceManagement(body: object): Decision {
  return { ...ofIssueEvent(parseInput(ServiceManagementBody, body, 'request body')), source: 'service-management' };
}

function fromAutomationFormat(body: object): Decision {
  const issue = parseInput(AutomationFormatBody, body, 'request body');
  return { ...ofIssueEvent({ issue }), source: 'automation-format' };
}

function ofIssueEvent(event: {
  issue: {
    id?: string | undefined;
    self?: string | undefined;
    key: Decision['story'];
    fields?: IssueFields | undefined;
  };
  user?: JiraUser | undefined;
  timestamp?: number | undefined;
  comment?: unknown;
}): Omit<Decision, 'source'> {
  const { issue, user, timestamp, comment } = event;
  return {
    story: issue.key,
    ...(issue.id !== undefined && { issueId: issue.id }),
    actor: actorOf(user),
    message: commentText(comment),
    ...(timestamp !== undefined && { decidedAt: timestamp }),
    jira: factsOf(issue.fields),
    identity: {
      ...(issue.fields?.updated !== undefined && { updated: String(issue.fields.updated) }),
      ...(issue.self !== undefined && { site: siteOf(issue.self) }),
    },
  };
}

/** Cloud identifies users by `accountId`, Data Center by `key` or `name`; Automation names nobody. */
function actorOf(user: JiraUser | { displayName: string } | undefined): Actor {
  const { accountId, key, name, displayName }: Partial<JiraUser> = user ?? {};
  const actorId = accountId ?? key ?? name;
  return { ...(actorId && { id: actorId }), displayName: displayName ?? name ?? 'Jira Automation' };
}

function factsOf(fields: IssueFields | undefined): JiraFacts {
  const facts = {
    status: fields?.status?.name,
    statusCategory: fields?.status?.statusCategory?.key,
    resolution: fields?.resolution?.name,
    issueType: fields?.issuetype?.name,
    summary: fields?.summary,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

/** The part of an issue's address that tells Jira sites apart. */
function siteOf(self: string): string {
  return URL.parse(self)?.host ?? self;
}

function decided(decision: Decision): Recognised {
  return { kind: 'decision', decision };
}

function unknownShape(body: unknown): InvalidInputError {
  return new InvalidInputError('request body', [
    {
      field: '',
      value: isObject(body) ? showMembers(body) : showValue(body),
      expectation:
        '{"jiraStoryId","status","message"}, a native Jira event (webhookEvent), a post-function (transition, issue), ' +
        'a service management event (issue) or the Automation format (key, fields)',
    },
  ]);
}

/** `{"a","b"}`: names only, as the values may be anything. */
function showMembers(body: object): string {
  return showValue(Object.keys(body)).replace(/^\[/, '{').replace(/\]$/, '}');
}

function isStatus({ field, fieldId }: ChangelogItem): boolean {
  return isNamed('status', field) || isNamed('status', fieldId);
}

function isNamed(wanted: string, name: string | undefined): boolean {
  return name?.toLowerCase() === wanted;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(body: object, field: string): boolean {
  return Object.hasOwn(body, field);
}
