import type { Template } from '../assembly/template.ts';
import { ACCOUNT, REGION } from '../gateway/arn.ts';

/** What provisioning made of one resource of a template. */
export interface ProvisionedResource {
  /** Physical id: what `Ref` gives. */
  id: string;
  /** What `Fn::GetAtt` gives. */
  attributes: Readonly<Record<string, unknown>>;
}

/** Everything that an expression of a template may refer to. */
export interface Scope {
  template: Template;
  stackName: string;
  stackId: string;
  /** Values of the template's parameters. */
  parameters: ReadonlyMap<string, string | readonly string[]>;
  /** Resources made so far, by logical id. */
  resources: ReadonlyMap<string, ProvisionedResource>;
  /** Exports of the stacks made so far, by name. */
  exports: ReadonlyMap<string, string>;
}

/** A property with this value is as if it were not there. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** The value of a pseudo parameter; undefined when there is none of this name. */
export function pseudoParameter(name: string, scope: Scope): string | readonly string[] | typeof NO_VALUE | undefined {
  switch (name) {
    case 'AWS::AccountId':
      return ACCOUNT;
    case 'AWS::Region':
      return REGION;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return scope.stackName;
    case 'AWS::StackId':
      return scope.stackId;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      return undefined;
  }
}
