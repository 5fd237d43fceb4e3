import { ACCOUNT } from '../gateway/arn.ts';
import { queryService } from '../gateway/query-service.ts';
import type { AwsService } from '../gateway/service.ts';
import type { AccessKey, Principal } from '../iam/principal.ts';
import { sessionRequest } from './assume-role.ts';

export interface StsOptions {
  clock: { now(): number };
  /** Checks that the caller may assume the role (its trust policy) and gives the session's key. Throws `AwsError`. */
  assumeRole(caller: Principal, roleArn: string, sessionName: string): AccessKey;
}

/** STS: who am I, and sessions of the roles of loaded stacks. Sessions do not expire before the runtime ends. */
export function sts({ clock, assumeRole }: StsOptions): AwsService {
  return queryService({
    name: 'sts',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    actions: {
      GetCallerIdentity: {
        requires: () => [], // AWS lets everyone ask
        run: (_input, { principal }) => ({ Account: ACCOUNT, ...identityOf(principal) }),
      },
      AssumeRole: {
        requires: () => [], // `assumeRole` decides, as it is the role's own policy that counts
        run: (input, { principal }) => {
          const asked = sessionRequest(input, principal);
          const { RoleArn: roleArn, RoleSessionName: session } = asked;
          const { accessKeyId, secretAccessKey, sessionToken } = assumeRole(principal, roleArn, session);
          return {
            Credentials: {
              AccessKeyId: accessKeyId,
              SecretAccessKey: secretAccessKey,
              SessionToken: sessionToken,
              Expiration: new Date(clock.now() + asked.DurationSeconds * 1000),
            },
            AssumedRoleUser: sessionOf(roleArn, session),
          };
        },
      },
    },
  });
}

function identityOf(principal: Principal): { UserId: string; Arn: string } {
  if (principal.kind === 'admin') return { UserId: 'LOCALADMIN', Arn: principal.arn };
  if (principal.kind === 'service') return { UserId: principal.service, Arn: principal.sourceArn };
  const { AssumedRoleId, Arn } = sessionOf(principal.roleArn, principal.sessionName);
  return { UserId: AssumedRoleId, Arn };
}

function sessionOf(roleArn: string, session: string): { AssumedRoleId: string; Arn: string } {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return { AssumedRoleId: `AROALOCAL:${session}`, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}` };
}
