import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type CheckResult, ok, type Patient, problem, warning } from './check.ts';

/** Shorter ones can be guessed; the generated one has 48 characters. */
const SHORTEST_SECRET = 16;

/** Whether Jira and the webhook can share a secret. Never tells what it is. */
export async function webhookSecretIsSet(patient: Patient): Promise<CheckResult> {
  const { current, previous } = await readSecret(patient, 'WebhookSecretArn');
  const wayOut =
    'put {"current":"…","previous":"…"} into the secret of the output WebhookSecretArn; docs/jira-setup.md';
  if (!current) return problem('it has no current value: every callback is refused', wayOut);
  if (current.length < SHORTEST_SECRET)
    return warning(`the current value is shorter than ${SHORTEST_SECRET} characters`, wayOut);
  return ok(previous ? 'current and previous are set: a rotation is under way' : 'current is set');
}

/** Whether the mock APIs have a token to check. */
export async function apiTokenIsSet(patient: Patient): Promise<CheckResult> {
  const { token } = await readSecret(patient, 'ApiTokensSecretArn');
  if (token) return ok('token is set');
  const rotate = `aws secretsmanager rotate-secret --secret-id ${patient.stack.output('ApiTokensSecretArn')}`;
  return problem(
    'it has no token: the mock APIs answer 401',
    `put {"token":"…"} into it, then bring a new one to the connections: ${rotate}`,
  );
}

/** Members of a JSON secret that are text. No error shows the value. */
async function readSecret({ target, stack }: Patient, output: string): Promise<Readonly<Record<string, string>>> {
  const { SecretString = '{}' } = await new SecretsManagerClient(target.settings).send(
    new GetSecretValueCommand({ SecretId: stack.output(output) }),
  );
  const parsed = jsonOrNothing(SecretString);
  const entries = Object.entries(parsed).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  return Object.fromEntries(entries);
}

function jsonOrNothing(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {}; // shown as a secret without the members it needs; the error would quote it
  }
}
