import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { jest } from '@jest/globals';
import type { LocalRuntime } from '../../support/local-runtime.ts';
import { rotateSecret } from '../rotate-secret.ts';
import type { Patience } from './patience.ts';
import type { Run } from './run.ts';

/** Rotations of the secrets of a release gate. Time stands still meanwhile: a rotation needs none. */
export class RotationRuns {
  readonly runs: readonly Run[];
  readonly #local: LocalRuntime;
  readonly #patience: Patience;
  readonly #secrets: SecretsManagerClient;
  readonly #left = new Set<string>();
  #failures = 0;

  private constructor(local: LocalRuntime, patience: Patience, outputs: Readonly<Record<string, string>>) {
    this.#local = local;
    this.#patience = patience;
    this.#secrets = new SecretsManagerClient(local.client);
    const run = (name: string, output: string): Run => ({ name, act: () => this.#rotate(outputs[output] ?? '') });
    this.runs = [
      run('the webhook secret is rotated', 'WebhookSecretArn'),
      run('the API tokens are rotated', 'ApiTokensSecretArn'),
    ];
    this.#countFailures();
  }

  static async of(local: LocalRuntime, patience: Patience): Promise<RotationRuns> {
    return new RotationRuns(local, patience, await local.outputs('storygate-dev-release-gate'));
  }

  /** Brings rotations that failed to their end, or they would go on by themselves in the midst of a later run. */
  async tidyUp(): Promise<void> {
    for (const secret of this.#left) await this.#rotate(secret);
  }

  async #rotate(secret: string): Promise<void> {
    const before = this.#failures;
    this.#left.add(secret);
    await rotateSecret(this.#secrets, secret, (what, probe) => {
      const ended = () => {
        if (this.#failures > before) throw new Error(`not seen: ${what}`);
        return probe();
      };
      return this.#patience.until(what, ended, { still: true });
    });
    this.#left.delete(secret);
    await this.#local.advance(1); // so that the next rotation has a time of its own
  }

  /** The runtime tells of a rotation that failed when it has come to rest, and it lacks what is being proved. */
  #countFailures(): void {
    const complain = console.error;
    jest.spyOn(console, 'error').mockImplementation((...words) => {
      if (String(words[0]).startsWith('The rotation of the secret')) this.#failures += 1;
      else complain(...words);
    });
  }
}
