import type { Clock } from '../clock.ts';
import type { ApiRequest } from './api-request.ts';
import type { AuthorizerDefinition } from './http-api.ts';
import { type ApiResponse, messageResponse } from './integration-response.ts';
import { JwtIssuer } from './jwt-issuer.ts';
import { type Claims, decodeToken, TokenError, verifySignature } from './jwt-token.ts';

/** `requestContext.authorizer.jwt` of an event. */
export interface JwtContext {
  /** All values are texts, as API Gateway renders them. */
  claims: Record<string, string>;
  /** Of the token; null on routes that ask for none. */
  scopes: string[] | null;
}

/** Lets requests with a token of one issuer through. */
export class JwtAuthorizer {
  readonly #definition: AuthorizerDefinition;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #issuer: JwtIssuer;

  constructor(definition: AuthorizerDefinition, clock: Pick<Clock, 'now'>) {
    this.#definition = definition;
    this.#clock = clock;
    this.#issuer = new JwtIssuer(definition.jwt.issuer, clock);
  }

  /**
   * Checks the token of a request.
   * @param routeScopes the token must have one of them, if there are any
   * @returns what the function gets to know, or the answer to who may not
   */
  async authorize(request: ApiRequest, routeScopes: readonly string[]): Promise<JwtContext | { refusal: ApiResponse }> {
    const text = tokenOf(request, this.#definition.identitySources);
    if (text === undefined) return { refusal: refusal(401, 'Unauthorized', 'Bearer') };
    const bearer = `Bearer scope="${routeScopes.join(' ')}"`;
    try {
      const claims = await this.#verified(text);
      const scopes = scopesOf(claims);
      if (routeScopes.length > 0 && !routeScopes.some((scope) => scopes.includes(scope)))
        return { refusal: refusal(403, 'Forbidden', `${bearer} error="insufficient_scope"`) };
      return { claims: asTexts(claims), scopes: routeScopes.length > 0 ? scopes : null };
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const why = `${bearer} error="invalid_token" error_description="${error.message.replaceAll(/[^\w .:-]/g, '')}"`;
      return { refusal: refusal(401, 'Unauthorized', why) };
    }
  }

  async #verified(text: string): Promise<Claims> {
    const token = decodeToken(text);
    const { claims } = token;
    const { issuer, audience } = this.#definition.jwt;
    if (claims.iss !== issuer) throw new TokenError('the token does not have a valid issuer');
    verifySignature(token, await this.#issuer.key(token.kid));
    const meant = [claims.aud ?? claims.client_id ?? []].flat();
    if (!meant.some((one) => audience.includes(one))) throw new TokenError('the token does not have a valid audience');
    this.#requireTime(claims);
    return claims;
  }

  #requireTime({ exp, nbf, iat }: Claims): void {
    const now = this.#clock.now() / 1000;
    if (exp === undefined || exp <= now) throw new TokenError('the token has expired');
    if (nbf !== undefined && nbf > now) throw new TokenError('the token is not valid yet');
    if (iat !== undefined && iat > now) throw new TokenError('the token was issued in the future');
  }
}

/** Where a token may be: a header or a parameter of the query. */
export const IDENTITY_SOURCE = /^\$request\.(header|querystring)\.([\w-]+)$/;

/** The first token that the sources name, with or without `Bearer` before it. */
function tokenOf({ headers, rawQuery }: ApiRequest, sources: readonly string[]): string | undefined {
  for (const source of sources) {
    const [, place, name = ''] = IDENTITY_SOURCE.exec(source) ?? [];
    const value = place === 'header' ? headers[name.toLowerCase()] : new URLSearchParams(rawQuery).get(name);
    const token = value?.replace(/^Bearer +/i, '').trim();
    if (token) return token;
  }
  return undefined;
}

function scopesOf({ scope, scp }: Claims): string[] {
  const value = scope ?? scp ?? [];
  return typeof value === 'string' ? value.split(' ').filter((one) => one !== '') : value;
}

function refusal(status: number, message: string, challenge: string): ApiResponse {
  const response = messageResponse(status, message);
  return { ...response, headers: { ...response.headers, 'www-authenticate': challenge } };
}

function asTexts(claims: Claims): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, asText(value)]));
}

/** API Gateway is written in Go, and shows lists and objects as Go prints them: `[a b]`, `map[a:1]`. */
function asText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asText).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, inner]) => `${name}:${asText(inner)}`).join(' ')}]`;
}
