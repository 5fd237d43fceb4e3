import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/** What only the running execution knows; everything else in the records below is literal. */
export interface WaitingExecution {
  story: string;
  name: string;
  arn: string;
  token: string;
  startedAt: string;
}

/**
 * `WAIT#` as the first version of the table wrote it: no count of attempts, no quorum, no approvers, no votes, no story of
 * the callback, and no `EXECUTION#` note beside it.
 */
export function firstWait({ story, name, arn, token, startedAt }: WaitingExecution, more: Item = {}): Item {
  return {
    jiraStoryId: { S: story },
    recordId: { S: `WAIT#${name}` },
    executionName: { S: name },
    executionArn: { S: arn },
    taskToken: { S: token },
    startedAt: { S: startedAt },
    admitsFrom: { S: startedAt },
    waitingSince: { S: startedAt },
    expiresAt: { S: '2099-01-01T00:00:00.000Z' },
    status: { S: 'WAITING' },
    pendingShard: { S: 'pending#3' },
    ttl: { N: '4070995200' },
    ...more,
  };
}

/** How the first version marked a wait that a callback had claimed. */
export function firstClaim(wait: Item, callbackId: string, answeredAt: string): Item {
  const { pendingShard: _, ...claimed } = wait;
  return {
    ...claimed,
    status: { S: 'ANSWERED' },
    callbackId: { S: callbackId },
    outcome: { S: 'success' },
    actor: { M: { displayName: { S: 'Ada' } } },
    message: { S: 'ship it' },
    answeredAt: { S: answeredAt },
  };
}

/** `CALLBACK#` as the first version recorded it: no revision, and before its end neither answers nor answered. */
export function firstCallback(story: string, callbackId: string, receivedAt: string, more: Item = {}): Item {
  return {
    jiraStoryId: { S: story },
    recordId: { S: `CALLBACK#${callbackId}` },
    schemaVersion: { N: '1' },
    callbackId: { S: callbackId },
    outcome: { S: 'success' },
    actor: { M: { id: { S: 'ada' }, displayName: { S: 'Ada' } } },
    message: { S: 'ship it' },
    source: { S: 'automation' },
    receivedAt: { S: receivedAt },
    decidedAt: { S: receivedAt },
    jira: { M: { status: { S: 'Done' } } },
    disposition: { S: 'ACCEPTED' },
    ttl: { N: '4070995200' },
    ...more,
  };
}

/** The end of a callback that answered one execution: `answered` was a set. */
export function firstEnd(execution: string, finishedAt: string): Item {
  return {
    disposition: { S: 'RELAYED' },
    answered: { SS: [execution] },
    answers: { L: [{ M: { executionName: { S: execution }, result: { S: 'RELAYED' } } }] },
    finishedAt: { S: finishedAt },
  };
}
