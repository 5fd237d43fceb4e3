import { App, Errors, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BundleError, bundleFunctions } from './bundle.ts';
import { type Config, ConfigError, loadConfig } from './config.ts';
import { FileDistributionStack } from './file-distribution-stack.ts';
import { MessageRecordStack } from './message-record-stack.ts';
import { ReleaseGateStack } from './release-gate-stack.ts';

const STACKS = {
  'release-gate': ReleaseGateStack,
  'file-distribution': FileDistributionStack,
  'message-record': MessageRecordStack,
} satisfies Record<Config['workflows'][number], unknown>;

/** What `cdk` and `npm run synth` run: bundles the functions and writes the cloud assembly of one stage. */
async function main(): Promise<void> {
  const app = new App({ analyticsReporting: false });
  const stage: unknown = app.node.tryGetContext('stage');
  const config = loadConfig(typeof stage === 'string' ? stage : undefined);
  await bundleFunctions();
  for (const workflow of config.workflows) new STACKS[workflow](app, config);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
}

try {
  await main();
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof BundleError || Errors.isConstructError(error);
  if (!expected) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
