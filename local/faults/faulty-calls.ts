import type { Interceptor } from '../gateway/gateway.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Faults } from './faults.ts';

/** Faults between the gateway and the services, for every request over the wire and of components that call through it. */
export function faultyRequests(faults: Faults): Interceptor {
  return (request, next, requirements) => {
    if (faults.none) return next();
    const { service, action, principal } = request;
    return faults.call({ service, action, principal, resources: requirements.map(({ resource }) => resource) }, next);
  };
}

/** Faults between components and functions that they invoke without a request: `lambda`, `Invoke`. */
export function faultyInvocations(lambda: Pick<Lambda, 'invoke'>, faults: Faults): Pick<Lambda, 'invoke'> {
  return {
    invoke: (arn, payload, principal, options) => {
      const call = { service: 'lambda', action: 'Invoke', principal, resources: [arn] };
      return faults.call(call, () => lambda.invoke(arn, payload, principal, options));
    },
  };
}
