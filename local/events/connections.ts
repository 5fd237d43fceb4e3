import { createHash } from 'node:crypto';
import { z } from 'zod';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Iam, Principal } from '../iam/principal.ts';

/** The part of Secrets Manager that connections need. */
export interface SecretStore {
  putSecret(secret: {
    name: string;
    description?: string;
    secretString?: string | (() => string);
  }): { arn: string } | Promise<{ arn: string }>;
  /** Replaces the value of a secret, unless it is the same. */
  setValue(secretId: string, text: string): void;
}

export interface ConnectionDefinition {
  name: string;
  description?: string;
  /** `API_KEY` or `BASIC`. */
  authorizationType: string;
  /** `AuthParameters` as CloudFormation spells them, dynamic references resolved: it holds secrets. */
  parameters: object;
}

/** What an HTTP task adds to its request. */
export interface ConnectionCredentials {
  headers: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown>;
}

export interface Connection {
  name: string;
  description?: string;
  arn: string;
  secretArn: string;
  authorizationType: string;
  /** Epoch milliseconds. */
  createdAt: number;
  modifiedAt: number;
  credentials: ConnectionCredentials;
}

const parameter = z.object({ Key: z.string(), Value: z.string().default('') });
const authParameters = z.object({
  ApiKeyAuthParameters: z.object({ ApiKeyName: z.string(), ApiKeyValue: z.string() }).optional(),
  BasicAuthParameters: z.object({ Username: z.string(), Password: z.string() }).optional(),
  InvocationHttpParameters: z
    .object({
      HeaderParameters: z.array(parameter).default([]),
      QueryStringParameters: z.array(parameter).default([]),
      BodyParameters: z.array(parameter).default([]),
    })
    .optional(),
});

type AuthParameters = z.infer<typeof authParameters>;

/** Connections: the credentials of HTTP APIs outside, each kept in a secret of its own as on AWS. */
export class Connections {
  readonly #options: { iam: Iam; secrets: SecretStore; now: () => number };
  readonly #connections = new Map<string, Connection>();

  constructor(options: { iam: Iam; secrets: SecretStore; now: () => number }) {
    this.#options = options;
  }

  /** @throws AwsError `ValidationException` naming what is missing, without any secret value */
  async put(definition: ConnectionDefinition): Promise<{ arn: string; secretArn: string }> {
    const { name, description, authorizationType } = definition;
    const parameters = parse(definition);
    const credentials = credentialsOf(name, authorizationType, parameters);
    const id = `${name}/${uuidOf(name)}`;
    const secret = await this.#options.secrets.putSecret({
      name: `events!connection/${id}`,
      description: `Authorization of the connection ${name}`,
      secretString: secretOf(parameters),
    });
    this.#options.secrets.setValue(secret.arn, secretOf(parameters));
    const arn = localArn('events', `connection/${id}`);
    const now = this.#options.now();
    this.#connections.set(arn, {
      name,
      ...(description === undefined ? {} : { description }),
      arn,
      secretArn: secret.arn,
      authorizationType,
      createdAt: this.#connections.get(arn)?.createdAt ?? now,
      modifiedAt: now,
      credentials,
    });
    return { arn, secretArn: secret.arn };
  }

  /** @throws AwsError `ResourceNotFoundException` */
  get(nameOrArn: string): Connection {
    const connection = this.list().find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
    if (connection) return connection;
    throw new AwsError('ResourceNotFoundException', `Connection ${nameOrArn} does not exist.`);
  }

  list(): Connection[] {
    return [...this.#connections.values()];
  }

  /**
   * The credentials of a connection, for a caller that may have them.
   * @throws AwsError without `events:RetrieveConnectionCredentials` on the connection or access to its secret
   */
  credentials(connectionArn: string, principal: Principal): ConnectionCredentials {
    this.#options.iam.authorize(principal, [
      { action: 'events:RetrieveConnectionCredentials', resource: connectionArn },
    ]);
    const { secretArn, credentials } = this.get(connectionArn);
    this.#options.iam.authorize(principal, [
      { action: 'secretsmanager:GetSecretValue', resource: secretArn },
      { action: 'secretsmanager:DescribeSecret', resource: secretArn },
    ]);
    return credentials;
  }
}

function parse({ name, parameters }: ConnectionDefinition): AuthParameters {
  const { error, data } = authParameters.safeParse(parameters);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AwsError('ValidationException', `Connection ${name}: ${problems.join('; ')}`);
}

function credentialsOf(name: string, type: string, parameters: AuthParameters): ConnectionCredentials {
  const {
    HeaderParameters = [],
    QueryStringParameters = [],
    BodyParameters = [],
  } = parameters.InvocationHttpParameters ?? {};
  const authorization = type === 'API_KEY' ? apiKey(parameters) : type === 'BASIC' ? basic(parameters) : undefined;
  if (!authorization)
    throw new AwsError(
      'ValidationException',
      `Connection ${name}: authorization type ${type} needs its own parameters; the local runtime knows API_KEY (ApiKeyAuthParameters) and BASIC (BasicAuthParameters).`,
    );
  return {
    headers: { ...pairs(HeaderParameters), ...authorization },
    query: pairs(QueryStringParameters),
    body: pairs(BodyParameters),
  };
}

function apiKey({ ApiKeyAuthParameters: key }: AuthParameters): Record<string, string> | undefined {
  return key && { [key.ApiKeyName]: key.ApiKeyValue };
}

function basic({ BasicAuthParameters: user }: AuthParameters): Record<string, string> | undefined {
  return user && { Authorization: `Basic ${Buffer.from(`${user.Username}:${user.Password}`).toString('base64')}` };
}

function pairs(parameters: readonly { Key: string; Value: string }[]): Record<string, string> {
  return Object.fromEntries(parameters.map(({ Key, Value }) => [Key, Value]));
}

/** The secret's value in the form in which EventBridge keeps it. */
function secretOf({ ApiKeyAuthParameters: key, BasicAuthParameters: user }: AuthParameters): string {
  return JSON.stringify({
    ...(key && { api_key_name: key.ApiKeyName, api_key_value: key.ApiKeyValue }),
    ...(user && { username: user.Username, password: user.Password }),
  });
}

/** The same connection has the same id at every start. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(`connection ${text}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
