import { ProvisionError } from '../provision-error.ts';
import { fileOf, type ResourceType } from '../resource-type.ts';
import { apiGatewayV2Api } from './apigatewayv2-api.ts';
import { apiGatewayV2Authorizer } from './apigatewayv2-authorizer.ts';
import { apiGatewayV2DomainName } from './apigatewayv2-domain-name.ts';
import { apiGatewayV2Integration } from './apigatewayv2-integration.ts';
import { apiGatewayV2Route } from './apigatewayv2-route.ts';
import { apiGatewayV2Stage } from './apigatewayv2-stage.ts';
import { dynamodbGlobalTable } from './dynamodb-global-table.ts';
import { dynamodbTable } from './dynamodb-table.ts';
import { eventsApiDestination } from './events-api-destination.ts';
import { eventsConnection } from './events-connection.ts';
import { eventsEventBus } from './events-event-bus.ts';
import { eventsEventBusPolicy } from './events-event-bus-policy.ts';
import { eventsRule } from './events-rule.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { kmsAlias } from './kms-alias.ts';
import { kmsKey } from './kms-key.ts';
import { lambdaAlias } from './lambda-alias.ts';
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { lambdaVersion } from './lambda-version.ts';
import { logsLogGroup } from './logs-log-group.ts';
import { logsResourcePolicy } from './logs-resource-policy.ts';
import { s3Bucket } from './s3-bucket.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import { schedulerScheduleGroup } from './scheduler-schedule-group.ts';
import { secretsManagerResourcePolicy } from './secretsmanager-resource-policy.ts';
import { secretsManagerRotationSchedule } from './secretsmanager-rotation-schedule.ts';
import { secretsManagerSecret } from './secretsmanager-secret.ts';
import { snsSubscription } from './sns-subscription.ts';
import { snsTopic } from './sns-topic.ts';
import { snsTopicPolicy } from './sns-topic-policy.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsQueuePolicy } from './sqs-queue-policy.ts';
import { stepFunctionsStateMachine } from './stepfunctions-state-machine.ts';
import { stepFunctionsStateMachineAlias } from './stepfunctions-state-machine-alias.ts';
import { stepFunctionsStateMachineVersion } from './stepfunctions-state-machine-version.ts';
import { WITHOUT_EFFECT } from './without-effect.ts';

const TYPES: readonly ResourceType[] = [
  apiGatewayV2Api,
  apiGatewayV2Authorizer,
  apiGatewayV2DomainName,
  apiGatewayV2Integration,
  apiGatewayV2Route,
  apiGatewayV2Stage,
  dynamodbGlobalTable,
  dynamodbTable,
  eventsApiDestination,
  eventsConnection,
  eventsEventBus,
  eventsEventBusPolicy,
  eventsRule,
  iamManagedPolicy,
  iamPolicy,
  iamRole,
  kmsAlias,
  kmsKey,
  lambdaAlias,
  lambdaEventInvokeConfig,
  lambdaEventSourceMapping,
  lambdaFunction,
  lambdaPermission,
  lambdaVersion,
  logsLogGroup,
  logsResourcePolicy,
  s3Bucket,
  s3BucketPolicy,
  schedulerScheduleGroup,
  secretsManagerResourcePolicy,
  secretsManagerRotationSchedule,
  secretsManagerSecret,
  snsSubscription,
  snsTopic,
  snsTopicPolicy,
  sqsQueue,
  sqsQueuePolicy,
  stepFunctionsStateMachine,
  stepFunctionsStateMachineAlias,
  stepFunctionsStateMachineVersion,
];

/** Every resource type that can be made here, by its CloudFormation name. */
const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(TYPES.map((type) => [type.type, type]));

/**
 * The resource type of this CloudFormation name; undefined for one that is accepted and makes nothing.
 * @throws ProvisionError for all others
 */
export function resourceTypeOf(name: string): ResourceType | undefined {
  const known = RESOURCE_TYPES.get(name);
  if (known || WITHOUT_EFFECT.has(name)) return known;
  throw new ProvisionError(`this resource type is not supported; add ${fileOf(name)}`);
}
