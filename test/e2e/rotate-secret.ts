import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The members of a secret, as they are now. */
export async function secretValue(client: SecretsManagerClient, SecretId: string): Promise<Record<string, string>> {
  const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString);
}

/**
 * `aws secretsmanager rotate-secret`, and waits for its end. A rotation that has not come to its end is tried again, as on AWS.
 * @param until polls a probe until it finds something
 */
export async function rotateSecret(
  client: SecretsManagerClient,
  SecretId: string,
  until: (what: string, probe: () => Promise<true | undefined>) => Promise<true>,
): Promise<void> {
  const rotations = async () => {
    const { LastRotatedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
    return LastRotatedDate?.getTime() ?? 0;
  };
  const before = await rotations();
  await client.send(new RotateSecretCommand({ SecretId })).catch((error: unknown) => {
    if (!(error instanceof InvalidRequestException)) throw error;
  });
  await until(`${SecretId} rotated`, async () => ((await rotations()) > before ? true : undefined));
}
