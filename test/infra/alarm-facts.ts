import type { Template } from 'aws-cdk-lib/assertions';
import { resources } from './gate-template.ts';

export interface AlarmFacts {
  name: string;
  description: string;
  properties: Record<string, unknown>;
}

/** The alarms of a template. */
export function alarms(template: Template): AlarmFacts[] {
  return resources(template)
    .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => ({
      name: String(properties['AlarmName']),
      description: String(properties['AlarmDescription']),
      properties,
    }));
}
