import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { WebhookSecrets } from '../ingest/authenticate.ts';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { lazy } from '../shared/lazy.ts';
import { openLog } from '../shared/log.ts';
import { generatedSecret } from './generated-secret.ts';
import { type Rotation, rotate } from './rotate.ts';

/** What Jira signs with: it goes on with the former secret until a person gives it the new one. */
export const webhookSecretRotation: Rotation<WebhookSecrets> = {
  schema: WebhookSecrets,
  next: ({ current }) => ({ current: generatedSecret(), previous: current }),
  overlaps: (next, now) => [next.current, next.previous].includes(now.current),
};

const services = lazy(() => ({
  client: new SecretsManagerClient(CLIENT_SETTINGS),
  rotation: webhookSecretRotation,
  log: openLog(),
}));

/** Runs for each step of a rotation of the webhook secret. */
export const handler = (event: unknown): Promise<void> => rotate(event, services());
