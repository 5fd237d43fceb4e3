import { CfnOutput, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { resourceName, stackTags } from './naming.ts';

/** One workflow: `storygate-<stage>-<workflow>`, which deploys alone or with the others. */
export abstract class WorkflowStack extends Stack {
  constructor(scope: Construct, config: Config, name: string, description: string) {
    super(scope, resourceName(config, name), {
      description,
      terminationProtection: config.retainData,
      tags: stackTags(config),
      // The CLI checks the bootstrap version from the assembly's manifest; the rule in the template would only repeat it.
      // A cast, because the class lets an optional property be undefined and its interface does not say so.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
  }

  protected output(key: string, value: string, description: string): void {
    new CfnOutput(this, key, { value, description });
  }
}
