import { statementsOf } from '../../../local/iam/policy.ts';
import type { Grant } from './grants.ts';
import type { Policies } from './policies.ts';

/** What each condition calls too little; everything else about the request is in order. */
const TOO_LITTLE: Readonly<Record<string, string>> = {
  'aws:SecureTransport': 'false',
  's3:TlsVersion': '1.1',
};

/** AWS's words for a caller that comes in the way that the statement of a deny is about. */
export function refusalOfInsecure(policies: Policies, { holder, action, resource, at }: Grant): string {
  const { Condition = {} } = statementsOf(policies.documentOf(holder))[at.statement] ?? {};
  const [key = ''] = Object.values(Condition).flatMap((keys) => Object.keys(keys));
  const value = TOO_LITTLE[key];
  if (value === undefined) throw new Error(`${resource}: no test for a deny on ${key}`);
  const requirement = {
    action: action.replace('*', 'Anything'),
    resource: resource.replace('*', 'anything'),
    context: { [key.toLowerCase()]: value },
  };
  try {
    policies.iam.authorize({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/anyone', sessionName: 'test' }, [
      requirement,
    ]);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
