import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { CfnOIDCProvider, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { z } from 'zod';

const ISSUER = 'token.actions.githubusercontent.com';
const AUDIENCE = 'sts.amazonaws.com';
/** Of the roles that `cdk bootstrap` makes, those that a deployment takes on. The first may do what CloudFormation then does as another. */
const BOOTSTRAP_ROLES = ['deploy-role', 'file-publishing-role', 'lookup-role'];

/** What `-c name=value` tells this stack. */
export const deployRoleSchema = z.object({
  stage: z
    .string({ error: 'the stage, which is also the name of the GitHub environment' })
    .regex(/^[a-z][a-z0-9]{0,15}$/),
  repository: z
    .string({ error: 'the repository, such as octo-org/gates' })
    .regex(/^[\w.-]+\/[\w.-]+$/, { error: 'owner/name' }),
  /** One account has one provider: `existing` uses the one that is there. */
  provider: z.enum(['new', 'existing'], { error: 'new or existing' }).default('new'),
  /** As given to `cdk bootstrap --qualifier`. */
  bootstrapQualifier: z.string().default('hnb659fds'),
});
export type DeployRoleConfig = z.infer<typeof deployRoleSchema>;

/**
 * The role that a GitHub workflow deploys one stage with, without any key that lasts. Only jobs of that repository in the
 * environment of that stage may take it on, so the environment's rules (who approves, which branch) bind whoever deploys.
 */
export class DeployRoleStack extends Stack {
  constructor(scope: Construct, { stage, repository, provider, bootstrapQualifier }: DeployRoleConfig) {
    super(scope, `storygate-${stage}-deploy-role`, {
      description: `Storygate: lets GitHub deploy ${stage}`,
      tags: { application: 'storygate', stage },
    });
    const role = new Role(this, 'Role', {
      roleName: `storygate-${stage}-deploy`,
      description: `Deploys Storygate ${stage} from ${repository}`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(this.#provider(provider), {
        StringEquals: {
          [`${ISSUER}:aud`]: AUDIENCE,
          [`${ISSUER}:sub`]: `repo:${repository}:environment:${stage}`,
        },
      }),
    });
    const names = BOOTSTRAP_ROLES.map((name) => `cdk-${bootstrapQualifier}-${name}-${Aws.ACCOUNT_ID}-${Aws.REGION}`);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: names.map((name) =>
          this.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: name }),
        ),
      }),
    );
    this.exportValue(role.roleArn, { name: `storygate-${stage}-deploy-role` });
  }

  #provider(provider: DeployRoleConfig['provider']): string {
    if (provider === 'existing')
      return this.formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: ISSUER });
    return new CfnOIDCProvider(this, 'GitHub', { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).attrArn;
  }
}
