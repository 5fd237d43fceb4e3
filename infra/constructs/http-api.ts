import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  CfnStage,
  DomainName,
  EndpointType,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { httpApiAlarms } from './http-api-alarms.ts';
import { logGroup } from './log-group.ts';
import type { ServiceFunction } from './service-function.ts';

/** How many requests a route lets through; what is more gets 429, which callers may repeat. */
export interface Throttle {
  requestsPerSecond: number;
  burst: number;
}

/** For routes that say nothing else. All APIs of an account share 10,000 requests a second: a flood must end before it starves others. */
const DEFAULT_THROTTLE: Throttle = { requestsPerSecond: 100, burst: 200 };
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

/** Who may call a route. */
export interface RouteAccess {
  authorizer: IHttpRouteAuthorizer;
  /** A token must have one of them, if there are any. */
  authorizationScopes?: string[];
}

export interface LoggedHttpApiProps {
  config: Config;
  /** Physical name, and the last part of the access log's name. */
  name: string;
  description: string;
  /** Where it is reached instead of its generated address, which then answers no more. */
  domain?: Config['api']['domain'];
}

/** An HTTP API with an access log and a limit on requests. */
export class LoggedHttpApi extends Construct {
  /** `https://…`, without a slash at its end. */
  readonly endpoint: string;
  /** What the DNS record of its domain has to point at. */
  readonly domainTarget: string | undefined;
  readonly #api: HttpApi;
  readonly #stage: CfnStage;
  readonly #throttles: Record<string, object> = {};

  constructor(scope: Construct, id: string, props: LoggedHttpApiProps) {
    super(scope, id);
    const { config, name, description } = props;
    const domain = this.#domain(props);
    this.#api = new HttpApi(this, 'Api', {
      apiName: name,
      description,
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
    });
    this.endpoint = props.domain ? `https://${props.domain.name}` : this.#api.apiEndpoint;
    this.domainTarget = domain?.regionalDomainName;
    const accessLog = logGroup(this, config, `/aws/apigateway/${name}`);
    httpApiAlarms(this, { config, name, description, api: this.#api, accessLog });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: DEFAULT_THROTTLE.requestsPerSecond, burstLimit: DEFAULT_THROTTLE.burst },
      ...(domain && { domainMapping: { domainName: domain } }),
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    if (!(stage.node.defaultChild instanceof CfnStage))
      throw new TypeError('an HttpStage is no longer made of a CfnStage');
    this.#stage = stage.node.defaultChild;
  }

  #domain({ domain }: LoggedHttpApiProps): DomainName | undefined {
    if (!domain) return undefined;
    return new DomainName(this, 'Domain', {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
  }

  /** `POST path` calls the function (payload format 2.0). Only API Gateway, and only for this route, may call it so. */
  post(
    path: `/${string}`,
    service: ServiceFunction,
    access: RouteAccess | { openBecause: string },
    throttle = DEFAULT_THROTTLE,
  ): PostRoute {
    const guarded = 'openBecause' in access ? {} : access;
    const [route] = this.#api.addRoutes({
      path,
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration(`Post${path.slice(1)}`, service.live),
      ...guarded,
    });
    if (route === undefined) throw new TypeError(`no route was made for POST ${path}`);
    this.#throttle(path, route, throttle);
    if ('openBecause' in access)
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: access.openBecause });
    return { url: `${this.endpoint}${path}`, arn: this.#api.arnForExecuteApi('POST', path, STAGE) };
  }

  #throttle(path: string, route: HttpRoute, { requestsPerSecond, burst }: Throttle): void {
    this.#throttles[`POST ${path}`] = { ThrottlingRateLimit: requestsPerSecond, ThrottlingBurstLimit: burst };
    this.#stage.routeSettings = this.#throttles;
    if (!(route.node.defaultChild instanceof CfnRoute))
      throw new TypeError('an HttpRoute is no longer made of a CfnRoute');
    this.#stage.addResourceDependency(route.node.defaultChild); // a stage may only name routes that are there
  }
}

export interface PostRoute {
  url: string;
  /** For policies that let someone call it. */
  arn: string;
}
