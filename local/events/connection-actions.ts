import { localArn } from '../gateway/arn.ts';
import { optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import type { Connection, Connections } from './connections.ts';

/** The actions that read connections, by name. Secrets never come out here. */
export function connectionActions(connections: Connections): Readonly<Record<string, JsonAction>> {
  return {
    DescribeConnection: {
      requires: (input) => [
        {
          action: 'events:DescribeConnection',
          resource: localArn('events', `connection/${requiredString(input, 'Name')}/*`),
        },
      ],
      run: (input) => {
        const connection = connections.get(requiredString(input, 'Name'));
        return { ...describe(connection), SecretArn: connection.secretArn, Description: connection.description };
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

function describe({ name, arn, authorizationType, createdAt }: Connection) {
  const time = createdAt / 1000;
  return {
    Name: name,
    ConnectionArn: arn,
    ConnectionState: 'AUTHORIZED',
    AuthorizationType: authorizationType,
    CreationTime: time,
    LastModifiedTime: time,
    LastAuthorizedTime: time,
  };
}
