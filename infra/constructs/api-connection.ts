import type { SecretValue } from 'aws-cdk-lib';
import { CfnConnection } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

export interface ApiConnectionProps {
  connectionName: string;
  /** A reference to the bearer token. */
  token: SecretValue;
}

/**
 * How HTTP tasks authenticate at an API. The template holds a reference to the secret, never its value; EventBridge keeps what it
 * resolves to in a secret of its own.
 */
export class ApiConnection extends Construct {
  readonly name: string;
  readonly arn: string;
  /** Its ARN without the id at its end: so IAM knows it where it is called by its name. */
  readonly arnForPolicy: string;
  /** The secret in which EventBridge keeps the header. Whoever uses the connection must be allowed to read it. */
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { connectionName, token }: ApiConnectionProps) {
    super(scope, id);
    const connection = new CfnConnection(this, 'Connection', {
      name: connectionName,
      authorizationType: 'API_KEY',
      authParameters: {
        apiKeyAuthParameters: {
          apiKeyName: 'Authorization',
          apiKeyValue: `Bearer ${token.unsafeUnwrap()}`,
        },
      },
    });
    this.name = connection.ref;
    this.arnForPolicy = connection.attrArnForPolicy;
    this.arn = connection.attrArn;
    this.secretArn = connection.attrSecretArn;
  }
}
