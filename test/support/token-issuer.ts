import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface TokenIssuer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** How often its keys were asked for. */
  asked(): number;
  /** A signed token. Members that are undefined are left out. */
  token(claims: object, header?: { alg?: string; kid?: string }): string;
  /** Replaces its key, which gets the name `kid`. */
  renewKey(kid: string): void;
  stop(): Promise<void>;
}

/** An issuer of tokens as OpenID Connect knows them, with real keys: it can be discovered, and signs what it is told. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  let key = newKey('first');
  let asked = 0;
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = createServer((request, response) => {
    const pages: Record<string, () => object> = {
      '/.well-known/openid-configuration': () => ({ issuer: url, jwks_uri: `${url}/keys` }),
      '/keys': () => {
        asked += 1;
        return { keys: [key.jwk, { ...elliptic.publicKey.export({ format: 'jwk' }), kid: 'elliptic' }] };
      },
    };
    const page = pages[request.url ?? ''];
    response.writeHead(page ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(page?.() ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url,
    asked: () => asked,
    token(claims, { alg = 'RS256', kid = key.jwk.kid } = {}) {
      const signed = `${part({ alg, kid, typ: 'JWT' })}.${part(claims)}`;
      if (alg === 'none') return `${signed}.`;
      if (alg === 'HS256') return `${signed}.${createHmac('sha256', key.pem).update(signed).digest('base64url')}`;
      const by = alg.startsWith('ES') ? elliptic.privateKey : key.privateKey;
      return `${signed}.${sign(`sha${alg.slice(2)}`, Buffer.from(signed), encoded(by)).toString('base64url')}`;
    },
    renewKey: (kid) => {
      key = newKey(kid);
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function newKey(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return { privateKey, pem, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}

/** JWTs carry signatures of curves as two numbers, not as OpenSSL does. */
const encoded = (key: KeyObject) =>
  key.asymmetricKeyType === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : key;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
