import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import { rotateSecret } from '../rotate-secret.ts';
import type { Patience } from './patience.ts';
import type { Run } from './run.ts';

/** Rotations of the secrets of a release gate. Time stands still meanwhile: a rotation needs none. */
export async function rotationRuns(local: LocalRuntime, patience: Patience): Promise<Run[]> {
  const outputs = await local.outputs('storygate-dev-release-gate');
  const secrets = new SecretsManagerClient(local.client);
  const rotated = (output: string) => () =>
    rotateSecret(secrets, outputs[output] ?? '', async (what, probe) => {
      const rotated = await patience.until(what, probe, { still: true });
      await local.advance(1); // so that the next rotation has a time of its own
      return rotated;
    });
  return [
    { name: 'the webhook secret is rotated', act: rotated('WebhookSecretArn') },
    { name: 'the API tokens are rotated', act: rotated('ApiTokensSecretArn') },
  ];
}
