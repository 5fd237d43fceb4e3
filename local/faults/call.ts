import type { Principal } from '../iam/principal.ts';
import type { CallFault } from './fault.ts';

/** A call that faults can strike. */
export interface FaultyCall {
  service: string;
  action: string;
  /** Undefined where nobody has signed: requests to HTTP APIs. */
  principal?: Principal | undefined;
  resources: readonly string[];
}

/** Whether the fault is meant for calls like this one. */
export function matchesCall(fault: CallFault, call: FaultyCall): boolean {
  return (
    like(fault.service, call.service) &&
    like(fault.action, call.action) &&
    (fault.resource === undefined || call.resources.some((arn) => like(fault.resource, arn))) &&
    like(fault.principal, callerOf(call.principal)) &&
    like(fault.function, call.principal?.kind === 'role' ? call.principal.sessionName : '')
  );
}

/** Whether a text fits a pattern in which `*` stands for anything; any text fits no pattern. */
export function like(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || pattern === '*') return true;
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 's').test(text);
}

function callerOf(principal: Principal | undefined): string {
  switch (principal?.kind) {
    case 'role':
      return principal.roleArn;
    case 'service':
      return principal.service;
    default:
      return principal?.arn ?? '';
  }
}
