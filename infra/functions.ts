import { fileURLToPath } from 'node:url';

/** Root of the project, with a slash at its end. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where each function's bundle lies: `build/functions/<name>/index.mjs`. */
export const FUNCTIONS_DIRECTORY = `${PROJECT_ROOT}build/functions`;

/** Every function that deploys, by the name of its bundle, with the file that Lambda loads. In its stage it is `storygate-<stage>-<name>`. */
export const FUNCTION_ENTRIES = {
  'start-workflow': 'services/ingest/start-workflow.ts',
  'jira-webhook': 'services/ingest/jira-webhook.ts',
  'store-task-token': 'services/callback-relay/store-task-token.ts',
  relay: 'services/callback-relay/relay.ts',
  'close-wait': 'services/callback-relay/close-wait.ts',
  remind: 'services/callback-relay/remind.ts',
  'mock-apis': 'services/mock-apis/mock-apis.ts',
  'rotate-webhook-secret': 'services/rotation/rotate-webhook-secret.ts',
  'rotate-api-tokens': 'services/rotation/rotate-api-tokens.ts',
  outputs: 'services/outputs/outputs.ts',
  notify: 'services/notifications/notify.ts',
  'start-distribution': 'services/file-distribution/start-distribution.ts',
  'copy-file': 'services/file-distribution/copy-file.ts',
  'hello-world': 'services/message-record/hello-world.ts',
} as const;

export type FunctionName = keyof typeof FUNCTION_ENTRIES;
