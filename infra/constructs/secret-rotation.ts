import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, type Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { FunctionName } from '../functions.ts';
import { ServiceFunction } from './service-function.ts';

/** Four steps, each a handful of calls with their retries. */
const TIMEOUT = Duration.minutes(1);

export interface SecretRotationProps {
  config: Config;
  secret: Secret;
  /** How often it is rotated by itself. `RotateSecret` rotates it at any time. */
  everyDays: number | 'never';
  service: {
    name: FunctionName;
    description: string;
    environment?: Record<string, string>;
    /** What becomes of those who use the secret when a rotation fails. A sentence. */
    failureMeaning: string;
  };
}

/** Accepts that a secret has no schedule. */
export function rotatedByHand(secret: Secret, reason: string): void {
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason });
}

/** Rotates a secret: the function that makes the new version, who may call it, and when. */
export class SecretRotation extends Construct {
  readonly service: ServiceFunction;

  constructor(scope: Construct, id: string, { config, secret, everyDays, service }: SecretRotationProps) {
    super(scope, id);
    this.service = new ServiceFunction(this, 'Rotate', {
      config,
      name: service.name,
      description: service.description,
      timeout: TIMEOUT,
      environment: service.environment ?? {},
      failure: {
        meaning: service.failureMeaning,
        firstStep: 'read the error in the log of the function, mend its cause, and rotate the secret again.',
        runbook: 'a-secret-was-not-rotated',
      },
    });
    this.service.allow({
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: [secret.secretArn],
    });
    this.#schedule(secret, everyDays);
  }

  /** Without rules, nothing happens by itself. Deploying never rotates: whoever deploys may not expect a new secret. */
  #schedule(secret: Secret, everyDays: number | 'never'): void {
    const { functionArn } = this.service.lambda;
    const permission = new CfnPermission(this, 'MayRotate', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
      sourceArn: secret.secretArn, // a function for this secret alone
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: secret.secretArn,
      rotationLambdaArn: functionArn,
      rotateImmediatelyOnUpdate: false,
      ...(everyDays !== 'never' && { rotationRules: { scheduleExpression: `rate(${everyDays} days)` } }),
    });
    if (everyDays === 'never')
      rotatedByHand(secret, 'RotateSecret rotates it; the configuration says how often by itself.');
    schedule.addResourceDependency(permission); // Secrets Manager tries the call out before it accepts the function
  }
}
