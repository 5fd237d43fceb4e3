import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

/** The versions of one JSON secret. No error shows a value. */
export interface SecretVersions {
  /** Id of the version at a stage. */
  at(stage: 'AWSCURRENT' | 'AWSPENDING'): Promise<string | undefined>;
  /** The members of the version in use. */
  current(): Promise<object>;
  /** The members of a version that is being made; undefined as long as it has no value. */
  pending(version: string): Promise<object | undefined>;
  /** Gives a version that is being made its value. */
  put(version: string, members: object): Promise<void>;
  /** Puts a version to use in the place of another. */
  promote(version: string, instead: string | undefined): Promise<void>;
}

export function secretVersions(client: SecretsManagerClient, SecretId: string): SecretVersions {
  const read = async (version: { VersionId?: string; VersionStage: string }) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, ...version }));
    return members(SecretString, SecretId);
  };
  return {
    at: async (stage) => {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
      return Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(stage))?.[0];
    },
    current: () => read({ VersionStage: 'AWSCURRENT' }),
    pending: (VersionId) =>
      read({ VersionId, VersionStage: 'AWSPENDING' }).catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }),
    put: async (ClientRequestToken, value) => {
      const SecretString = JSON.stringify(value);
      const VersionStages = ['AWSPENDING'];
      await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }));
    },
    promote: async (MoveToVersionId, RemoveFromVersionId) => {
      const stage = { VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId };
      await client.send(new UpdateSecretVersionStageCommand({ SecretId, ...stage }));
    },
  };
}

function members(text: string | undefined, secretId: string): object {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {} // without the cause: it quotes the text
  throw new Error(`secret ${secretId} is not a JSON object`);
}
