import type { Clock } from '../clock.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Iam } from '../iam/principal.ts';
import { machineArn, splitMachineArn } from './arns.ts';
import { localLimits } from './definition/local-limits.ts';
import { invalidDefinition, validate } from './definition/validate.ts';
import { requireLogDelivery } from './log-delivery.ts';
import type { LoggingConfiguration } from './observer.ts';
import type { MachineRow, MachineStore, MachineType, NewRevision, RevisionRow } from './store/machines.ts';

export interface MachineDefinition {
  name: string;
  definition: string;
  roleArn: string;
  type: MachineType;
  loggingConfiguration?: LoggingConfiguration | undefined;
  tracingEnabled?: boolean | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
}

export type MachineChange = Partial<Omit<MachineDefinition, 'name' | 'type' | 'tags'>>;

/** What an ARN with or without version or alias means for a new execution. */
export interface Target {
  machine: MachineRow;
  revision: number;
  versionArn?: string;
  aliasArn?: string;
}

/** Where an alias leads. */
export interface Route {
  stateMachineVersionArn: string;
  /** Percent. */
  weight: number;
}

type Routes = readonly [first: Route, second?: Route];

interface MachinesOptions {
  clock: Clock;
  store: MachineStore;
  iam: Iam;
  random: () => number;
}

/** State machines: created, changed and found by ARN. */
export class Machines {
  readonly #options: MachinesOptions;

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  /**
   * Creates a machine; the same again is no change. As the service documents it for CreateStateMachine, another role or other
   * tags alone make no other machine: the first ones stay.
   * Throws `InvalidName`, `InvalidDefinition`, `StateMachineAlreadyExists`.
   */
  create(machine: MachineDefinition): { arn: string; isNew: boolean; created: number } {
    checkName(machine.name);
    const { clock, store } = this.#options;
    const arn = machineArn(machine.name);
    const existing = store.get(arn);
    checkDefinition(machine.definition, machine.type);
    const revision = this.#revision(arn, machine);
    if (existing) {
      const current = this.#current(existing);
      const same = existing.type === machine.type && isSame({ ...current, role: revision.role }, revision);
      if (same) return { arn, isNew: false, created: existing.created };
      throw alreadyExists(arn);
    }
    const created = clock.now();
    const tags = JSON.stringify(machine.tags ?? {});
    store.create({ arn, name: machine.name, type: machine.type, created, tags }, revision);
    return { arn, isNew: true, created };
  }

  /** Changes what is given and keeps the rest; nothing new makes no new revision. */
  update(arn: string, change: MachineChange): { revision: number; updated: number } {
    const machine = this.get(arn);
    const current = this.#current(machine);
    const logging: LoggingConfiguration | undefined =
      current.logging === null ? undefined : JSON.parse(current.logging);
    const { definition = current.definition } = change;
    if (definition !== current.definition) checkDefinition(definition, machine.type);
    const revision = this.#revision(machine.arn, {
      definition,
      roleArn: change.roleArn ?? current.role,
      loggingConfiguration: change.loggingConfiguration ?? logging,
      tracingEnabled: change.tracingEnabled ?? current.tracing === 1,
    });
    if (isSame(current, revision)) return { revision: machine.revision, updated: current.updated };
    return { revision: this.#options.store.update(revision), updated: revision.updated };
  }

  /** The machine of an ARN, whatever version or alias it names. Throws `StateMachineDoesNotExist`. */
  get(arn: string): MachineRow {
    const machine = this.#options.store.get(splitMachineArn(arn).machine);
    if (!machine) throw doesNotExist(arn);
    return machine;
  }

  /** What to run for an ARN: an alias chooses among its versions by weight. */
  resolve(arn: string): Target {
    return this.#resolve(arn, ([first, second]) => {
      const chooseFirst = !second || this.#options.random() * 100 < first.weight;
      return chooseFirst ? first : second;
    });
  }

  /** What to show for an ARN, always the same: of an alias the version that most executions run, the first of equals. */
  shown(arn: string): Target {
    return this.#resolve(arn, ([first, second]) => (second && second.weight > first.weight ? second : first));
  }

  #resolve(arn: string, choose: (routes: Routes) => Route): Target {
    const { qualifier } = splitMachineArn(arn);
    const machine = this.get(arn);
    if (qualifier === undefined) return { machine, revision: machine.revision };
    if (/^\d+$/.test(qualifier)) return this.#version(machine, arn);
    const alias = this.#options.store.alias(machine.arn, qualifier);
    if (!alias) throw doesNotExist(arn);
    const routes: Routes = JSON.parse(alias.routing);
    return {
      ...this.#version(machine, choose(routes).stateMachineVersionArn),
      aliasArn: `${machine.arn}:${qualifier}`,
    };
  }

  #version(machine: MachineRow, arn: string): Target {
    const version = this.#options.store.version(machine.arn, Number(splitMachineArn(arn).qualifier));
    if (!version) throw doesNotExist(arn);
    return { machine, revision: version.revision, versionArn: `${machine.arn}:${version.version}` };
  }

  #current(machine: MachineRow): RevisionRow {
    const revision = this.#options.store.revision(machine.revision);
    if (!revision) throw new RangeError(`the store has no revision ${machine.revision} of ${machine.arn}`);
    return revision;
  }

  #revision(machine: string, values: Omit<MachineDefinition, 'name' | 'type'>): NewRevision {
    const { definition, roleArn, loggingConfiguration, tracingEnabled } = values;
    requireTrust(roleArn, machine, this.#options.iam);
    if (loggingConfiguration?.level !== undefined && loggingConfiguration.level !== 'OFF')
      requireLogDelivery(roleArn, this.#options.iam);
    return {
      machine,
      definition,
      role: roleArn,
      logging: loggingConfiguration ? JSON.stringify(loggingConfiguration) : null,
      tracing: tracingEnabled ? 1 : 0,
      updated: this.#options.clock.now(),
    };
  }
}

/** A machine acts as its role from the first step on, so Step Functions must be able to assume it. */
function requireTrust(roleArn: string, machine: string, iam: Iam): void {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(roleArn))
    throw new AwsError('InvalidArn', `Invalid Role Arn: '${roleArn}'`);
  if (iam.trusts(roleArn, 'states.amazonaws.com', machine)) return;
  const problem =
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume';
  throw new AwsError('AccessDeniedException', `${problem} the provided role. (${roleArn})`);
}

export function doesNotExist(arn: string): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

export function alreadyExists(arn: string): AwsError {
  return new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
}

/** Names of machines and executions: 1–80 characters, none of which the service excludes. Throws `InvalidName`. */
export function checkName(name: string): void {
  // Without the flag u, the two halves of a character beyond U+FFFF are surrogates, which the service excludes as well.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among those the service excludes
  if (/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]{1,80}$/.test(name)) return;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function checkDefinition(definition: string, type: MachineType): void {
  const findings = validate(definition, type);
  if (findings.some(({ severity }) => severity === 'ERROR'))
    throw new AwsError('InvalidDefinition', invalidDefinition(findings));
  const limits = localLimits(definition);
  if (limits.length > 0)
    throw new AwsError('InvalidDefinition', `Not supported by the local runtime: ${limits.join('; ')}`);
}

function isSame(a: RevisionRow, b: NewRevision): boolean {
  return a.definition === b.definition && a.role === b.role && a.logging === b.logging && a.tracing === b.tracing;
}
