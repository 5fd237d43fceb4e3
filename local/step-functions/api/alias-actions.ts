import { AwsError } from '../../gateway/aws-error.ts';
import { splitMachineArn } from '../arns.ts';
import type { AliasRow } from '../store/machines.ts';
import { checkRoutes, machineOfRoutes, routesOf, wrongRoutes } from './alias-routes.ts';
import { type Actions, type ApiContext, notFound, permission } from './context.ts';
import { Input, invalid, seconds } from './input.ts';
import { decodeToken, encodeToken } from './page-token.ts';

/** Create-, Update-, Describe-, List- and DeleteStateMachineAlias. */
export function aliasActions(context: ApiContext): Actions {
  return {
    CreateStateMachineAlias: {
      requires: ({ routingConfiguration, name }) =>
        permission('CreateStateMachineAlias', `${machineOfRoutes(routingConfiguration)}:${name}`),
      run: (input) => create(context, new Input(input)),
    },
    UpdateStateMachineAlias: {
      requires: ({ stateMachineAliasArn }) => permission('UpdateStateMachineAlias', stateMachineAliasArn),
      run: (input) => update(context, new Input(input)),
    },
    DescribeStateMachineAlias: {
      requires: ({ stateMachineAliasArn }) => permission('DescribeStateMachineAlias', stateMachineAliasArn),
      run: (input) => describe(aliasOf(context, new Input(input).text('stateMachineAliasArn'))),
    },
    ListStateMachineAliases: {
      requires: ({ stateMachineArn }) => permission('ListStateMachineAliases', stateMachineArn),
      run: (input) => list(context, new Input(input)),
    },
    DeleteStateMachineAlias: {
      requires: ({ stateMachineAliasArn }) => permission('DeleteStateMachineAlias', stateMachineAliasArn),
      run: (input) => remove(context, new Input(input)),
    },
  };
}

/** Something besides digits, so that no alias looks like a version. */
const ALIAS_NAME = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/;

function aliasName(input: Input): string {
  const name = input.text('name');
  if (ALIAS_NAME.test(name)) return name;
  throw invalid('name', name, `Member must satisfy regular expression pattern: ${ALIAS_NAME.source}`);
}

async function create(context: ApiContext, input: Input): Promise<object> {
  const name = aliasName(input);
  const routes = routesOf(input);
  const machine = checkRoutes(context, routes);
  const arn = `${machine}:${name}`;
  const routing = JSON.stringify(routes);
  const description = input.optionalText('description') ?? null;
  const existing = context.machineStore.alias(machine, name);
  if (existing && (existing.routing !== routing || existing.description !== description))
    throw new AwsError('ConflictException', `The alias already exists with other values: '${arn}'`);
  const now = context.clock.now();
  if (!existing) context.machineStore.putAlias({ machine, name, description, routing, created: now, updated: now });
  await context.database.committed();
  return { stateMachineAliasArn: arn, creationDate: seconds(existing?.created ?? now) };
}

async function update(context: ApiContext, input: Input): Promise<object> {
  const alias = aliasOf(context, input.text('stateMachineAliasArn'));
  const description = input.optionalText('description');
  const routes = input.has('routingConfiguration') ? routesOf(input) : undefined;
  if (!routes && description === undefined) throw nothingToUpdate();
  if (routes && checkRoutes(context, routes) !== alias.machine)
    throw wrongRoutes("must have versions of the alias's own state machine");
  const updated = context.clock.now();
  const routing = routes ? JSON.stringify(routes) : alias.routing;
  context.machineStore.putAlias({ ...alias, updated, routing, description: description ?? alias.description });
  await context.database.committed();
  return { updateDate: seconds(updated) };
}

function nothingToUpdate(): AwsError {
  const message = 'Either the description or the routingConfiguration must be updated';
  return new AwsError('ValidationException', message, { details: { reason: 'MISSING_REQUIRED_PARAMETER' } });
}

function describe(alias: AliasRow): object {
  return {
    stateMachineAliasArn: `${alias.machine}:${alias.name}`,
    name: alias.name,
    ...(alias.description !== null && { description: alias.description }),
    routingConfiguration: JSON.parse(alias.routing),
    creationDate: seconds(alias.created),
    updateDate: seconds(alias.updated),
  };
}

function list({ machines, machineStore }: ApiContext, input: Input): object {
  const arn = input.text('stateMachineArn');
  const { qualifier } = splitMachineArn(arn);
  const machine = machines.get(arn);
  const pages = `ListStateMachineAliases ${arn}`;
  const limit = input.pageSize(100, 1000);
  const after = decodeToken(pages, input.optionalText('nextToken'));
  const all = machineStore
    .aliases(machine.arn)
    .filter(({ routing }) => qualifier === undefined || routing.includes(`"${arn}"`));
  const rows = after === undefined ? all : all.filter((alias) => follows(alias, after));
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    stateMachineAliases: page.map(({ name, created }) => ({
      stateMachineAliasArn: `${machine.arn}:${name}`,
      creationDate: seconds(created),
    })),
    ...(last && { nextToken: encodeToken(pages, cursorOf(last)) }),
  };
}

/** The place of an alias in the list: newest first, then by name. */
function cursorOf({ created, name }: AliasRow): string {
  return `${created} ${name}`;
}

function follows({ created, name }: AliasRow, cursor: string): boolean {
  const [time = '', last = ''] = cursor.split(' ');
  return created < Number(time) || (created === Number(time) && name > last);
}

async function remove(context: ApiContext, input: Input): Promise<object> {
  const alias = aliasOf(context, input.text('stateMachineAliasArn'));
  context.machineStore.deleteAlias(alias.machine, alias.name);
  await context.database.committed();
  return {};
}

function aliasOf({ machineStore }: ApiContext, arn: string): AliasRow {
  const { machine, qualifier } = splitMachineArn(arn);
  const alias = qualifier === undefined ? undefined : machineStore.alias(machine, qualifier);
  if (!alias) throw notFound(arn);
  return alias;
}
