import type { Clock } from '../clock.ts';
import { ACCOUNT } from '../gateway/arn.ts';
import { AwsError } from '../gateway/aws-error.ts';
import { accessKeyOf, rolePrefix } from './access-keys.ts';
import { type ApplicablePolicies, type Decision, decide } from './decision.ts';
import { denial } from './denial.ts';
import { managedPolicy } from './managed-policies.ts';
import type { AccessKey, Iam, Principal, Requirement } from './principal.ts';
import { callerName } from './principal-match.ts';
import { requestContext } from './request-context.ts';
import { ResourcePolicies } from './resource-policies.ts';
import { compileRole, type Role, type RoleDefinition } from './role.ts';
import { type CompiledStatement, compilePolicy } from './statement.ts';

const ADMIN: Principal = { kind: 'admin', arn: `arn:aws:iam::${ACCOUNT}:user/local-admin` };

/** Role for trying state machines and patterns by hand: every service may assume it, it may do everything. */
export const LOCAL_ADMIN_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/local-admin`;

const ALLOW_ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const ADMIN_POLICY = compilePolicy(ALLOW_ALL, 'identity', 'policy of the local admin');
const TRUST_ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:*' }] };

/** More remembered decisions than a busy run needs; S3 keys in resources must not fill the memory. */
const REMEMBERED_DECISIONS = 10_000;

/** Roles and resource policies of the loaded stacks, and the decisions on them. */
export class RoleRegistry implements Iam {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #roles = new Map<string, Role>();
  readonly #managed = new Map<string, unknown>();
  readonly #attached = new Map<string, Map<string, readonly CompiledStatement[]>>();
  readonly #roleByPrefix = new Map<string, string>();
  readonly #sessions = new Map<string, string>();
  readonly #resources = new ResourcePolicies();
  readonly #remembered = new Map<string, Decision>();

  constructor(options: { clock: Pick<Clock, 'now'> }) {
    this.#clock = options.clock;
    this.putRole({
      name: 'local-admin',
      arn: LOCAL_ADMIN_ROLE_ARN,
      assumeRolePolicy: TRUST_ALL,
      inlinePolicies: { everything: ALLOW_ALL },
    });
  }

  /**
   * Creates or replaces a role; policies attached by `attachPolicy` stay.
   * @throws PolicyError naming role, policy and statement for anything that cannot be evaluated
   */
  putRole(definition: RoleDefinition): void {
    this.#roles.set(
      definition.arn,
      compileRole(definition, (arn) => this.#managed.get(arn) ?? managedPolicy(arn)),
    );
    this.#roleByPrefix.set(rolePrefix(definition.arn), definition.arn);
    this.#remembered.clear();
  }

  /** Creates or replaces a managed policy of the account's own; roles that are put afterwards may name it. */
  putManagedPolicy(arn: string, document: unknown): void {
    compilePolicy(document, 'identity', `managed policy ${arn}`);
    this.#managed.set(arn, document);
  }

  /**
   * Creates or replaces a policy that a template attaches to a role from outside (`AWS::IAM::Policy`).
   * @throws AwsError NoSuchEntity; PolicyError naming role, policy and statement
   */
  attachPolicy(roleName: string, policyName: string, document: unknown): void {
    if (![...this.#roles.values()].some(({ name }) => name === roleName))
      throw new AwsError('NoSuchEntity', `The role with name ${roleName} cannot be found.`, { status: 404 });
    const policies = this.#attached.get(roleName) ?? new Map<string, readonly CompiledStatement[]>();
    policies.set(policyName, compilePolicy(document, 'identity', `policy ${policyName} of role ${roleName}`));
    this.#attached.set(roleName, policies);
    this.#remembered.clear();
  }

  /**
   * Sets the policy of a queue, topic, bucket, function, secret, bus or log group; undefined takes it away.
   * @throws PolicyError naming resource and statement
   */
  putResourcePolicy(resourceArn: string, document: unknown): void {
    this.#resources.put(resourceArn, document);
    this.#remembered.clear();
  }

  /** Sets a policy that belongs to an account's service instead of one resource, as CloudWatch Logs has them. */
  putServicePolicy(service: string, policyName: string, document: unknown): void {
    this.#resources.putForService(service, policyName, document);
    this.#remembered.clear();
  }

  hasRole(roleArn: string): boolean {
    return this.#roles.has(roleArn);
  }

  accessKeyOf(roleArn: string, sessionName: string): AccessKey {
    const key = accessKeyOf(roleArn, sessionName);
    this.#sessions.set(key.accessKeyId, sessionName);
    this.#roleByPrefix.set(rolePrefix(roleArn), roleArn); // the key of a role that is gone may do nothing, not everything
    return key;
  }

  principalOf(accessKeyId: string | undefined): Principal {
    const roleArn = accessKeyId === undefined ? undefined : this.#roleByPrefix.get(accessKeyId.slice(0, 12));
    if (accessKeyId === undefined || roleArn === undefined) return ADMIN;
    // A key issued before a restart still tells its role; its session's name is known again once it is issued anew.
    return { kind: 'role', roleArn, sessionName: this.#sessions.get(accessKeyId) ?? accessKeyId.slice(12) };
  }

  authorize(principal: Principal, requirements: readonly Requirement[]): void {
    if (principal.kind === 'admin') return;
    for (const requirement of requirements) {
      const decision = this.decide(principal, requirement);
      if (decision.outcome !== 'allowed') throw denial(principal, requirement, decision, requirements[0]?.action);
    }
  }

  /** The decision with the statement that made it. */
  decide(principal: Principal, requirement: Requirement): Decision {
    const key = `${identityOf(principal)}\n${requirement.action}\n${requirement.resource}`;
    const known = this.#remembered.get(key);
    if (known) return known;
    const role = principal.kind === 'role' ? this.#roles.get(principal.roleArn) : undefined;
    const context = requestContext(principal, role, requirement, this.#clock);
    const own = principal.kind === 'admin' ? ADMIN_POLICY : this.#identityPolicies(role);
    const decision = decide(principal, requirement, context, this.#policiesFor(own, requirement));
    if (decision.repeatable) this.#remember(key, decision);
    return decision;
  }

  /**
   * Checks that a role's trust policy lets the caller assume it, the admin like anyone else, and returns the session's key.
   * @throws AwsError AccessDenied in STS's words
   */
  assumeRole(principal: Principal, roleArn: string, sessionName: string): AccessKey {
    const requirement: Requirement = { action: 'sts:AssumeRole', resource: roleArn };
    if (this.#roles.has(roleArn) && this.#allows(principal, requirement)) return this.accessKeyOf(roleArn, sessionName);
    const caller = callerName(principal);
    throw new AwsError(
      'AccessDenied',
      `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      { status: 403 },
    );
  }

  /** Whether an AWS service may assume a role on behalf of a resource: what `iam:PassRole` targets check. */
  trusts(roleArn: string, service: string, sourceArn: string): boolean {
    const principal: Principal = { kind: 'service', service, sourceArn };
    return this.#roles.has(roleArn) && this.#allows(principal, { action: 'sts:AssumeRole', resource: roleArn });
  }

  #allows(principal: Principal, requirement: Requirement): boolean {
    return this.decide(principal, requirement).outcome === 'allowed';
  }

  #identityPolicies(role: Role | undefined): readonly CompiledStatement[] {
    if (!role) return [];
    return [...role.policies, ...[...(this.#attached.get(role.name)?.values() ?? [])].flat()];
  }

  #policiesFor(identity: readonly CompiledStatement[], requirement: Requirement): ApplicablePolicies {
    if (!requirement.action.startsWith('sts:AssumeRole'))
      return { identity, resource: this.#resources.of(requirement), resourceMustAllow: false };
    return { identity, resource: this.#roles.get(requirement.resource)?.trust ?? [], resourceMustAllow: true };
  }

  #remember(key: string, decision: Decision): void {
    if (this.#remembered.size >= REMEMBERED_DECISIONS) this.#remembered.clear();
    this.#remembered.set(key, decision);
  }
}

/** Names a caller for remembered decisions. */
function identityOf(principal: Principal): string {
  if (principal.kind === 'admin') return principal.arn;
  if (principal.kind === 'service') return `${principal.service}\n${principal.sourceArn}`;
  return `${principal.roleArn}\n${principal.sessionName}`;
}
