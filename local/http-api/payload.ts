import { ACCOUNT, REGION } from '../gateway/arn.ts';
import type { Principal } from '../iam/principal.ts';
import { sessionArn } from '../iam/principal-match.ts';
import type { ApiRequest } from './api-request.ts';
import type { StageDefinition } from './http-api.ts';
import type { JwtContext } from './jwt-authorizer.ts';
import type { MatchedRoute } from './route-match.ts';

/** Who signed the request, on routes with IAM authorization. */
export interface Signer {
  principal: Principal;
  accessKeyId: string;
}

/** Who calls, on routes that want to know. */
export interface Caller {
  signer?: Signer;
  jwt?: JwtContext;
}

/** The event of payload format 2.0 for a request. */
export function payload(
  request: ApiRequest,
  { route, pathParameters }: MatchedRoute,
  stage: StageDefinition,
  { signer, jwt }: Caller = {},
): object {
  const query = queryOf(request.rawQuery);
  const base64 = request.body.length > 0 && !isText(request.headers);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: request.rawPath,
    rawQueryString: request.rawQuery,
    ...(request.cookies.length > 0 ? { cookies: request.cookies } : {}),
    headers: request.headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: ACCOUNT,
      apiId: request.apiId,
      ...(signer ? { authorizer: { iam: iamContext(signer) } } : {}),
      ...(jwt ? { authorizer: { jwt } } : {}),
      domainName: domainName(request.apiId),
      domainPrefix: request.apiId,
      http: {
        method: request.method,
        path: request.rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: route.routeKey,
      stage: request.stage,
      time: commonLogTime(request.time),
      timeEpoch: request.time,
    },
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    ...(stage.variables && Object.keys(stage.variables).length > 0 ? { stageVariables: stage.variables } : {}),
    ...(request.body.length > 0 ? { body: request.body.toString(base64 ? 'base64' : 'utf8') } : {}),
    isBase64Encoded: base64,
  };
}

export function domainName(apiId: string): string {
  return `${apiId}.execute-api.${REGION}.amazonaws.com`;
}

/** `12/Mar/2026:19:03:58 +0000` */
export function commonLogTime(time: number): string {
  const [, day, month, year, clock] = /(\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** Bodies of these types are passed on as text, all others in base64: also forms, `…+json`, and bodies without a type. */
function isText(headers: Readonly<Record<string, string>>): boolean {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return false;
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return /^(text\/.+|application\/(json|javascript|xml))$/i.test(type.trim());
}

/** Decoded values, repeated ones joined by commas; undefined without a query. */
function queryOf(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === '') return undefined;
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery))
    query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  return query;
}

function iamContext({ principal, accessKeyId }: Signer) {
  const [userArn, userId] = identityOf(principal, accessKeyId);
  return {
    accessKey: accessKeyId,
    accountId: ACCOUNT,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId,
  };
}

function identityOf(principal: Principal, accessKeyId: string): [arn: string, id: string] {
  if (principal.kind === 'admin') return [principal.arn, accessKeyId];
  if (principal.kind === 'service') return [principal.service, principal.service];
  const { roleArn, sessionName } = principal;
  return [sessionArn(roleArn, sessionName), `AROA${accessKeyId.slice(4)}:${sessionName}`];
}
