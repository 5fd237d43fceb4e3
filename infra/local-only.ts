import type { Config } from './config.ts';

/** What in a configuration works in the local run alone and would fail in a deployment; undefined when there is nothing. */
export function localOnly({ api: { jwt } }: Config): string | undefined {
  if (!jwt?.issuer.startsWith('http:')) return undefined;
  return `api.jwt.issuer is ${jwt.issuer}: API Gateway takes issuers with https:// only, this one is for the local run`;
}
