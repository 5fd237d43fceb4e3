import type { JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { TokenError } from './jwt-token.ts';

/** As long as API Gateway may keep keys. */
const KEPT_MS = 2 * 3_600_000;
/** A token with an unknown key makes the issuer be asked again, but not for each of a flood. */
const ASKED_AGAIN_AFTER_MS = 10_000;
const PATIENCE_MS = 5_000;

const discovery = z.looseObject({ jwks_uri: z.url() });
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string() })) });
type Keys = z.infer<typeof keySet>['keys'];

/** The public keys of an issuer, by OpenID Connect discovery, asked for when the first token comes. */
export class JwtIssuer {
  readonly #url: string;
  readonly #clock: Pick<Clock, 'now'>;
  #known: { at: number; keys: Promise<Keys> } | undefined;

  constructor(url: string, clock: Pick<Clock, 'now'>) {
    this.#url = url;
    this.#clock = clock;
  }

  /** The key with that id. @throws TokenError when the issuer has none or cannot be asked */
  async key(kid: string): Promise<JsonWebKey> {
    const find = async (keptFor: number) => (await this.#keys(keptFor)).find((key) => key.kid === kid);
    const key = (await find(KEPT_MS)) ?? (await find(ASKED_AGAIN_AFTER_MS));
    if (key) return key;
    throw new TokenError('the token is signed with a key that its issuer does not have');
  }

  #keys(keptFor: number): Promise<Keys> {
    const now = this.#clock.now();
    if (!this.#known || now - this.#known.at >= keptFor) this.#known = { at: now, keys: this.#fetch() };
    return this.#known.keys;
  }

  async #fetch(): Promise<Keys> {
    try {
      const { jwks_uri } = discovery.parse(
        await json(`${this.#url.replace(/\/$/, '')}/.well-known/openid-configuration`),
      );
      return keySet.parse(await json(jwks_uri)).keys;
    } catch (cause) {
      this.#known = undefined; // the next token asks again
      console.error(`The keys of the issuer ${this.#url} could not be read:`, cause);
      throw new TokenError('OIDC discovery endpoint communication error', { cause });
    }
  }
}

async function json(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
