import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClientSettings } from './target.ts';

/** SHA-256 as the signer wants it: with a key it is an HMAC. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytes(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

/** POSTs JSON to an HTTP API that wants IAM authorization, signed as `curl --aws-sigv4` and the SDKs sign. */
export async function signedPost(
  url: string,
  body: unknown,
  client: ClientSettings,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { protocol, hostname, port, pathname, host } = new URL(url);
  const { region, credentials } = client;
  const signer = new SignatureV4({ region, credentials, service: 'execute-api', sha256: Sha256 });
  const request = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: pathname,
    headers: { host, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return fetch(url, { method: 'POST', headers: request.headers, body: JSON.stringify(body) });
}
