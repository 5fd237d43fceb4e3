import { AwsError } from '../../gateway/aws-error.ts';
import { splitMachineArn } from '../arns.ts';
import { isObject } from '../json.ts';
import { checkName, doesNotExist } from '../machines.ts';
import type { AliasRow } from '../store/machines.ts';
import { type Actions, type ApiContext, permission } from './context.ts';
import { decodeToken, encodeToken, Input, seconds } from './input.ts';

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

export interface Route {
  stateMachineVersionArn: string;
  /** Percent. */
  weight: number;
}

function machineOfRoutes(routes: unknown): string {
  const first: unknown = Array.isArray(routes) ? routes[0] : undefined;
  return isObject(first) ? String(first['stateMachineVersionArn']).replace(/:\d+$/, '') : '*';
}

function routesOf(input: Input): Route[] {
  return input.objects('routingConfiguration').map((route) => ({
    stateMachineVersionArn: route.text('stateMachineVersionArn'),
    weight: route.integer('weight', 0, 100),
  }));
}

/** One or two versions of one machine whose weights make 100. */
export function checkRoutes({ machines }: ApiContext, routes: readonly Route[]): string {
  const [first] = routes;
  if (!first || routes.length > 2)
    throw new AwsError('ValidationException', 'The routingConfiguration must have one or two versions');
  if (routes.reduce((sum, { weight }) => sum + weight, 0) !== 100)
    throw new AwsError(
      'ValidationException',
      'The sum of the weights in the routingConfiguration must be equal to 100',
    );
  const { machine } = splitMachineArn(first.stateMachineVersionArn);
  for (const { stateMachineVersionArn: arn } of routes) {
    if (splitMachineArn(arn).machine !== machine)
      throw new AwsError(
        'ValidationException',
        'All versions of a routingConfiguration must be of the same state machine',
      );
    if (machines.resolve(arn).versionArn === undefined) throw doesNotExist(arn);
  }
  return machine;
}

async function create(context: ApiContext, input: Input): Promise<object> {
  const name = input.text('name');
  checkName(name);
  if (/^\d+$/.test(name)) throw new AwsError('ValidationException', `An alias cannot be a number: '${name}'`);
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
  const routes = input.has('routingConfiguration') ? routesOf(input) : undefined;
  if (routes) checkRoutes(context, routes);
  const updated = context.clock.now();
  context.machineStore.putAlias({
    ...alias,
    updated,
    routing: routes ? JSON.stringify(routes) : alias.routing,
    description: input.optionalText('description') ?? alias.description,
  });
  await context.database.committed();
  return { updateDate: seconds(updated) };
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
  const limit = input.pageSize(100, 1000);
  const after = decodeToken(input.optionalText('nextToken')) ?? '';
  const rows = machineStore
    .aliases(machine.arn)
    .filter(({ name, routing }) => name > after && (qualifier === undefined || routing.includes(`"${arn}"`)));
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.name : undefined;
  return {
    stateMachineAliases: page.map(({ name, created }) => ({
      stateMachineAliasArn: `${machine.arn}:${name}`,
      creationDate: seconds(created),
    })),
    ...(last !== undefined && { nextToken: encodeToken(last) }),
  };
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
  if (!alias) throw new AwsError('ResourceNotFound', `Request references a resource that does not exist: '${arn}'`);
  return alias;
}
