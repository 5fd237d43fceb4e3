import { jest } from '@jest/globals';
import { type PolicyDocument, parsePolicy } from '../../../local/iam/policy.ts';
import type { Principal, Requirement } from '../../../local/iam/principal.ts';
import type { RoleDefinition } from '../../../local/iam/role.ts';
import { RoleRegistry } from '../../../local/iam/role-registry.ts';
import { type Grant, type Holder, nameOf, without } from './grants.ts';

/** A call that was checked, and AWS's words if it was refused. */
export interface Check {
  principal: Principal;
  requirements: readonly Requirement[];
  refusal?: string;
}

/** The registries of a process write down from now on what templates give them and what they are asked. */
export function watchRegistries() {
  const { prototype } = RoleRegistry;
  const spies = {
    putRole: jest.spyOn(prototype, 'putRole'),
    attachPolicy: jest.spyOn(prototype, 'attachPolicy'),
    putResourcePolicy: jest.spyOn(prototype, 'putResourcePolicy'),
    authorize: jest.spyOn(prototype, 'authorize'),
  };
  return {
    /** The policies that a registry holds. Undefined: the last registry that was made. */
    policiesOf: (registry?: RoleRegistry) => {
      const iam = registry ?? spies.putRole.mock.contexts.findLast((context) => context instanceof RoleRegistry);
      if (!iam) throw new Error('no registry was made yet');
      const given = <Call>({ calls, contexts }: { calls: Call[]; contexts: unknown[] }) =>
        calls.filter((_, index) => contexts[index] === iam);
      return new Policies(iam, new Map(given(spies.putRole.mock).map(([role]) => [role.name, role])), [
        ...given(spies.attachPolicy.mock).map(([roleName, policyName, document]) => ({
          holder: { kind: 'role', roleName, policyName } as const,
          document,
        })),
        ...given(spies.putResourcePolicy.mock).map(([arn, document]) => ({
          holder: { kind: 'resource', arn } as const,
          document,
        })),
      ]);
    },
    /** Whether a role was refused something since the last time that checks were taken. */
    isRefused: (roleArn: string): boolean => {
      const { calls, results } = spies.authorize.mock;
      return results.some(({ type }, index) => {
        const principal = calls[index]?.[0];
        return type === 'throw' && principal?.kind === 'role' && principal.roleArn === roleArn;
      });
    },
    /** What was checked since the last time, and forgets it. */
    takeChecks: (): Check[] => {
      const { calls, results } = spies.authorize.mock;
      const checks = calls.map(([principal, requirements], index): Check => {
        const { type, value } = results[index] ?? {};
        return { principal, requirements, ...(type === 'throw' && { refusal: String(Object(value).message) }) };
      });
      spies.authorize.mockClear();
      return checks;
    },
  };
}

/** The policies of one registry, each of whose grants can be taken away and given back. */
export class Policies {
  readonly iam: RoleRegistry;
  readonly roles: ReadonlyMap<string, RoleDefinition>;
  readonly #documents: ReadonlyMap<string, { holder: Holder; document: PolicyDocument }>;

  constructor(
    iam: RoleRegistry,
    roles: ReadonlyMap<string, RoleDefinition>,
    given: readonly { holder: Holder; document: unknown }[],
  ) {
    this.iam = iam;
    this.roles = roles;
    // The last document of a holder is the one in force.
    this.#documents = new Map(
      given.flatMap(({ holder, document }) =>
        document === undefined
          ? []
          : [[nameOf(holder), { holder, document: parsePolicy(document, nameOf(holder)) }] as const],
      ),
    );
  }

  get documents(): { holder: Holder; document: PolicyDocument }[] {
    return [...this.#documents.values()];
  }

  documentOf(holder: Holder): PolicyDocument {
    const found = this.#documents.get(nameOf(holder));
    if (!found) throw new Error(`no policy of ${nameOf(holder)}`);
    return found.document;
  }

  /** Runs `task` while a grant is missing. */
  async lacking<T>(grant: Grant, task: () => Promise<T> | T): Promise<T> {
    const document = this.documentOf(grant.holder);
    this.#put(grant.holder, without(document, grant));
    try {
      return await task();
    } finally {
      this.#put(grant.holder, document);
    }
  }

  /** Runs `task` while a role trusts nobody. */
  async untrusted(role: RoleDefinition, task: () => Promise<void>): Promise<void> {
    this.iam.putRole({ ...role, assumeRolePolicy: { Version: '2012-10-17', Statement: [] } });
    try {
      await task();
    } finally {
      this.iam.putRole(role);
    }
  }

  #put(holder: Holder, document: PolicyDocument): void {
    if (holder.kind === 'role') this.iam.attachPolicy(holder.roleName, holder.policyName, document);
    else this.iam.putResourcePolicy(holder.arn, document);
  }
}
