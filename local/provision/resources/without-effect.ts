/**
 * Resource types that are accepted and make nothing here, each with its reason. `Ref` gives a name; a type that others
 * refer to by `Fn::GetAtt` belongs into the registry instead.
 */
export const WITHOUT_EFFECT: ReadonlyMap<string, string> = new Map([
  ['AWS::ApiGateway::Account', 'access logs are written without a role for the account'],
  ['AWS::ApiGatewayV2::ApiMapping', "APIs are reached at the gateway's own address"],
  ['AWS::CDK::Metadata', 'usage statistics of the CDK'],
  ['AWS::Chatbot::SlackChannelConfiguration', 'there is no Slack'],
  ['AWS::CloudWatch::Alarm', 'there are no metrics'],
  ['AWS::CloudWatch::CompositeAlarm', 'there are no metrics'],
  ['AWS::CloudWatch::Dashboard', 'there are no metrics'],
  ['AWS::CodeDeploy::Application', 'aliases of functions move at once, as there is nobody to protect from it'],
  ['AWS::CodeDeploy::DeploymentConfig', 'see AWS::CodeDeploy::Application'],
  ['AWS::CodeDeploy::DeploymentGroup', 'see AWS::CodeDeploy::Application'],
  ['AWS::Logs::MetricFilter', 'there are no metrics'],
  ['AWS::Logs::QueryDefinition', 'there is no console'],
  ['AWS::XRay::Group', 'there are no traces'],
  ['Custom::S3AutoDeleteObjects', 'empties a bucket when its stack is destroyed; local data goes with its directory'],
]);
