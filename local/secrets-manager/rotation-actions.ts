import { AwsError } from '../gateway/aws-error.ts';
import { optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import { functionArn, parseFunctionReference } from '../lambda/function-arn.ts';
import { rotationRules } from './rotation-rules.ts';
import { actionOnSecret } from './secret-actions.ts';
import type { Secrets } from './secret-lookup.ts';
import type { SecretRow, SecretStore } from './secret-store.ts';

type Input = Readonly<Record<string, unknown>>;

/** The actions that rotate secrets, and the one that rotation functions end with. */
export function rotationActions({ store, rotations }: Secrets): Readonly<Record<string, JsonAction>> {
  const onSecret = actionOnSecret(store);
  return {
    ...onSecret('RotateSecret', (secret, input) => {
      const lambda = optionalString(input, 'RotationLambdaARN') ?? store.rotation(secret.name)?.functionArn;
      if (lambda !== undefined && (input['RotationLambdaARN'] ?? input['RotationRules']) !== undefined)
        rotations.configure(secret, functionArn(parseFunctionReference(lambda)), rotationRules(input['RotationRules']));
      if (input['RotateImmediately'] === false) return named(secret);
      return { ...named(secret), VersionId: rotations.rotate(secret, optionalString(input, 'ClientRequestToken')) };
    }),
    ...onSecret('CancelRotateSecret', (secret) => {
      rotations.cancel(secret);
      return named(secret);
    }),
    ...onSecret('UpdateSecretVersionStage', (secret, input) => {
      moveStage(store, secret, input);
      return named(secret);
    }),
  };
}

const named = ({ arn, name }: SecretRow) => ({ ARN: arn, Name: name });

/** Moves a staging label, which may only leave a version that the caller names. */
function moveStage(store: SecretStore, { name }: SecretRow, input: Input): void {
  const stage = requiredString(input, 'VersionStage');
  const to = optionalString(input, 'MoveToVersionId');
  const from = optionalString(input, 'RemoveFromVersionId');
  const versions = store.versions(name);
  const holder = versions.find(({ stages }) => stages.includes(stage));
  if (to !== undefined && !versions.some(({ id }) => id === to))
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the version ${to} of the secret.`);
  if (holder && holder.id !== to && holder.id !== from)
    throw new AwsError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty or name another version. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  if (stage === 'AWSCURRENT' && to === undefined)
    throw new AwsError('InvalidParameterException', 'AWSCURRENT can be moved to another version, but not removed.');
  store.moveStage(name, stage, to);
}
