import { CliError, ExitCode } from './errors.ts';
import { plain } from './plain-text.ts';

const UNREACHABLE =
  /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|socket hang up)\b/;
/** Errors of callers, whose message is made for them. */
const EXPECTED = new Set([
  'ConfigError',
  'SynthesisError',
  'BundleError',
  'AssemblyError',
  'InvalidInputError',
  'StartError',
]);

/** Kinds of errors by the name that AWS gives them. */
const MEANINGS: readonly { name: RegExp; exitCode: number; wayOut: string }[] = [
  {
    name: /^(CredentialsProviderError|CredentialsError|ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|TokenProviderError)$/,
    exitCode: ExitCode.unreachable,
    wayOut: 'sign in (aws sso login), name a --profile, or start the local run with storygate dev',
  },
  {
    name: /^AccessDenied|^UnauthorizedOperation|^AuthorizationError/,
    exitCode: ExitCode.user,
    wayOut: 'use credentials that may do it; the role in the stack output UserRoleArn starts and inspects gates',
  },
  {
    name: /Throttl|TooManyRequests|SlowDown|LimitExceeded/,
    exitCode: ExitCode.unreachable,
    wayOut: 'try again in a moment',
  },
  {
    name: /DoesNotExist$|NotFound|^NoSuch|NonExistent/,
    exitCode: ExitCode.notFound,
    wayOut: 'check the name, and --target, --stage and --stack',
  },
  { name: /^Invalid|Validation/, exitCode: ExitCode.user, wayOut: 'see --help for what is expected' },
  {
    name: /^(InternalError|InternalFailure|InternalServerError|ServiceUnavailable|ServiceUnavailableException|TimeoutError)$/,
    exitCode: ExitCode.unreachable,
    wayOut: 'try again in a moment',
  },
];

/** An error in one line with the way out; undefined for what nobody foresaw. @param target what was being talked to */
export function explain(error: unknown, target = 'the target'): CliError | undefined {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return undefined;
  if (EXPECTED.has(error.name)) return new CliError(error.message, { cause: error });
  if (error.name === 'AbortError') return new CliError('interrupted', { exitCode: ExitCode.interrupted, cause: error });
  if (symptoms(error).some((symptom) => UNREACHABLE.test(symptom)))
    return new CliError(
      `${target} does not answer; start the local run with storygate dev, or check --endpoint, --region and the network`,
      { exitCode: ExitCode.unreachable, cause: error },
    );
  if (/region is missing/i.test(error.message))
    return new CliError(
      'no AWS region is set; give --region or set AWS_REGION, or start the local run with storygate dev',
      {
        exitCode: ExitCode.unreachable,
        cause: error,
      },
    );
  return explainByName(error, target);
}

function explainByName(error: Error, target: string): CliError | undefined {
  const meaning = MEANINGS.find(({ name }) => name.test(error.name));
  if (!meaning && !isServiceError(error)) return undefined;
  const what = `${target} says ${error.name}: ${plain(error.message)}`;
  if (!meaning) return new CliError(what, { cause: error });
  return new CliError(`${what} (${meaning.wayOut})`, { exitCode: meaning.exitCode, cause: error });
}

/** Every error of an SDK client carries `$metadata`. */
function isServiceError(error: Error): boolean {
  return '$metadata' in error;
}

/** System error codes and messages of an error, its causes, and the errors it stands for. */
function symptoms(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [...code, error.message, ...inner.flatMap(symptoms)];
}
