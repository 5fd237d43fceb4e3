/**
 * Members that are maps in SNS's API, with the names that the query protocol gives to their keys and values. A list of
 * entries with these names is taken as well.
 */
const MAPS: Readonly<Record<string, readonly [key: string, value: string]>> = {
  Attributes: ['key', 'value'],
  MessageAttributes: ['Name', 'Value'],
};

/** Flattens an input, as SDKs take it, into the parameters of the query protocol that SNS's actions read. */
export function flattenInput(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(input)) write(parameters, name, name, value);
  return parameters;
}

function write(parameters: Record<string, string>, path: string, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') parameters[path] = String(value);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries())
      write(parameters, `${path}.${MAPS[name] ? 'entry' : 'member'}.${index + 1}`, '', item);
  else if (MAPS[name]) writeMap(parameters, path, MAPS[name], value);
  else for (const [member, item] of Object.entries(value)) write(parameters, `${path}.${member}`, member, item);
}

function writeMap(
  parameters: Record<string, string>,
  path: string,
  [key, value]: readonly [string, string],
  map: object,
): void {
  for (const [index, [name, item]] of Object.entries(map).entries()) {
    parameters[`${path}.entry.${index + 1}.${key}`] = name;
    write(parameters, `${path}.entry.${index + 1}.${value}`, '', item);
  }
}
