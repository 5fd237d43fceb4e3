/** `${Name}`, `${Name.Attribute}` and `${AWS::Pseudo}` in the text of `Fn::Sub`; `${!Literal}` is none. */
export const SUB_VARIABLE = /\$\{([^!{}][^{}]*)\}/g;

/** Logical ids (and parameter names) that a value refers to by `Ref`, `Fn::GetAtt` or `Fn::Sub`. */
export function referencesIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const item of value) referencesIn(item, found);
  else if (isObject(value)) for (const [key, inner] of Object.entries(value)) addReferences(key, inner, found);
  return found;
}

function addReferences(key: string, value: unknown, found: Set<string>): void {
  if (key === 'Ref' && typeof value === 'string') found.add(value);
  else if (key === 'Fn::GetAtt') found.add(attributeOf(value).logicalId);
  else if (key === 'Fn::Sub') addSubReferences(value, found);
  else referencesIn(value, found);
}

function addSubReferences(value: unknown, found: Set<string>): void {
  const [text, own] = Array.isArray(value) ? value : [value];
  const ownNames = isObject(own) ? Object.keys(own) : [];
  if (own !== undefined) referencesIn(own, found);
  for (const [, name = ''] of String(text).matchAll(SUB_VARIABLE))
    if (!ownNames.includes(name)) found.add(name.split('.')[0] ?? name);
}

/** The two notations of `Fn::GetAtt`: `"Id.Attribute"` and `["Id", "Attribute"]`. */
export function attributeOf(value: unknown): { logicalId: string; attribute: unknown } {
  if (Array.isArray(value)) return { logicalId: String(value[0]), attribute: value[1] };
  const [logicalId = '', ...attribute] = String(value).split('.');
  return { logicalId, attribute: attribute.join('.') };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
