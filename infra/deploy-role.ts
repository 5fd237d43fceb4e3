import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { DeployRoleStack, deployRoleSchema } from './deploy-role-stack.ts';

/**
 * `npm run deploy-role -- -c stage=prod -c repository=owner/name`: an administrator runs it once for each stage, and GitHub deploys from
 * then on. An app of its own, because what deploys should not be able to change whom it trusts by accident.
 */
const app = new App({ analyticsReporting: false });
const given = Object.fromEntries(
  Object.keys(deployRoleSchema.shape).map((name) => [name, app.node.tryGetContext(name) ?? undefined]),
);
const config = deployRoleSchema.safeParse(given);
if (config.success) {
  new DeployRoleStack(app, config.data);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
} else {
  for (const { path, message } of config.error.issues) console.error(`-c ${path.join('.')}=…: expected ${message}`);
  process.exitCode = 1;
}
