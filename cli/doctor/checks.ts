import { alarmsAreQuiet } from './alarm-check.ts';
import { tokensAgree } from './api-check.ts';
import { deadLetterQueuesAreEmpty, relayIsTaking, webhookAnswers } from './callback-checks.ts';
import type { Check } from './check.ts';
import { rolesAreThere, stackIsWhole, userRoleWorks } from './deployment-checks.ts';
import { jiraBodyIsValid } from './jira-body-check.ts';
import { apiTokenIsSet, webhookSecretIsSet } from './secret-checks.ts';
import { bucketIsReadable } from './storage-check.ts';
import { nothingIsStuck } from './stuck-check.ts';

/** Everything that `storygate doctor` looks at, under the questions that people have. */
export const CHECKS: readonly { question: string; checks: readonly Check[] }[] = [
  {
    question: 'Is it deployed?',
    checks: [
      { name: 'Stack', run: stackIsWhole },
      { name: 'Roles', run: rolesAreThere },
      { name: 'User role', run: userRoleWorks },
      { name: 'Alarms', run: alarmsAreQuiet },
    ],
  },
  {
    question: 'Do callbacks arrive?',
    checks: [
      { name: 'Webhook secret', run: webhookSecretIsSet },
      { name: 'Webhook', run: webhookAnswers },
      { name: 'Jira body', run: jiraBodyIsValid },
      { name: 'Relay', run: relayIsTaking },
      { name: 'Dead letters', run: deadLetterQueuesAreEmpty },
    ],
  },
  { question: 'Stuck in WaitForCallback?', checks: [{ name: 'Waiting gates', run: nothingIsStuck }] },
  {
    question: 'Does a mock API return 401?',
    checks: [
      { name: 'API token', run: apiTokenIsSet },
      { name: 'Connections', run: tokensAgree },
    ],
  },
  { question: 'Is access to S3 denied?', checks: [{ name: 'Bucket', run: bucketIsReadable }] },
];
