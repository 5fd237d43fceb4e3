import { localArn } from '../gateway/arn.ts';
import { membersOf, optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import type { Connection, Connections } from './connections.ts';

type Input = Readonly<Record<string, unknown>>;

/** What EventBridge does with a connection's secret on behalf of whoever updates it: see AmazonEventBridgeFullAccess. */
const ON_SECRET = ['UpdateSecret', 'GetSecretValue', 'PutSecretValue'];

/** The actions on connections, by name. Secrets never come out here. */
export function connectionActions(connections: Connections): Readonly<Record<string, JsonAction>> {
  return {
    DescribeConnection: {
      requires: (input) => [{ action: 'events:DescribeConnection', resource: arnForPolicy(input) }],
      run: (input) => {
        const connection = connections.get(requiredString(input, 'Name'));
        return { ...describe(connection), SecretArn: connection.secretArn, Description: connection.description };
      },
    },
    UpdateConnection: {
      requires: (input) => [
        { action: 'events:UpdateConnection', resource: arnForPolicy(input) },
        ...secretsOf(connections, input).flatMap((resource) =>
          ON_SECRET.map((action) => ({ action: `secretsmanager:${action}`, resource })),
        ),
      ],
      run: async (input) => {
        const { name, description, authorizationType } = connections.get(requiredString(input, 'Name'));
        const noted = optionalString(input, 'Description') ?? description;
        await connections.put({
          name,
          ...(noted !== undefined && { description: noted }),
          authorizationType: optionalString(input, 'AuthorizationType') ?? authorizationType,
          parameters: membersOf(input['AuthParameters']),
        });
        return describe(connections.get(name));
      },
    },
    ListConnections: {
      requires: () => [{ action: 'events:ListConnections', resource: '*' }],
      run: (input) => {
        const prefix = optionalString(input, 'NamePrefix') ?? '';
        return {
          Connections: connections
            .list()
            .filter(({ name }) => name.startsWith(prefix))
            .map(describe),
        };
      },
    },
  };
}

/** IAM knows a connection by its name alone, as `ArnForPolicy` of its resource does. */
function arnForPolicy(input: Input): string {
  return localArn('events', `connection/${requiredString(input, 'Name')}`);
}

function secretsOf(connections: Connections, input: Input): string[] {
  return connections.list().flatMap(({ name, secretArn }) => (name === input['Name'] ? [secretArn] : []));
}

function describe({ name, arn, authorizationType, createdAt, modifiedAt }: Connection) {
  return {
    Name: name,
    ConnectionArn: arn,
    ConnectionState: 'AUTHORIZED',
    AuthorizationType: authorizationType,
    CreationTime: createdAt / 1000,
    LastModifiedTime: modifiedAt / 1000,
    LastAuthorizedTime: modifiedAt / 1000,
  };
}
