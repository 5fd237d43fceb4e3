import { isDeepStrictEqual } from 'node:util';
import { compilePolicy } from '../../../local/iam/statement.ts';
import type { Plan } from '../../../preflight/plan/plan.ts';
import { machineFindings } from '../../../preflight/policies/machine-findings.ts';
import { wiringFindings } from '../../../preflight/policies/wiring-findings.ts';
import type { TemplateSources } from '../../../preflight/template-source.ts';
import type { Grant } from './grants.ts';
import { without } from './grants.ts';
import type { Patience } from './patience.ts';
import type { Check, Policies, watchRegistries } from './policies.ts';
import type { Run } from './run.ts';

/** How it shows that a grant is needed, in AWS's words. */
export interface Proof {
  by: string;
  message: string;
}

/** What preflight says about an app whose policies lack a grant. */
export async function preflightProof(
  grant: Grant,
  plan: Plan,
  planned: Policies,
  templates: TemplateSources,
): Promise<Proof | undefined> {
  const document = planned.documentOf(grant.holder);
  const policies = plan.policies.map((policy) =>
    isDeepStrictEqual(policy.document, document) && isOf(grant, policy.roleName)
      ? { ...policy, document: without(document, grant) }
      : policy,
  );
  const machines = plan.machines.filter(({ roleArn }) => isOf(grant, roleArn.slice(roleArn.lastIndexOf('/') + 1)));
  const findings = await planned.lacking(grant, () => policyFindings({ ...plan, policies, machines }, templates));
  const [finding] = findings.filter(({ message, fix }) => `${message} ${fix}`.includes(grant.action));
  return finding && { by: 'preflight', message: finding.message };
}

function isOf({ holder }: Grant, roleName: string): boolean {
  return holder.kind === 'role' && holder.roleName === roleName;
}

/** Every finding about calls that policies do not allow. */
export function policyFindings(plan: Plan, templates: TemplateSources) {
  return [
    ...plan.machines.flatMap((machine) => machineFindings(machine, undefined, plan, templates).findings),
    ...wiringFindings(plan, templates).findings,
  ];
}

/** What is checked in each run while nothing is missing. */
export type Baseline = ReadonlyMap<Run, readonly Check[]>;

/** Finds runs that fail without a grant. */
export class RunProofs {
  readonly #running: Policies;
  readonly #baseline: Baseline;
  readonly #watched: ReturnType<typeof watchRegistries>;
  readonly #patience: Patience;
  /** Starts the functions of a role anew, so that none lives on a secret that it has read before. */
  readonly #restart: (roleArn: string) => Promise<void>;
  /** Ends what a run that failed has left. */
  readonly #tidyUp: () => Promise<void>;

  constructor(options: {
    running: Policies;
    baseline: Baseline;
    watched: ReturnType<typeof watchRegistries>;
    patience: Patience;
    restart: (roleArn: string) => Promise<void>;
    tidyUp: () => Promise<void>;
  }) {
    this.#running = options.running;
    this.#baseline = options.baseline;
    this.#watched = options.watched;
    this.#patience = options.patience;
    this.#restart = options.restart;
    this.#tidyUp = options.tidyUp;
  }

  /** Only for grants of roles. */
  async find(grant: Grant): Promise<Proof | undefined> {
    const role = grant.holder.kind === 'role' ? this.#running.roles.get(grant.holder.roleName) : undefined;
    if (!role) return undefined;
    for (const [run, checks] of this.#baseline) {
      if (!checks.some((check) => isAbout(check, role.arn, grant))) continue;
      const message = await this.#failureOf(run, grant, role.arn);
      if (message !== undefined) return { by: run.name, message };
    }
    return undefined;
  }

  /** The refusal with which a run failed. */
  async #failureOf(run: Run, grant: Grant, roleArn: string): Promise<string | undefined> {
    const refusal = await this.#running.lacking(grant, async () => {
      if (grant.action.startsWith('secretsmanager:')) await this.#restart(roleArn);
      this.#watched.takeChecks();
      const outcome = await this.#patience.spend(run.act, () => this.#watched.isRefused(roleArn));
      const refusal = this.#watched
        .takeChecks()
        .find((check) => check.refusal !== undefined && isAbout(check, roleArn, grant))?.refusal;
      return outcome === 'succeeded' ? undefined : refusal;
    });
    await this.#tidyUp();
    return refusal;
  }
}

function isAbout({ principal, requirements }: Check, roleArn: string, { action, resource }: Grant): boolean {
  if (principal.kind !== 'role' || principal.roleArn !== roleArn) return false;
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] };
  const compiled = compilePolicy(document, 'identity', 'grant');
  return requirements.some((requirement) =>
    compiled.some((statement) => statement.covers(requirement, { get: () => undefined })),
  );
}
