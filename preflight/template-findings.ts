import type { Assembly } from '../local/assembly/assembly.ts';
import type { Finding } from './finding.ts';
import { propertyProblems } from './property-types.ts';
import type { TemplateSources } from './template-source.ts';

/**
 * Properties of resources that CloudFormation would refuse. Reads AWS's specification (0.4 s, 200 MB), a development
 * dependency: for `npm run check`, not for the start of the local runtime.
 */
export async function templateFindings(assembly: Assembly, templates: TemplateSources): Promise<Finding[]> {
  const { loadAwsServiceSpec } = await import('@aws-cdk/aws-service-spec');
  const spec = await loadAwsServiceSpec();
  return assembly.stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources).flatMap(([logicalId, { Type, Properties }]) =>
      propertyProblems(spec, Type, Properties).map(
        ({ path, message }): Finding => ({
          rule: 'property-not-supported',
          severity: 'error',
          message,
          ...templates.at({ stack, logicalId }, ['Properties', ...path]),
          fix: `see ${Type} in ${templates.nameOf({ stack, logicalId })}`,
        }),
      ),
    ),
  );
}
