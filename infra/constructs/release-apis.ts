import { SecretValue } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiName, Config } from '../config.ts';
import { removalPolicy, resourceName } from '../naming.ts';
import { ApiConnection } from './api-connection.ts';
import { customerKey } from './customer-key.ts';
import { MockApis } from './mock-apis.ts';
import { rotatedByHand, SecretRotation } from './secret-rotation.ts';

/** A release API as the workflow calls it. */
export interface ReleaseApi {
  endpoint: string;
  connection: ApiConnection;
}

/** The three release APIs. Whether one is real or a mock is a matter of the configuration alone. */
export class ReleaseApis extends Construct {
  /** JSON `{"token":"…","previous":"…"}`: bearer tokens of the mocks, which accept both. */
  readonly tokens: Secret;
  readonly validation: ReleaseApi;
  readonly deployment: ReleaseApi;
  readonly notification: ReleaseApi;
  readonly #config: Config;
  /** The connections to mocks. */
  readonly #mocked: ApiConnection[] = [];
  #mocks: MockApis | undefined;

  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    this.#config = config;
    const key = customerKey(this, config);
    this.tokens = new Secret(this, 'Tokens', {
      description: `Bearer token of the mock APIs of Storygate ${config.stage}`,
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'token',
        passwordLength: 48,
        excludePunctuation: true,
      },
      ...(key && { encryptionKey: key }),
      removalPolicy: removalPolicy(config),
    });
    this.validation = this.#api('validation');
    this.deployment = this.#api('deployment');
    this.notification = this.#api('notification');
    if (this.#mocked.length > 0) this.#rotate();
    else rotatedByHand(this.tokens, 'No mock is left that would check it.');
  }

  #api(name: ApiName): ReleaseApi {
    const real = this.#config.apis[name];
    if (real === 'mock') {
      const connection = this.#connect(name, this.tokens.secretValueFromJson('token'));
      this.#mocked.push(connection);
      return { endpoint: this.#mock(name), connection };
    }
    const token = SecretValue.secretsManager(real.secretName, { jsonField: real.secretKey });
    return { endpoint: real.endpoint, connection: this.#connect(name, token) };
  }

  #mock(name: ApiName): string {
    this.#mocks ??= new MockApis(this, 'Mocks', { config: this.#config, tokens: this.tokens });
    return this.#mocks.serve(name);
  }

  /** The connections keep what the token was when they were made; a rotation has to bring them the new one. */
  #rotate(): void {
    const { service } = new SecretRotation(this, 'Rotation', {
      config: this.#config,
      secret: this.tokens,
      everyDays: this.#config.rotation.apiTokensDays,
      service: {
        name: 'rotate-api-tokens',
        description: 'Gives the mock APIs and the connections to them a new token',
        environment: { CONNECTION_NAMES: this.#mocked.map(({ name }) => name).join(',') },
        failureMeaning:
          'The token of the mock APIs was not rotated, or not brought to all connections: both tokens go on working.',
      },
    });
    service.allow({
      actions: ['events:UpdateConnection'],
      resources: this.#mocked.map(({ arnForPolicy }) => arnForPolicy),
    });
    // EventBridge writes the secret of a connection on behalf of who updates it.
    service.allow({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'],
      resources: this.#mocked.map(({ secretArn }) => secretArn),
    });
  }

  #connect(name: ApiName, token: SecretValue): ApiConnection {
    return new ApiConnection(this, name, { connectionName: resourceName(this.#config, name), token });
  }
}
