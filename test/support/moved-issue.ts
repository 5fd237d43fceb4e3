import { postDecision, webhookSecret } from '../../cli/gates/post-decision.ts';
import type { Gate } from '../../cli/session.ts';

/** A native event that moves an issue, done or not. */
export function movedIssue(from: string, to: string, { done }: { done: boolean }): object {
  const status = done
    ? { name: 'Done', statusCategory: { key: 'done' } }
    : { name: 'In Review', statusCategory: { key: 'indeterminate' } };
  return {
    webhookEvent: 'jira:issue_updated',
    timestamp: Date.now(),
    user: { accountId: 'ada', displayName: 'Ada' },
    issue: { id: '1', key: to, fields: { status } },
    changelog: {
      id: `${from}-${to}`,
      items: [
        { field: 'Key', fromString: from, toString: to },
        ...(done ? [{ field: 'status', fromString: 'In Review', toString: 'Done' }] : []),
      ],
    },
  };
}

/** Tells the webhook that an issue has got another key, as Jira would. */
export async function moveIssue(gate: Gate, from: string, to: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await webhookSecret(gate)}` };
  await postDecision(gate, { headers, body: JSON.stringify(movedIssue(from, to, { done: false })) });
}
