import { z } from 'zod';
import type { ResourceContext } from './resource-type.ts';

/** A text; CloudFormation turns numbers and booleans into texts where a text is wanted. */
export const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

/** A number, also as the text that a parameter gives. */
export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

/** A whole number between two bounds, in the words of the API's models. */
export function wholeNumber(name: string, least: number, most: number) {
  return number.refine((value) => Number.isInteger(value) && value >= least && value <= most, {
    error: ({ input }) =>
      `Value '${input}' at '${name}' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
  });
}

/** A boolean, also as the text that a parameter gives. */
export const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);

/** Any JSON object: policy documents, event patterns, … are judged by who uses them. */
export const json = z.record(z.string(), z.unknown());

/** Tags as a list of `{Key, Value}`, as most types have them. */
export const tagList = z
  .array(z.strictObject({ Key: z.string(), Value: text }))
  .default([])
  .transform((tags): Record<string, string> => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));

/** Tags as an object, as API Gateway has them. */
export const tagMap = z.record(z.string(), text).default({});

/** A resource's tags together with those of its stack. */
export function allTags(own: Readonly<Record<string, string>>, context: ResourceContext): Record<string, string> {
  return { ...context.stackTags, ...own };
}

/** The members that may be undefined become optional, the others stay as they are. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without members that are undefined: an optional property here is either there or not. */
export function defined<T extends object>(object: T): Defined<T> {
  // The filter makes true what the type says.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
