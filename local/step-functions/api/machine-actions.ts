import { AwsError } from '../../gateway/aws-error.ts';
import { machineArn } from '../arns.ts';
import { alreadyExists } from '../machines.ts';
import type { MachineRow } from '../store/machines.ts';
import { type Actions, type ApiContext, permission, unqualified } from './context.ts';
import { describeMachine, revisionIdOf } from './describe-machine.ts';
import { Input, seconds } from './input.ts';
import { configurationOf } from './machine-configuration.ts';
import { decodeToken, encodeToken } from './page-token.ts';
import { tagsOf } from './tag-actions.ts';
import { validateDefinition } from './validate-definition.ts';
import { publishVersion } from './version-actions.ts';

/** CreateStateMachine, UpdateStateMachine, DeleteStateMachine, DescribeStateMachine, ListStateMachines, ValidateStateMachineDefinition. */
export function machineActions(context: ApiContext): Actions {
  return {
    CreateStateMachine: {
      requires: ({ name, roleArn }) => [
        ...permission('CreateStateMachine', machineArn(String(name))),
        ...passRole(roleArn),
      ],
      run: (input) => create(context, new Input(input)),
    },
    UpdateStateMachine: {
      requires: ({ stateMachineArn, roleArn }) => [
        ...permission('UpdateStateMachine', stateMachineArn),
        ...passRole(roleArn),
      ],
      run: (input) => update(context, new Input(input)),
    },
    DeleteStateMachine: {
      requires: ({ stateMachineArn }) => permission('DeleteStateMachine', stateMachineArn),
      run: (input) => remove(context, new Input(input)),
    },
    DescribeStateMachine: {
      requires: ({ stateMachineArn }) => permission('DescribeStateMachine', stateMachineArn),
      run: (input) => describeMachine(context, new Input(input)),
    },
    ListStateMachines: {
      requires: () => permission('ListStateMachines', '*'),
      run: (input) => list(context, new Input(input)),
    },
    ValidateStateMachineDefinition: {
      requires: () => permission('ValidateStateMachineDefinition', '*'),
      run: (input) => validateDefinition(new Input(input)),
    },
  };
}

function passRole(roleArn: unknown) {
  if (typeof roleArn !== 'string') return [];
  return [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:passedtoservice': 'states.amazonaws.com' } }];
}

async function create(context: ApiContext, input: Input): Promise<object> {
  const publish = publication(input);
  const { arn, isNew, created } = context.machines.create({
    name: input.text('name'),
    definition: input.text('definition'),
    roleArn: input.text('roleArn'),
    type: input.choice('type', ['STANDARD', 'EXPRESS']),
    ...configurationOf(input),
    tags: tagsOf(input),
  });
  if (publish && !isNew) requireVersion(context, arn, publish);
  const version = publish && publishVersion(context, arn, publish.description);
  await context.database.committed();
  return {
    stateMachineArn: arn,
    creationDate: seconds(created),
    ...(version && { stateMachineVersionArn: version.versionArn }),
  };
}

interface Publication {
  description?: string | undefined;
}

/** What to publish with a creation or an update; undefined when nothing is. */
function publication(input: Input): Publication | undefined {
  const description = input.optionalText('versionDescription');
  if (input.flag('publish', false)) return { description };
  if (description === undefined) return undefined;
  throw new AwsError('ValidationException', 'versionDescription can only be set when publish is true');
}

/** The creation that is repeated must have published, too. Throws `StateMachineAlreadyExists`. */
function requireVersion({ machines, machineStore }: ApiContext, arn: string, { description }: Publication): void {
  const [newest] = machineStore.versions(arn);
  const same = newest?.revision === machines.get(arn).revision && newest.description === (description ?? null);
  if (!same) throw alreadyExists(arn);
}

async function update(context: ApiContext, input: Input): Promise<object> {
  const { machines, database, programs } = context;
  const arn = unqualified(input.text('stateMachineArn'));
  const publish = publication(input);
  const definition = input.optionalText('definition');
  const roleArn = input.optionalText('roleArn');
  const configuration = configurationOf(input);
  if (definition === undefined && roleArn === undefined && !configuration)
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be updated',
    );
  const change = { ...(definition !== undefined && { definition }), ...(roleArn !== undefined && { roleArn }) };
  const { revision, updated } = machines.update(arn, { ...change, ...configuration });
  const version = publish && publishVersion(context, arn, publish.description);
  await database.committed();
  return {
    updateDate: seconds(updated),
    ...revisionIdOf(programs.revision(revision).revision),
    ...(version && { stateMachineVersionArn: version.versionArn }),
  };
}

async function remove({ machineStore, database }: ApiContext, input: Input): Promise<object> {
  machineStore.delete(unqualified(input.text('stateMachineArn')));
  await database.committed();
  return {};
}

function list({ machineStore }: ApiContext, input: Input): object {
  const limit = input.pageSize(100, 1000);
  const rows = machineStore.list(decodeToken('ListStateMachines', input.optionalText('nextToken')) ?? '', limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.name : undefined;
  return {
    stateMachines: page.map(summary),
    ...(last !== undefined && { nextToken: encodeToken('ListStateMachines', last) }),
  };
}

function summary({ arn, name, type, created }: MachineRow): object {
  return { stateMachineArn: arn, name, type, creationDate: seconds(created) };
}
