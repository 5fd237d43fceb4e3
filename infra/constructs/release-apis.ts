import { SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiName, Config } from '../config.ts';
import { removalPolicy, resourceName } from '../naming.ts';
import { ApiConnection } from './api-connection.ts';
import { customerKey } from './customer-key.ts';
import { MockApis } from './mock-apis.ts';

/** A release API as the workflow calls it. */
export interface ReleaseApi {
  endpoint: string;
  connection: ApiConnection;
}

/** The three release APIs. Whether one is real or a mock is a matter of the configuration alone. */
export class ReleaseApis extends Construct {
  /** JSON `{"token":"…"}`: the bearer token of the mocks. */
  readonly tokens: Secret;
  readonly validation: ReleaseApi;
  readonly deployment: ReleaseApi;
  readonly notification: ReleaseApi;
  readonly #config: Config;
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
    Validations.of(this.tokens).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The connections take the token over when they are deployed: a rotation is a deployment, not a schedule.',
    });
    this.validation = this.#api('validation');
    this.deployment = this.#api('deployment');
    this.notification = this.#api('notification');
  }

  #api(name: ApiName): ReleaseApi {
    const real = this.#config.apis[name];
    if (real === 'mock')
      return { endpoint: this.#mock(name), connection: this.#connect(name, this.tokens.secretValueFromJson('token')) };
    const token = SecretValue.secretsManager(real.secretName, { jsonField: real.secretKey });
    return { endpoint: real.endpoint, connection: this.#connect(name, token) };
  }

  #mock(name: ApiName): string {
    this.#mocks ??= new MockApis(this, 'Mocks', { config: this.#config, tokens: this.tokens });
    return this.#mocks.serve(name);
  }

  #connect(name: ApiName, token: SecretValue): ApiConnection {
    return new ApiConnection(this, name, { connectionName: resourceName(this.#config, name), token });
  }
}
