import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { CliError, ExitCode } from '../errors.ts';
import type { Gate } from '../session.ts';
import type { WebhookRequest } from './webhook-request.ts';

const Secret = z.object({ current: z.string().check(z.minLength(1)) });

/** 202: the queue has it. 200: it was no decision, with the reason. */
const Accepted = z.object({ status: z.literal('accepted'), callbackId: z.string(), jiraStoryId: z.string() });
const Ignored = z.object({ status: z.literal('ignored'), reason: z.string() });
const Problem = z.object({ title: z.string(), detail: z.optional(z.string()) });

const ANSWER_MS = 20_000;

/** The secret that Jira signs with. No error shows it. */
export async function webhookSecret({ target, stack }: Gate): Promise<string> {
  const SecretId = stack.output('WebhookSecretArn');
  const { SecretString } = await new SecretsManagerClient(target.settings).send(
    new GetSecretValueCommand({ SecretId }),
  );
  const secret = z.safeParse(Secret, jsonOrUndefined(SecretString));
  if (!secret.success)
    throw new CliError(`the secret ${SecretId} is not JSON {"current":"…","previous":"…"} with a current one`);
  return secret.data.current;
}

/**
 * Posts to the webhook as Jira does.
 *
 * @returns the id of the accepted callback
 * @throws CliError when it was refused or ignored, with the webhook's own words
 */
export async function postDecision({ target, stack }: Gate, { headers, body }: WebhookRequest): Promise<string> {
  const url = stack.output('CallbackApiEndpoint');
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER_MS) }).catch(
    (cause: unknown) => {
      throw new CliError(
        `the webhook of ${target.name} (${url}) does not answer; storygate doctor looks for the reason`,
        {
          exitCode: ExitCode.unreachable,
          cause,
        },
      );
    },
  );
  const answer = jsonOrUndefined(await response.text());
  const accepted = z.safeParse(Accepted, answer);
  if (accepted.success) return accepted.data.callbackId;
  const ignored = z.safeParse(Ignored, answer);
  if (ignored.success)
    throw new CliError(
      `the webhook took it for no decision: ${ignored.data.reason} (see decisionCriteria in storygate.config.json)`,
    );
  const problem = z.safeParse(Problem, answer);
  const why = problem.success ? `${problem.data.title}: ${problem.data.detail ?? ''}` : 'without a reason';
  throw new CliError(`the webhook answered ${response.status}, ${why}; storygate doctor looks for the reason`, {
    exitCode: response.status >= 500 ? ExitCode.unreachable : ExitCode.user,
  });
}

function jsonOrUndefined(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined; // without the error: it quotes the text, which may be a secret
  }
}
