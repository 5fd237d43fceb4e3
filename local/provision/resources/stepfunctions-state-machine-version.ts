import { z } from 'zod';
import { resourceType } from '../resource-type.ts';

/** An immutable version of a state machine's present revision. */
export const stepFunctionsStateMachineVersion = resourceType({
  type: 'AWS::StepFunctions::StateMachineVersion',
  properties: z.strictObject({ StateMachineArn: z.string(), Description: z.string().optional() }),
  ignored: { StateMachineRevisionId: 'makes CloudFormation publish again; here the module knows the revision' },
  async create({ StateMachineArn, Description }, { modules }) {
    const { versionArn } = await modules.stepFunctions.publishVersion(StateMachineArn, Description);
    return { id: versionArn, attributes: { Arn: versionArn } };
  },
});
