import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ApiName, Config } from '../config.ts';
import { resourceName } from '../naming.ts';
import { LoggedHttpApi } from './http-api.ts';
import { INTERACTIVE_TIMEOUT, ServiceFunction } from './service-function.ts';

export interface MockApisProps {
  config: Config;
  tokens: Secret;
}

/** The release APIs for a stage that has no real ones, as an HTTP API of their own: called in no other way than real ones. */
export class MockApis extends Construct {
  readonly #api: LoggedHttpApi;
  readonly #service: ServiceFunction;

  constructor(scope: Construct, id: string, { config, tokens }: MockApisProps) {
    super(scope, id);
    this.#api = new LoggedHttpApi(this, 'Api', {
      config,
      name: resourceName(config, 'mock-apis'),
      description: 'Stands for the validation, deployment and notification APIs',
    });
    this.#service = new ServiceFunction(this, 'MockApis', {
      config,
      name: 'mock-apis',
      description: 'Answers as the release APIs would',
      timeout: INTERACTIVE_TIMEOUT,
      environment: { API_TOKENS_SECRET_ARN: tokens.secretArn },
    });
    this.#service.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [tokens.secretArn] });
  }

  /** Serves one of the APIs. @returns its URL */
  serve(api: ApiName): string {
    const openBecause = 'The function checks the bearer token, as the real API would.';
    return this.#api.post(`/${api}`, this.#service, { openBecause }).url;
  }
}
