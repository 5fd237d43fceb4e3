import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { logGroup } from './log-group.ts';
import type { ServiceFunction } from './service-function.ts';

/**
 * Jira's bulk changes come in bursts of hundreds, everything else is people. A tenth of the 10,000 requests a second that all APIs of
 * an account share: what the queue takes easily, and a flood ends here, with 429 (which Jira retries), before it starves other APIs.
 */
const REQUESTS_PER_SECOND = 1_000;
const BURST = 2 * REQUESTS_PER_SECOND;
/** The stage that has no path of its own. */
const STAGE = '$default';

/** One JSON line a request. No header and no body: they carry secrets. */
const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  route: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
});

export interface LoggedHttpApiProps {
  config: Config;
  /** Physical name, and the last part of the access log's name. */
  name: string;
  description: string;
}

/** An HTTP API with an access log and a limit on requests. */
export class LoggedHttpApi extends Construct {
  /** `https://…`, without a slash at its end. */
  readonly endpoint: string;
  readonly #api: HttpApi;

  constructor(scope: Construct, id: string, { config, name, description }: LoggedHttpApiProps) {
    super(scope, id);
    this.#api = new HttpApi(this, 'Api', { apiName: name, description, createDefaultStage: false });
    this.endpoint = this.#api.apiEndpoint;
    new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, config, `/aws/apigateway/${name}`)),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
  }

  /** `POST path` calls the function (payload format 2.0). Only API Gateway, and only for this route, may call it so. */
  post(
    path: `/${string}`,
    service: ServiceFunction,
    access: IHttpRouteAuthorizer | { openBecause: string },
  ): PostRoute {
    const authorizer = 'openBecause' in access ? undefined : access;
    const [route] = this.#api.addRoutes({
      path,
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration(`Post${path.slice(1)}`, service.lambda),
      ...(authorizer && { authorizer }),
    });
    if (route === undefined) throw new TypeError(`no route was made for POST ${path}`);
    if ('openBecause' in access)
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: access.openBecause });
    return { url: `${this.endpoint}${path}`, arn: this.#api.arnForExecuteApi('POST', path, STAGE) };
  }
}

export interface PostRoute {
  url: string;
  /** For policies that let someone call it. */
  arn: string;
}
