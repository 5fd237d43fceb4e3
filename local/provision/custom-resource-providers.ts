import type { Template } from '../assembly/template.ts';
import { referencesIn } from './references.ts';

const FUNCTION = 'AWS::Lambda::Function';

/**
 * Functions that only run while CloudFormation handles custom resources (`ServiceToken`). What such a resource does is
 * done here without them, or it has no local effect, so they are not made.
 */
export function customResourceProviders(template: Template): Set<string> {
  const tokens = Object.values(template.Resources).map(({ Properties }) => Properties['ServiceToken']);
  return new Set([...referencesIn(tokens)].filter((id) => template.Resources[id]?.Type === FUNCTION));
}
