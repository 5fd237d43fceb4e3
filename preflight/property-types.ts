import type { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { isObject } from '../local/provision/references.ts';

export type ServiceSpec = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type Properties = ReturnType<ServiceSpec['all']> extends readonly (infer T)[] ? T : never;
type Resource = Extract<Properties, { cloudFormationType: string; properties: unknown }>;
type Given = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** A property that CloudFormation does not know, or not with such a value. */
export interface PropertyProblem {
  path: Path;
  message: string;
}

/** Words of CloudFormation for the type of a value. */
const NAMES: Readonly<Record<string, string>> = {
  string: 'String',
  integer: 'Number',
  number: 'Number',
  boolean: 'Boolean',
  array: 'List',
  map: 'Map',
  ref: 'Map',
};

/** Compares the properties of one resource with the specification of its type. Unknown types are not judged. */
export function propertyProblems(spec: ServiceSpec, type: string, properties: Given): PropertyProblem[] {
  const [resource] = spec.lookup('resource', 'cloudFormationType', 'equals', type);
  return resource ? members(spec, resource.properties, properties, []) : [];
}

function members(spec: ServiceSpec, known: Resource['properties'], given: Given, path: Path): PropertyProblem[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const property = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!property) return [{ path: [...path, name], message: `Encountered unsupported property ${name}` }];
    const types = [property.type, ...(property.previousTypes ?? [])];
    const attempts = types.map((type) => check(spec, type, value, [...path, name]));
    return attempts.find((problems) => problems.length === 0) ?? attempts[0] ?? [];
  });
}

type PropertyType = Resource['properties'][string]['type'];

function check(spec: ServiceSpec, type: PropertyType, value: unknown, path: Path): PropertyProblem[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      // CloudFormation turns scalars into one another where it can.
      return typeof value === 'object' ? [mistyped(type.type, path)] : [];
    case 'array':
      if (!Array.isArray(value)) return [mistyped('array', path)];
      return value.flatMap((item: unknown, index) => check(spec, type.element, item, [...path, index]));
    case 'map':
      if (!isObject(value)) return [mistyped('map', path)];
      return Object.entries(value).flatMap(([key, item]) => check(spec, type.element, item, [...path, key]));
    case 'ref':
      if (!isObject(value)) return [mistyped('ref', path)];
      return members(spec, spec.get('typeDefinition', type.reference).properties, value, path);
    case 'union': {
      const attempts = type.types.map((option) => check(spec, option, value, path));
      return attempts.find((problems) => problems.length === 0) ?? attempts[0] ?? [];
    }
    default:
      return []; // JSON, dates, tags
  }
}

function mistyped(type: string, path: Path): PropertyProblem {
  return { path, message: `Value of property ${String(path.at(-1))} must be of type ${NAMES[type]}` };
}

function isIntrinsic(value: unknown): boolean {
  const [key = '', another] = isObject(value) ? Object.keys(value) : [];
  return another === undefined && (key === 'Ref' || key.startsWith('Fn::'));
}
