import { randomUUID } from 'node:crypto';
import { localArn } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { listMember, optionalNumber, optionalString, requiredString } from '../gateway/input.ts';
import type { JsonAction } from '../gateway/service.ts';
import { withCheckedInput } from './secret-input.ts';
import { type Secrets, secretRow, tagsOf, versionOf } from './secret-lookup.ts';
import { pageOf } from './secret-page.ts';
import { matching, sorted } from './secret-search.ts';
import type { RotationRow, SecretRow, SecretStore, SecretValue, VersionRow } from './secret-store.ts';

type Input = Readonly<Record<string, unknown>>;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Secrets Manager's actions, those of rotation aside. */
export function secretActions({ store, now }: Secrets): Readonly<Record<string, JsonAction>> {
  const onSecret = actionOnSecret(store);
  const addVersion = (name: string, input: Input, at: number, stages = ['AWSCURRENT']): string => {
    const id = optionalString(input, 'ClientRequestToken') ?? randomUUID();
    const value = givenValue(input);
    const known = store.versions(name).find((version) => version.id === id);
    const begun = known && known.text === null && known.binary === null;
    if (known && !begun && (known.text !== value.text || known.binary !== value.binary))
      throw new AwsError('ResourceExistsException', `A version with the id ${id} and another value already exists.`);
    if (!known || begun) store.addVersion(name, id, value, stages, at);
    return id;
  };
  return withCheckedInput({
    CreateSecret: {
      requires: (input) => [
        { action: 'secretsmanager:CreateSecret', resource: localArn('secretsmanager', `secret:${input['Name']}`) },
      ],
      run: (input) => {
        const name = requiredString(input, 'Name');
        refuseKnown(store.find(name));
        const at = now();
        const { arn } = store.create(name, optionalString(input, 'Description'), tagsOf(input), at);
        return { ARN: arn, Name: name, ...(hasValue(input) && { VersionId: addVersion(name, input, at) }) };
      },
    },
    ListSecrets: {
      requires: () => [{ action: 'secretsmanager:ListSecrets', resource: '*' }],
      run: (input) => {
        const known = store.list().filter(({ deleted }) => !deleted || input['IncludePlannedDeletion'] === true);
        const { page, ...next } = pageOf(sorted(known.filter(matching(input)), input), input);
        return { SecretList: page.map((secret) => describedWith(store, secret)), ...next };
      },
    },
    ...onSecret('DescribeSecret', (secret) => describedWith(store, secret)),
    ...onSecret('GetSecretValue', (secret, input) => {
      const id = optionalString(input, 'VersionId');
      const [versions, stage] = [store.versions(secret.name), optionalString(input, 'VersionStage')];
      refuseOtherStage(versions, id, stage);
      const version = versionOf(versions, id, stage);
      return { ARN: secret.arn, Name: secret.name, ...valueMembers(version) };
    }),
    ...onSecret('PutSecretValue', (secret, input) => {
      if (!hasValue(input))
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      const stages = listMember(input, 'VersionStages').map(String);
      const VersionId = addVersion(secret.name, input, now(), stages.length > 0 ? stages : undefined);
      const VersionStages = store.versions(secret.name).find(({ id }) => id === VersionId)?.stages;
      return { ARN: secret.arn, Name: secret.name, VersionId, VersionStages };
    }),
    ...onSecret('UpdateSecret', (secret, input) => {
      const description = optionalString(input, 'Description');
      const at = now();
      store.change(secret.name, description === undefined ? {} : { description }, at);
      return {
        ARN: secret.arn,
        Name: secret.name,
        ...(hasValue(input) && { VersionId: addVersion(secret.name, input, at) }),
      };
    }),
    ...onSecret('ListSecretVersionIds', (secret, input) => {
      const all = input['IncludeDeprecated'] === true;
      const known = store.versions(secret.name).filter(({ stages }) => all || stages.length > 0);
      const { page, ...next } = pageOf(known, input);
      const Versions = page.map(({ id, stages, created }) => ({
        VersionId: id,
        VersionStages: stages,
        CreatedDate: created / 1000,
      }));
      return { ARN: secret.arn, Name: secret.name, Versions, ...next };
    }),
    ...evenOfNone(
      onSecret('DeleteSecret', (secret, input) => {
        const force = isForced(input);
        const at = now();
        const deleted = at + (force ? 0 : (optionalNumber(input, 'RecoveryWindowInDays') ?? 30) * DAY_MS);
        if (force) store.remove(secret.name);
        else store.change(secret.name, { deleted }, at);
        return { ARN: secret.arn, Name: secret.name, DeletionDate: deleted / 1000 };
      }),
      { store, now },
    ),
    ...onSecret('RestoreSecret', (secret) => {
      store.change(secret.name, { deleted: null }, now());
      return { ARN: secret.arn, Name: secret.name };
    }),
    ...onSecret('TagResource', (secret, input) => {
      store.change(secret.name, { tags: JSON.stringify({ ...JSON.parse(secret.tags), ...tagsOf(input) }) }, now());
      return {};
    }),
    ...onSecret('UntagResource', (secret, input) => {
      const gone = listMember(input, 'TagKeys');
      const kept = Object.entries(JSON.parse(secret.tags)).filter(([key]) => !gone.includes(key));
      store.change(secret.name, { tags: JSON.stringify(Object.fromEntries(kept)) }, now());
      return {};
    }),
  });
}

/** Without a window, a secret that is gone or never was is as good as deleted: to delete twice is no fault. */
function evenOfNone(
  actions: Readonly<Record<string, JsonAction>>,
  { store, now }: Pick<Secrets, 'store' | 'now'>,
): Record<string, JsonAction> {
  const forgiving = Object.entries(actions).map(([name, { requires, run }]): [string, JsonAction] => [
    name,
    {
      requires,
      run: (input, context) => {
        const id = requiredString(input, 'SecretId');
        if (!isForced(input) || store.find(id)) return run(input, context);
        return { ARN: unknownArn(id), Name: id, DeletionDate: now() / 1000 };
      },
    },
  ]);
  return Object.fromEntries(forgiving);
}

const isForced = (input: Input) => input['ForceDeleteWithoutRecovery'] === true;

function refuseKnown(secret: SecretRow | undefined): void {
  if (secret?.deleted)
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  if (secret)
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${secret.name} already exists.`,
    );
}

function refuseOtherStage(versions: readonly VersionRow[], id: string | undefined, stage: string | undefined): void {
  const version = versions.find((one) => one.id === id);
  if (stage === undefined || !version || version.stages.includes(stage)) return;
  throw new AwsError(
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  );
}

const unknownArn = (id: string) => (id.startsWith('arn:') ? id : localArn('secretsmanager', `secret:${id}`));

/** Makes actions on one secret: each needs the right to itself, on that secret. */
export function actionOnSecret(store: SecretStore) {
  const arnOf = (input: Input) => {
    const id = requiredString(input, 'SecretId');
    return store.find(id)?.arn ?? unknownArn(id);
  };
  return (name: string, run: (secret: SecretRow, input: Input) => object): Record<string, JsonAction> => ({
    [name]: {
      requires: (input) => [{ action: `secretsmanager:${name}`, resource: arnOf(input) }],
      run: (input) => run(secretRow(store, requiredString(input, 'SecretId'), name), input),
    },
  });
}

const hasValue = ({ SecretString, SecretBinary }: Input) => (SecretString ?? SecretBinary ?? null) !== null;

function givenValue(input: Input): SecretValue {
  return { text: optionalString(input, 'SecretString') ?? null, binary: optionalString(input, 'SecretBinary') ?? null };
}

function valueMembers({ id, text, binary, stages, created }: VersionRow) {
  const value = text === null ? { SecretBinary: binary } : { SecretString: text };
  return { VersionId: id, ...value, VersionStages: stages, CreatedDate: created / 1000 };
}

function describedWith(store: SecretStore, secret: SecretRow) {
  return { ...described(secret, store.versions(secret.name)), ...rotationMembers(store.rotation(secret.name)) };
}

function rotationMembers(rotation: RotationRow | undefined) {
  if (!rotation) return {};
  const { functionArn, rules, enabled, last, next } = rotation;
  return {
    RotationEnabled: enabled === 1,
    RotationLambdaARN: functionArn,
    RotationRules: JSON.parse(rules),
    LastRotatedDate: last === null ? undefined : last / 1000,
    NextRotationDate: next === null ? undefined : next / 1000,
  };
}

function described({ arn, name, description, tags, created, changed, deleted }: SecretRow, versions: VersionRow[]) {
  const staged = versions.filter(({ stages }) => stages.length > 0);
  return {
    ARN: arn,
    Name: name,
    Description: description ?? undefined,
    CreatedDate: created / 1000,
    LastChangedDate: changed / 1000,
    DeletedDate: deleted === null ? undefined : deleted / 1000,
    Tags: Object.entries(JSON.parse(tags)).map(([Key, Value]) => ({ Key, Value })),
    VersionIdsToStages: Object.fromEntries(staged.map(({ id, stages }) => [id, stages])),
    SecretVersionsToStages: Object.fromEntries(staged.map(({ id, stages }) => [id, stages])),
  };
}
