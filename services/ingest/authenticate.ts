import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { sameText } from '../shared/same-text.ts';

/** The webhook secret: HMAC key and bearer token alike. Two are valid at a time, so that a rotation loses nothing. */
export const WebhookSecrets = z.object({
  current: z.string('the secret in use'),
  previous: z._default(z.string('the secret before it, may be empty'), ''),
});
export type WebhookSecrets = z.infer<typeof WebhookSecrets>;

/** What a request shows for itself. */
export interface Credentials {
  /** The header `X-Hub-Signature`: `sha256=<hex>` over the raw bytes. */
  signature?: string | undefined;
  /** The header `Authorization`: `Bearer <secret>`. */
  authorization?: string | undefined;
  rawBody: Buffer;
}

/** Which of the secrets a signature or a bearer token was made with, if any. An empty secret verifies nothing. */
export function verifiedBy(credentials: Credentials, secrets: WebhookSecrets): keyof WebhookSecrets | undefined {
  return (['current', 'previous'] as const).find(
    (name) => secrets[name] !== '' && verifies(credentials, secrets[name]),
  );
}

/** Whether there is anything to verify. */
export function hasCredentials({ signature, authorization }: Credentials): boolean {
  return signature !== undefined || authorization !== undefined;
}

function verifies({ signature, authorization, rawBody }: Credentials, secret: string): boolean {
  // The method is fixed: a header that names another one is no signature.
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(signature ?? '')?.[1];
  if (hex) {
    const expected = createHmac('sha256', secret).update(rawBody).digest();
    if (timingSafeEqual(Buffer.from(hex, 'hex'), expected)) return true;
  }
  const token = /^Bearer +(\S.*)$/i.exec(authorization ?? '')?.[1];
  return token !== undefined && sameText(token.trim(), secret);
}
