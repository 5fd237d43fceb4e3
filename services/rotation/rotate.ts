import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { errorFacts, type Log } from '../shared/log.ts';
import { parseInput } from '../shared/parse.ts';
import { type SecretVersions, secretVersions } from './secret-versions.ts';

/** What Secrets Manager calls a rotation function with, four times a rotation. */
const RotationEvent = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret'], 'a step of a rotation'),
  SecretId: z.string('the ARN of the secret'),
  ClientRequestToken: z.string('the id of the new version'),
});
type Step = z.infer<typeof RotationEvent>['Step'];

/** How one kind of secret is rotated with an overlap: what was valid before stays valid until the next rotation. */
export interface Rotation<Value extends object> {
  schema: z.ZodMiniType<Value>;
  /** The value that follows; it keeps what is valid now as its former one. */
  next(value: Value): Value;
  /** Whether those who hold what is valid now are let in by the next value too. */
  overlaps(next: Value, now: Value): boolean;
  /** Hands a value to those who use it and cannot ask for it. May be repeated. */
  distribute?(value: Value): Promise<void>;
}

export interface RotationServices<Value extends object> {
  client: SecretsManagerClient;
  rotation: Rotation<Value>;
  log: Log;
}

/** A rotation that cannot go on. */
export class RotationError extends Error {
  override readonly name = 'RotationError';
}

/**
 * One step of a rotation. Each may be repeated: Secrets Manager begins a rotation that failed again from its first step.
 * @param event Secrets Manager's
 * @throws RotationError, InvalidInputError or what an SDK call threw; none shows a secret
 */
export async function rotate<Value extends object>(event: unknown, services: RotationServices<Value>): Promise<void> {
  const { Step: step, SecretId, ClientRequestToken: version } = parseInput(RotationEvent, event, 'rotation event');
  const log = services.log.child({ step, secret: SecretId, version });
  try {
    await STEPS[step](new Versions(secretVersions(services.client, SecretId), services.rotation, version));
    log.info('rotation step done');
  } catch (error) {
    log.error('rotation step failed', errorFacts(error));
    throw error;
  }
}

const STEPS: Readonly<Record<Step, <Value extends object>(versions: Versions<Value>) => Promise<void>>> = {
  createSecret: (versions) => versions.create(),
  // Those who verify read the secret themselves, the version in use: there is nobody to tell yet.
  setSecret: async () => {},
  testSecret: (versions) => versions.test(),
  finishSecret: (versions) => versions.finish(),
};

/** The version in use and the one that is being made. */
class Versions<Value extends object> {
  readonly #secret: SecretVersions;
  readonly #rotation: Rotation<Value>;
  readonly #version: string;

  constructor(secret: SecretVersions, rotation: Rotation<Value>, version: string) {
    this.#secret = secret;
    this.#rotation = rotation;
    this.#version = version;
  }

  async create(): Promise<void> {
    if (await this.#isInUse()) return;
    const members = await this.#secret.current();
    const value = this.#parse(members);
    // A rotation may have broken off after its version came to use: then some still hold the one before, which this one forgets.
    await this.#rotation.distribute?.(value);
    if (await this.#secret.pending(this.#version)) return;
    await this.#secret.put(this.#version, { ...members, ...this.#rotation.next(value) });
  }

  async test(): Promise<void> {
    if (await this.#isInUse()) return;
    const made = await this.#secret.pending(this.#version);
    if (!made) throw new RotationError(`version ${this.#version} has no value: createSecret comes first`);
    if (!this.#rotation.overlaps(this.#parse(made), this.#parse(await this.#secret.current())))
      throw new RotationError(
        `version ${this.#version} does not keep what is valid now: it would lock out all who use it; take AWSPENDING off it and rotate again`,
      );
  }

  async finish(): Promise<void> {
    const inUse = await this.#secret.at('AWSCURRENT');
    if (inUse !== this.#version) await this.#secret.promote(this.#version, inUse);
    await this.#rotation.distribute?.(this.#parse(await this.#secret.current()));
  }

  async #isInUse(): Promise<boolean> {
    return (await this.#secret.at('AWSCURRENT')) === this.#version;
  }

  #parse(members: object): Value {
    return parseInput(this.#rotation.schema, members, 'the secret', { showValues: false });
  }
}
