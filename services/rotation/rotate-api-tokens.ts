import { EventBridgeClient, UpdateConnectionCommand } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { ApiTokens } from '../mock-apis/api-tokens.ts';
import { CLIENT_SETTINGS } from '../shared/client-settings.ts';
import { parseEnvironment, required } from '../shared/environment.ts';
import { lazy } from '../shared/lazy.ts';
import { openLog } from '../shared/log.ts';
import { generatedSecret } from './generated-secret.ts';
import { type Rotation, rotate } from './rotate.ts';

const Environment = z.object({ CONNECTION_NAMES: required('names of EventBridge connections, separated by commas') });

/**
 * The token of the mock APIs. They accept a new one as soon as it is in use; only then do the connections get it, one after
 * the other, and calls that one of them makes with the former token are let in too.
 */
export function apiTokensRotation(events: EventBridgeClient, connections: readonly string[]): Rotation<ApiTokens> {
  return {
    schema: ApiTokens,
    next: ({ token }) => ({ token: generatedSecret(), previous: token }),
    overlaps: (next, now) => [next.token, next.previous].includes(now.token),
    distribute: async ({ token }) => {
      for (const Name of connections) await events.send(new UpdateConnectionCommand({ Name, ...bearer(token) }));
    },
  };
}

/** As the template writes it into the connection. */
function bearer(token: string) {
  return {
    AuthorizationType: 'API_KEY' as const,
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: `Bearer ${token}` } },
  };
}

const services = lazy(() => {
  const { CONNECTION_NAMES } = parseEnvironment(Environment);
  return {
    client: new SecretsManagerClient(CLIENT_SETTINGS),
    rotation: apiTokensRotation(new EventBridgeClient(CLIENT_SETTINGS), CONNECTION_NAMES.split(',')),
    log: openLog(),
  };
});

/** Runs for each step of a rotation of the API tokens. */
export const handler = (event: unknown): Promise<void> => rotate(event, services());
