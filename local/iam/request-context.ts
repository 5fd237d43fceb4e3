import type { Clock } from '../clock.ts';
import { ACCOUNT, REGION } from '../gateway/arn.ts';
import type { Principal, Requirement } from './principal.ts';

/** Values of a request's condition keys. Keys in lower case. */
export interface RequestContext {
  get(key: string): string | readonly string[] | undefined;
}

/** What the registry knows about the role of a principal. */
export interface RoleFacts {
  name: string;
  tags: Readonly<Record<string, string>>;
}

/**
 * Global condition keys that exist on AWS and that a local request never carries (no organisation, no VPC, no MFA, …).
 * A key that starts with `aws:` and is neither here nor set below is a typing error, not an absent value.
 */
const NEVER_SET = new Set([
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:ec2instancesourceprivateipv4',
  'aws:ec2instancesourcevpc',
  'aws:federatedprovider',
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:referer',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:sourceidentity',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:tokenissuetime',
  'aws:useragent',
  'aws:username',
  'aws:vpcsourceip',
]);

/** Global keys that a local request carries, at least for some principals. */
const SOMETIMES_SET = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:tagkeys',
  'aws:userid',
  'aws:viaawsservice',
]);

const TAG_PREFIXES = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/'];

/** Whether a condition may name this key (in lower case). Keys of services (`sqs:…`) come with the request. */
export function isKnownKey(key: string): boolean {
  if (!key.startsWith('aws:')) return /^[a-z0-9-]+:./.test(key);
  return SOMETIMES_SET.has(key) || NEVER_SET.has(key) || TAG_PREFIXES.some((prefix) => key.startsWith(prefix));
}

/** Collects what conditions and policy variables may ask about one requirement of one caller. */
export function requestContext(
  principal: Principal,
  role: RoleFacts | undefined,
  requirement: Requirement,
  clock: Pick<Clock, 'now'>,
): RequestContext {
  const caller = principal.kind === 'service' ? serviceKeys(principal) : roleKeys(principal, role);
  return {
    get: (key) => requirement.context?.[key] ?? caller[key] ?? requestKey(key, requirement, clock),
  };
}

type Keys = Readonly<Record<string, string | readonly string[]>>;

function serviceKeys(principal: Extract<Principal, { kind: 'service' }>): Keys {
  return {
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': principal.service,
    'aws:principalservicenameslist': [principal.service],
    'aws:sourcearn': principal.sourceArn,
    // S3's ARNs carry no account, yet S3 sends the bucket owner's.
    'aws:sourceaccount': principal.sourceArn.split(':')[4] || ACCOUNT,
  };
}

function roleKeys(principal: Exclude<Principal, { kind: 'service' }>, role: RoleFacts | undefined): Keys {
  if (principal.kind === 'admin') return { 'aws:principalarn': principal.arn, 'aws:principalaccount': ACCOUNT };
  const tags = Object.entries(role?.tags ?? {}).map(([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value]);
  return {
    ...Object.fromEntries(tags),
    'aws:principalarn': principal.roleArn,
    'aws:principalaccount': ACCOUNT,
    'aws:principaltype': 'AssumedRole',
    'aws:principalisawsservice': 'false',
    'aws:userid': `${role?.name ?? ''}:${principal.sessionName}`,
  };
}

function requestKey(key: string, requirement: Requirement, clock: Pick<Clock, 'now'>): string | undefined {
  switch (key) {
    case 'aws:securetransport':
      return 'true'; // The gateway listens on loopback only; on AWS every SDK call is encrypted.
    case 'aws:viaawsservice':
      return 'false';
    case 'aws:requestedregion':
      return REGION;
    case 'aws:sourceip':
      return '127.0.0.1';
    case 'aws:currenttime':
      return new Date(clock.now()).toISOString();
    case 'aws:epochtime':
      return String(Math.floor(clock.now() / 1000));
    case 'aws:resourceaccount':
      return requirement.resource.split(':')[4] || ACCOUNT;
    default:
      return undefined;
  }
}
