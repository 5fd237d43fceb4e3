import { AwsError } from '../../gateway/aws-error.ts';
import type { LoggingConfiguration } from '../observer.ts';
import { Input } from './input.ts';

const LEVELS = ['OFF', 'ALL', 'ERROR', 'FATAL'] as const;

interface Configuration {
  loggingConfiguration?: LoggingConfiguration;
  tracingEnabled?: boolean;
}

/** What CreateStateMachine and UpdateStateMachine set besides definition and role; undefined when they set nothing of it. */
export function configurationOf(input: Input): Configuration | undefined {
  const logging = input.object('loggingConfiguration');
  const tracing = input.object('tracingConfiguration');
  const encryption = input.object('encryptionConfiguration');
  if (encryption) requireOwnedKey(new Input(encryption));
  if (!logging && !tracing && !encryption) return undefined;
  return {
    ...(logging && { loggingConfiguration: loggingOf(new Input(logging)) }),
    ...(tracing && { tracingEnabled: new Input(tracing).flag('enabled', false) }),
  };
}

/** The one kind of encryption that there is here: none that anybody would see. */
function requireOwnedKey(input: Input): void {
  input.text('type');
  if (input.choice('type', ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']) === 'AWS_OWNED_KEY') return;
  throw new AwsError(
    'InvalidEncryptionConfiguration',
    'The local runtime does not serve CUSTOMER_MANAGED_KMS_KEY for state machines; use AWS_OWNED_KEY',
  );
}

function loggingOf(input: Input): LoggingConfiguration {
  const level = input.choice('level', LEVELS);
  const destinations = input.objects('destinations').map((destination) => {
    const group = new Input(destination.object('cloudWatchLogsLogGroup') ?? {});
    return { cloudWatchLogsLogGroup: { logGroupArn: group.text('logGroupArn') } };
  });
  if (level !== 'OFF' && destinations.length !== 1)
    throw new AwsError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  return { level, includeExecutionData: input.flag('includeExecutionData', false), destinations };
}
