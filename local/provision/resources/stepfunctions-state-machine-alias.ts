import { z } from 'zod';
import { defined, number } from '../properties.ts';
import { ProvisionError } from '../provision-error.ts';
import { resourceType } from '../resource-type.ts';

/** A gradual move to a version; here the alias moves at once, as there is nobody to protect from it. */
const deployment = z.strictObject({
  StateMachineVersionArn: z.string(),
  Type: z.enum(['LINEAR', 'ALL_AT_ONCE', 'CANARY']),
  Percentage: z.unknown().optional(),
  Interval: z.unknown().optional(),
  Alarms: z.unknown().optional(),
});

const schema = z.strictObject({
  Name: z.string(),
  Description: z.string().optional(),
  RoutingConfiguration: z.array(z.strictObject({ StateMachineVersionArn: z.string(), Weight: number })).optional(),
  DeploymentPreference: deployment.optional(),
});

/** A movable name for one or two versions of a state machine. */
export const stepFunctionsStateMachineAlias = resourceType({
  type: 'AWS::StepFunctions::StateMachineAlias',
  properties: schema,
  async create(properties, { modules }) {
    const routing = routingOf(properties);
    const stateMachineArn = routing[0]?.versionArn.replace(/:\d+$/, '');
    if (!stateMachineArn) throw new ProvisionError('needs RoutingConfiguration or DeploymentPreference');
    const { aliasArn } = await modules.stepFunctions.putAlias(
      defined({ name: properties.Name, description: properties.Description, stateMachineArn, routing }),
    );
    return { id: aliasArn, attributes: { Arn: aliasArn } };
  },
});

function routingOf({ RoutingConfiguration, DeploymentPreference }: z.infer<typeof schema>) {
  if (DeploymentPreference) return [{ versionArn: DeploymentPreference.StateMachineVersionArn, weight: 100 }];
  return (RoutingConfiguration ?? []).map(({ StateMachineVersionArn, Weight }) => ({
    versionArn: StateMachineVersionArn,
    weight: Weight,
  }));
}
