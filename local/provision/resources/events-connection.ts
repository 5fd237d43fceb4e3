import { z } from 'zod';
import { defined, json } from '../properties.ts';
import { resourceType } from '../resource-type.ts';

/** How HTTP tasks and API destinations authenticate at an API. */
export const eventsConnection = resourceType({
  type: 'AWS::Events::Connection',
  properties: z.strictObject({
    Name: z.string().optional(),
    Description: z.string().optional(),
    AuthorizationType: z.enum(['API_KEY', 'BASIC', 'OAUTH_CLIENT_CREDENTIALS']),
    AuthParameters: json,
  }),
  ignored: { KmsKeyIdentifier: 'credentials on this machine are as safe as the machine' },
  async create(properties, context) {
    const name = context.name(properties.Name, { maxLength: 64 });
    const { arn, secretArn } = await context.modules.events.putConnection(
      defined({
        name,
        description: properties.Description,
        authorizationType: properties.AuthorizationType,
        parameters: properties.AuthParameters,
      }),
    );
    // The ARN in policies comes without the id at its end.
    return { id: name, attributes: { Arn: arn, SecretArn: secretArn, ArnForPolicy: arn.replace(/\/[^/]+$/, '') } };
  },
});
