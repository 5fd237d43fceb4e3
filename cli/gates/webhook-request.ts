import { createHmac, randomUUID } from 'node:crypto';

/** A decision as a person gives it. */
export interface HandDecision {
  story: string;
  verdict: 'approve' | 'reject';
  message: string;
  /** Who decides: a name, and the account id where approvers are told apart by it. */
  actor: { displayName: string; accountId?: string };
}

/** A request to the webhook, as Jira would send it. */
export interface WebhookRequest {
  headers: Record<string, string>;
  body: string;
}

/** Jira Automation's "Send web request" with the documented body and a bearer secret. */
export function automationRequest(decision: HandDecision, secret: string): WebhookRequest {
  const { story, verdict, message, actor } = decision;
  return {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({
      jiraStoryId: story,
      status: verdict === 'approve' ? 'success' : 'failure',
      message,
      actor,
      callbackId: `cli-${randomUUID()}`,
    }),
  };
}

/**
 * Jira's native webhook, signed over the bytes of its body. Whether its status approves is for the criteria of the stack.
 *
 * @param jira status and resolution to send; without them what the built-in criteria take for yes and no
 */
export function nativeRequest(
  decision: HandDecision,
  secret: string,
  now: Date,
  jira: { status?: string; resolution?: string } = {},
): WebhookRequest {
  const { story, verdict, message, actor } = decision;
  const { status = 'Done', resolution = verdict === 'approve' ? 'Done' : 'Declined' } = jira;
  const body = JSON.stringify({
    timestamp: now.getTime(),
    webhookEvent: 'jira:issue_updated',
    issue_event_type_name: 'issue_generic',
    user: actor,
    issue: {
      key: story,
      fields: { status: { name: status, statusCategory: { key: 'done' } }, resolution: { name: resolution } },
    },
    changelog: {
      id: String(now.getTime()),
      items: [{ field: 'status', fieldId: 'status', fromString: 'In Progress', toString: status }],
    },
    ...(message && { comment: { body: message } }),
  });
  return {
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      'x-atlassian-webhook-identifier': randomUUID(),
    },
    body,
  };
}
