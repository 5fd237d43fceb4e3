import { AwsError } from '../../gateway/aws-error.ts';
import { splitMachineArn } from '../arns.ts';
import { isObject } from '../json.ts';
import type { Route } from '../machines.ts';
import { type ApiContext, notFound } from './context.ts';
import type { Input } from './input.ts';

/** The machine whose permissions a new alias is asked for: of its first version. */
export function machineOfRoutes(routes: unknown): string {
  const first: unknown = Array.isArray(routes) ? routes[0] : undefined;
  return isObject(first) ? String(first['stateMachineVersionArn']).replace(/:\d+$/, '') : '*';
}

/** The `routingConfiguration` member of a request. */
export function routesOf(input: Input): Route[] {
  return input.objects('routingConfiguration').map((route) => ({
    stateMachineVersionArn: route.text('stateMachineVersionArn'),
    weight: route.integer('weight', 0, 100),
  }));
}

/**
 * One or two versions of one machine whose weights make 100. Returns the machine.
 * @throws AwsError ValidationException for other routes, ResourceNotFound for a version that is not there
 */
export function checkRoutes({ machineStore }: ApiContext, routes: readonly Route[]): string {
  const [first, second, ...rest] = routes.map(({ stateMachineVersionArn: arn }) => ({ arn, ...splitMachineArn(arn) }));
  if (!first || rest.length > 0) throw wrongRoutes('must have one or two versions');
  if (routes.reduce((sum, { weight }) => sum + weight, 0) !== 100)
    throw wrongRoutes('must have weights that sum to 100');
  if (second && second.machine !== first.machine) throw wrongRoutes('must have versions of one state machine');
  if (second && second.qualifier === first.qualifier) throw wrongRoutes('must have two different versions');
  for (const { arn, machine, qualifier = '' } of second ? [first, second] : [first]) {
    if (!/^\d+$/.test(qualifier)) throw wrongRoutes(`must name versions by their ARN, not '${arn}'`);
    if (!machineStore.version(machine, Number(qualifier))) throw notFound(arn);
  }
  return first.machine;
}

export function wrongRoutes(problem: string): AwsError {
  const details = { reason: 'INVALID_ROUTING_CONFIGURATION' };
  return new AwsError('ValidationException', `The routingConfiguration ${problem}`, { details });
}
