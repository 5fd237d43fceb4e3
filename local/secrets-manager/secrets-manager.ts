import { randomUUID } from 'node:crypto';
import { durably } from '../gateway/durable.ts';
import { type JsonService, jsonService } from '../gateway/json-service.ts';
import { rotationActions } from './rotation-actions.ts';
import { rotationRules } from './rotation-rules.ts';
import { Rotations, type RotationsOptions } from './rotations.ts';
import { secretActions } from './secret-actions.ts';
import { secretRow, versionOf } from './secret-lookup.ts';
import { SecretStore } from './secret-store.ts';

/** What CloudFormation knows of a secret. */
export interface SecretDefinition {
  name: string;
  description?: string | undefined;
  /** The first value. A function is called only when the secret has no value yet. */
  secretString?: string | (() => string) | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
}

/** Secrets Manager. */
export class SecretsManager {
  readonly service: JsonService;
  readonly #now: () => number;
  readonly #store: SecretStore;
  readonly #rotations: Rotations;

  constructor(options: RotationsOptions) {
    const { clock, database } = options;
    this.#now = () => clock.now();
    this.#store = new SecretStore(clock, database);
    this.#rotations = new Rotations(this.#store, options);
    const secrets = { store: this.#store, rotations: this.#rotations, now: this.#now };
    this.service = jsonService({
      name: 'secretsmanager',
      targetPrefix: 'secretsmanager',
      version: '1.1',
      actions: durably(database, { ...secretActions(secrets), ...rotationActions(secrets) }),
    });
  }

  /** Creates a secret or brings description and tags up to date; a value that it has stays. */
  putSecret({ name, description, secretString, tags = {} }: SecretDefinition): { arn: string } {
    const now = this.#now();
    const secret = this.#store.find(name) ?? this.#store.create(name, description, tags, now);
    this.#store.change(name, { description: description ?? null, tags: JSON.stringify(tags), deleted: null }, now);
    if (secretString !== undefined && this.#store.versions(name).length === 0) {
      const text = typeof secretString === 'string' ? secretString : secretString();
      this.#store.addVersion(name, randomUUID(), { text, binary: null }, ['AWSCURRENT'], now);
    }
    return { arn: secret.arn };
  }

  /** Replaces the value of a secret, unless it is the same. */
  setValue(secretId: string, text: string): void {
    const { name } = secretRow(this.#store, secretId, 'PutSecretValue');
    const current = this.#store.versions(name).find(({ stages }) => stages.includes('AWSCURRENT'));
    if (current?.text === text) return;
    this.#store.addVersion(name, randomUUID(), { text, binary: null }, ['AWSCURRENT'], this.#now());
  }

  /**
   * Sets how a secret is rotated (`AWS::SecretsManager::RotationSchedule`).
   * @throws AwsError when the secret does not exist or Secrets Manager may not call the function
   */
  putRotation({ secretId, functionArn, rules }: { secretId: string; functionArn: string; rules?: unknown }): void {
    this.#rotations.configure(secretRow(this.#store, secretId, 'RotateSecret'), functionArn, rotationRules(rules));
  }

  /** Takes up rotations that are due or were broken off. Call it when the stacks are provisioned. */
  start(): void {
    this.#rotations.start();
  }

  close(): void {
    this.#rotations.close();
  }

  /**
   * The current value of a secret, for what the runtime itself resolves: dynamic references and connections.
   * @param secretId name or ARN
   * @throws AwsError ResourceNotFoundException
   */
  value(secretId: string): string {
    const { name } = secretRow(this.#store, secretId, 'GetSecretValue');
    return versionOf(this.#store.versions(name)).text ?? '';
  }
}
