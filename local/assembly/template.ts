import { z } from 'zod';

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/**
 * A CloudFormation template. Sections that are not listed (`Transform`, `Hooks`, …) change what a template means, so
 * they are refused.
 */
export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Parameters: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Default: z.union([z.string(), z.number()]).optional(),
        AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
        NoEcho: z.union([z.boolean(), z.string()]).optional(),
        Description: z.string().optional(),
      }),
    )
    .default({}),
  /** Assertions on parameters at deployment. */
  Rules: z.unknown().optional(),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DependsOn: names.default([]),
      Condition: z.string().optional(),
      // How CloudFormation updates and deletes a resource, and notes on it: nothing here is replaced or deleted.
      Metadata: z.unknown().optional(),
      DeletionPolicy: z.unknown().optional(),
      UpdateReplacePolicy: z.unknown().optional(),
      UpdatePolicy: z.unknown().optional(),
      CreationPolicy: z.unknown().optional(),
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown().optional(),
        Description: z.string().optional(),
        Condition: z.string().optional(),
        Export: z.strictObject({ Name: z.unknown().optional() }).optional(),
      }),
    )
    .default({}),
});

export type Template = z.infer<typeof templateSchema>;
