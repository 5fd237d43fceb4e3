import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { durably } from '../gateway/durable.ts';
import { type JsonService, jsonService } from '../gateway/json-service.ts';
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
  readonly #store: SecretStore;

  constructor({ clock, database }: { clock: Pick<Clock, 'now'>; database: Database }) {
    this.#store = new SecretStore(clock, database);
    this.service = jsonService({
      name: 'secretsmanager',
      targetPrefix: 'secretsmanager',
      version: '1.1',
      actions: durably(database, secretActions({ store: this.#store, now: () => clock.now() })),
    });
  }

  /** Creates a secret or brings description and tags up to date; a value that it has stays. */
  putSecret({ name, description, secretString, tags = {} }: SecretDefinition): { arn: string } {
    const secret = this.#store.find(name) ?? this.#store.create(name, description, tags);
    this.#store.change(name, { description: description ?? null, tags: JSON.stringify(tags), deleted: null });
    if (secretString !== undefined && this.#store.versions(name).length === 0) {
      const text = typeof secretString === 'string' ? secretString : secretString();
      this.#store.addVersion(name, randomUUID(), { text, binary: null }, ['AWSCURRENT']);
    }
    return { arn: secret.arn };
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
