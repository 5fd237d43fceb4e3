import { randomUUID } from 'node:crypto';
import type { Cancel, Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { AwsError } from '../gateway/aws-error.ts';
import type { Iam, Principal } from '../iam/principal.ts';
import { type RotationRules, rotationRules } from './rotation-rules.ts';
import type { RotationRow, SecretRow, SecretStore } from './secret-store.ts';

/** What Secrets Manager calls a rotation function with, in this order. */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
/** AWS tries a rotation that fails several times and does not say when; here after a minute, then after two. */
const RETRIES_AFTER_MS = [60_000, 120_000];

/** What a version has until the function has made its value. */
const EMPTY = { text: null, binary: null };

export interface RotationsOptions {
  clock: Clock;
  database: Database;
  iam: Pick<Iam, 'authorize'>;
  /** Runs rotation functions. */
  lambda: { invoke(arn: string, payload: unknown, principal: Principal): Promise<{ functionError?: string }> };
}

/** Rotates secrets by their functions: at their time, and when told to. A rotation that a crash broke off goes on at the next start. */
export class Rotations {
  readonly #store: SecretStore;
  readonly #options: RotationsOptions;
  /** What comes next, by the name of the secret: a rotation at its time, or one that failed again. */
  readonly #timers = new Map<string, { kind: 'next' | 'retry'; cancel: Cancel }>();
  /** Names of secrets whose function is at work. */
  readonly #running = new Set<string>();
  #started = false;

  constructor(store: SecretStore, options: RotationsOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Sets how a secret is rotated. @throws AwsError AccessDeniedException when Secrets Manager may not call the function */
  configure(secret: SecretRow, functionArn: string, rules: RotationRules): void {
    this.#requireInvocable(secret, functionArn);
    const known = this.#store.rotation(secret.name);
    const last = known?.last ?? null;
    const unchanged = known?.rules === rules.json && known.enabled === 1;
    const next = unchanged ? known.next : rules.every ? this.#options.clock.now() + rules.every : null;
    this.#store.putRotation(secret.name, { functionArn, rules: rules.json, enabled: 1, last, next });
    if (this.#started) this.#arm(secret.name);
  }

  /** Turns rotation off. A version that a rotation has begun stays `AWSPENDING`. */
  cancel({ name }: SecretRow): void {
    const known = this.#store.rotation(name);
    if (known) this.#store.putRotation(name, { ...known, enabled: 0, next: null });
    this.#disarm(name);
  }

  /**
   * Begins a rotation, which goes on after the call.
   * @param token id of the new version
   * @returns the id of the new version
   * @throws AwsError InvalidRequestException without a rotation function, and while a rotation is not complete (it is tried again)
   */
  rotate(secret: SecretRow, token: string = randomUUID()): string {
    if (!this.#enabled(secret.name))
      throw new AwsError('InvalidRequestException', 'No Lambda rotation function ARN is associated with this secret.');
    const incomplete = this.#pending(secret.name);
    if (incomplete !== undefined && incomplete !== token) {
      void this.#attempt(secret, incomplete);
      throw new AwsError(
        'InvalidRequestException',
        "A previous rotation isn't complete. That rotation will be reattempted.",
      );
    }
    this.#begin(secret, token);
    return token;
  }

  /** Takes up what an earlier run has begun or scheduled. Call it when the functions are there. */
  start(): void {
    this.#started = true;
    for (const secret of this.#store.list()) {
      const incomplete = this.#enabled(secret.name) && this.#pending(secret.name);
      if (incomplete) void this.#attempt(secret, incomplete);
      else this.#arm(secret.name);
    }
  }

  close(): void {
    this.#started = false;
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #begin(secret: SecretRow, token: string): void {
    if (!this.#store.versions(secret.name).some(({ id }) => id === token))
      this.#store.addVersion(secret.name, token, EMPTY, ['AWSPENDING'], this.#options.clock.now());
    void this.#attempt(secret, token);
  }

  async #attempt(secret: SecretRow, token: string, retries: readonly number[] = RETRIES_AFTER_MS): Promise<void> {
    const rotation = this.#enabled(secret.name);
    if (!rotation || this.#running.has(secret.name)) return;
    this.#disarm(secret.name);
    this.#running.add(secret.name);
    const problem = await this.#run(secret, token, rotation.functionArn).catch((error: unknown) => error);
    this.#running.delete(secret.name);
    if (!this.#started) return; // the runtime ended meanwhile; the next one goes on
    if (problem === undefined) return this.#done(secret.name, 'rotated');
    console.error(`The rotation of the secret ${secret.name} failed:`, problem);
    const [delay, ...later] = retries;
    if (delay === undefined) return this.#done(secret.name, 'failed');
    const again = () => void this.#attempt(secret, token, later);
    this.#schedule(secret.name, 'retry', this.#options.clock.now() + delay, again);
  }

  /** All steps. @throws what went wrong */
  async #run(secret: SecretRow, token: string, functionArn: string): Promise<undefined> {
    await this.#options.database.committed(); // the function is about to ask for the version
    for (const Step of STEPS) {
      const event = { Step, SecretId: secret.arn, ClientRequestToken: token };
      const { functionError } = await this.#options.lambda.invoke(functionArn, event, rotator(secret));
      if (functionError !== undefined) throw new Error(`${Step} of ${functionArn}: ${functionError}`);
    }
    if (this.#pending(secret.name) !== undefined)
      throw new Error(`${functionArn} ended and left the new version at AWSPENDING`);
  }

  #done(name: string, outcome: 'rotated' | 'failed'): void {
    const rotation = this.#enabled(name);
    if (!rotation) return;
    const now = this.#options.clock.now();
    const { every } = rotationRules(JSON.parse(rotation.rules));
    const last = outcome === 'rotated' ? now : rotation.last;
    this.#store.putRotation(name, { ...rotation, last, next: every ? now + every : null });
    this.#arm(name);
  }

  /** Not while a rotation is under way: its end does that. */
  #arm(name: string): void {
    if (this.#running.has(name) || this.#timers.get(name)?.kind === 'retry') return;
    this.#disarm(name);
    const rotation = this.#enabled(name);
    if (!rotation?.next) return;
    const begin = () => {
      const secret = this.#store.find(name);
      if (secret && !secret.deleted) this.#begin(secret, this.#pending(name) ?? randomUUID());
    };
    this.#schedule(name, 'next', rotation.next, begin);
  }

  #schedule(name: string, kind: 'next' | 'retry', at: number, task: () => void): void {
    this.#disarm(name);
    const run = () => {
      this.#timers.delete(name);
      task();
    };
    this.#timers.set(name, { kind, cancel: this.#options.clock.schedule(at, run) });
  }

  #disarm(name: string): void {
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
  }

  #enabled(name: string): RotationRow | undefined {
    const rotation = this.#store.rotation(name);
    return rotation?.enabled === 1 ? rotation : undefined;
  }

  /** The version of a rotation that has not come to its end. */
  #pending(name: string): string | undefined {
    const version = this.#store.versions(name).find(({ stages }) => stages.includes('AWSPENDING'));
    return version?.stages.includes('AWSCURRENT') ? undefined : version?.id;
  }

  #requireInvocable(secret: SecretRow, functionArn: string): void {
    try {
      this.#options.iam.authorize(rotator(secret), [{ action: 'lambda:InvokeFunction', resource: functionArn }]);
    } catch (cause) {
      throw new AwsError(
        'AccessDeniedException',
        `Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com. (${functionArn})`,
        { cause },
      );
    }
  }
}

function rotator({ arn }: SecretRow): Principal {
  return { kind: 'service', service: 'secretsmanager.amazonaws.com', sourceArn: arn };
}
