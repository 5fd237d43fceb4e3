import { AwsError } from '../../gateway/aws-error.ts';
import { splitMachineArn } from '../arns.ts';
import { type Actions, type ApiContext, permission, unqualified } from './context.ts';
import { Input, seconds } from './input.ts';
import { decodeToken, encodeToken } from './page-token.ts';

/** PublishStateMachineVersion, ListStateMachineVersions, DeleteStateMachineVersion. */
export function versionActions(context: ApiContext): Actions {
  return {
    PublishStateMachineVersion: {
      requires: ({ stateMachineArn }) => permission('PublishStateMachineVersion', stateMachineArn),
      run: (input) => publish(context, new Input(input)),
    },
    ListStateMachineVersions: {
      requires: ({ stateMachineArn }) => permission('ListStateMachineVersions', stateMachineArn),
      run: (input) => list(context, new Input(input)),
    },
    DeleteStateMachineVersion: {
      requires: ({ stateMachineVersionArn }) => permission('DeleteStateMachineVersion', stateMachineVersionArn),
      run: (input) => remove(context, new Input(input)),
    },
  };
}

async function publish(context: ApiContext, input: Input): Promise<object> {
  const { machines, programs } = context;
  const machine = machines.get(unqualified(input.text('stateMachineArn')));
  const expected = input.optionalText('revisionId');
  const { revision } = programs.revision(machine.revision);
  if (expected !== undefined && expected !== revision.revision_id)
    throw new AwsError(
      'ConflictException',
      `The current revision of '${machine.arn}' is ${revision.revision_id}, not ${expected}`,
    );
  const { versionArn, created } = publishVersion(context, machine.arn, input.optionalText('description'));
  await context.database.committed();
  return { stateMachineVersionArn: versionArn, creationDate: seconds(created) };
}

/** Publishes the current revision as a version. A revision that is the newest version already is not published again. */
export function publishVersion(
  { machines, machineStore, clock }: ApiContext,
  arn: string,
  description?: string,
): { versionArn: string; created: number } {
  const machine = machines.get(arn);
  const newest = machineStore.versions(machine.arn)[0];
  const published = newest?.revision === machine.revision ? newest : undefined;
  const version = published ?? machineStore.addVersion(machine, description ?? null, clock.now());
  return { versionArn: `${machine.arn}:${version.version}`, created: version.created };
}

function list({ machines, machineStore }: ApiContext, input: Input): object {
  const machine = machines.get(input.text('stateMachineArn'));
  const pages = `ListStateMachineVersions ${machine.arn}`;
  const limit = input.pageSize(100, 1000);
  const after = Number(decodeToken(pages, input.optionalText('nextToken')) ?? Number.POSITIVE_INFINITY);
  const rows = machineStore.versions(machine.arn).filter(({ version }) => version < after);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.version : undefined;
  return {
    stateMachineVersions: page.map(({ version, created }) => ({
      stateMachineVersionArn: `${machine.arn}:${version}`,
      creationDate: seconds(created),
    })),
    ...(last !== undefined && { nextToken: encodeToken(pages, last) }),
  };
}

async function remove({ machineStore, database }: ApiContext, input: Input): Promise<object> {
  const arn = input.text('stateMachineVersionArn');
  const { machine, qualifier } = splitMachineArn(arn);
  if (qualifier === undefined || !/^\d+$/.test(qualifier))
    throw new AwsError('ValidationException', `The ARN of a version is needed: '${arn}'`);
  const user = machineStore.aliases(machine).find(({ routing }) => routing.includes(`"${arn}"`));
  if (user)
    throw new AwsError(
      'ConflictException',
      `Version '${arn}' is used by the alias '${user.name}'; route the alias elsewhere first`,
    );
  machineStore.deleteVersion(machine, Number(qualifier));
  await database.committed();
  return {};
}
