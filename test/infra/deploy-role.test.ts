import { describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DeployRoleStack, deployRoleSchema } from '../../infra/deploy-role-stack.ts';
import { readable, resources, statements } from './gate-template.ts';

const template = (more: Record<string, string> = {}) => {
  const config = deployRoleSchema.parse({ stage: 'prod', repository: 'octo-org/gates', ...more });
  return Template.fromStack(new DeployRoleStack(new App({ analyticsReporting: false }), config));
};

describe('the role that GitHub deploys with', () => {
  test('is for jobs of one repository in one environment', () => {
    const [role] = resources(template()).filter(({ type }) => type === 'AWS::IAM::Role');
    expect(readable(role?.properties['AssumeRolePolicyDocument'])).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: '<GitHub.Arn>' },
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': 'repo:octo-org/gates:environment:prod',
            },
          },
        },
      ],
    });
  });

  test('may take on what cdk bootstrap made for deployments, and nothing else', () => {
    const allowed = statements(template(), 'AWS::IAM::Policy').map(({ Action, Resource }) => [
      Action,
      readable(Resource),
    ]);
    const role = (name: string) =>
      `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-${name}-<AWS::AccountId>-<AWS::Region>`;
    expect(allowed).toEqual([
      ['sts:AssumeRole', [role('deploy-role'), role('file-publishing-role'), role('lookup-role')]],
    ]);
  });

  test('uses the provider that an account already has', () => {
    template({ provider: 'existing' }).resourceCountIs('AWS::IAM::OIDCProvider', 0);
    template().hasResourceProperties('AWS::IAM::OIDCProvider', {
      Url: 'https://token.actions.githubusercontent.com',
      ClientIdList: ['sts.amazonaws.com'],
    });
  });
});
