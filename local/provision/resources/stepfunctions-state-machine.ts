import { z } from 'zod';
import { allTags, boolean, defined, json, tagList, text } from '../properties.ts';
import { resourceType } from '../resource-type.ts';
import { stateMachineDefinition } from '../state-machine-definition.ts';
import { requireStatesTrust } from '../state-machine-role.ts';

const logging = z.strictObject({
  Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).default('OFF'),
  IncludeExecutionData: boolean.default(false),
  Destinations: z
    .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) }))
    .default([]),
});

/** A state machine, made of the definition that deploys. */
export const stepFunctionsStateMachine = resourceType({
  type: 'AWS::StepFunctions::StateMachine',
  properties: z.strictObject({
    StateMachineName: z.string().optional(),
    StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
    RoleArn: z.string(),
    Definition: json.optional(),
    DefinitionString: z.string().optional(),
    DefinitionS3Location: z.strictObject({ Bucket: z.string(), Key: z.string() }).optional(),
    DefinitionSubstitutions: z.record(z.string(), text).default({}),
    LoggingConfiguration: logging.optional(),
    TracingConfiguration: z.strictObject({ Enabled: boolean.default(false) }).optional(),
    Tags: tagList,
  }),
  ignored: { EncryptionConfiguration: 'executions on this machine are as safe as the machine' },
  async create(properties, context) {
    const name = context.name(properties.StateMachineName, { maxLength: 80 });
    const { definition, revisionId } = stateMachineDefinition(properties, context);
    const log = properties.LoggingConfiguration;
    requireStatesTrust(properties.RoleArn, name, context.modules.iam);
    const { arn } = await context.modules.stepFunctions.putStateMachine(
      defined({
        name,
        definition,
        roleArn: properties.RoleArn,
        type: properties.StateMachineType,
        loggingConfiguration: log && loggingConfiguration(log),
        tracingEnabled: properties.TracingConfiguration?.Enabled,
        tags: allTags(properties.Tags, context),
      }),
    );
    return { id: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId } };
  },
});

function loggingConfiguration({ Level, IncludeExecutionData, Destinations }: z.infer<typeof logging>) {
  return {
    level: Level,
    includeExecutionData: IncludeExecutionData,
    destinations: Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
      cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
    })),
  };
}
