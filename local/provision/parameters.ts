import type { AssemblyStack } from '../assembly/assembly.ts';
import type { Template } from '../assembly/template.ts';
import { ProvisionError } from './provision-error.ts';

/** The version of the CDK's bootstrap stack that templates ask for; there is nothing to bootstrap here. */
const BOOTSTRAP_VERSION = '28';

/**
 * The values of a stack's parameters: as given to the app, else their default.
 * @throws ProvisionError naming the parameter that has neither, or a value that is not allowed
 */
export function parameterValues(stack: AssemblyStack): Map<string, string | readonly string[]> {
  return new Map(
    Object.entries(stack.template.Parameters).map(([name, parameter]) => [
      name,
      parameterValue(name, parameter, stack.parameters[name]),
    ]),
  );
}

type Parameter = Template['Parameters'][string];

function parameterValue(name: string, parameter: Parameter, given: string | undefined): string | readonly string[] {
  const value = given ?? (parameter.Default === undefined ? undefined : String(parameter.Default));
  if (value === undefined) throw new ProvisionError(`parameter ${name} has no value and no default`);
  if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(value))
    throw new ProvisionError(`parameter ${name} must be one of ${parameter.AllowedValues.join(', ')}, not ${value}`);
  if (parameter.Type.startsWith('AWS::SSM::')) return stored(name, value);
  return isList(parameter.Type) ? value.split(',').map((item) => item.trim()) : value;
}

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

function stored(name: string, key: string): string {
  if (/^\/cdk-bootstrap\/[^/]+\/version$/.test(key)) return BOOTSTRAP_VERSION;
  throw new ProvisionError(`parameter ${name} reads ${key} from SSM Parameter Store, which does not exist here`);
}
