import type { Template } from '../assembly/template.ts';
import { DependencyError } from './provision-error.ts';
import { referencesIn } from './references.ts';

/**
 * The logical ids in an order in which each comes after all that it needs (`DependsOn`, `Ref`, `Fn::GetAtt`, `Fn::Sub`),
 * otherwise as in the template.
 * @param included the resources whose conditions hold
 * @throws DependencyError in CloudFormation's words when resources need each other
 */
export function creationOrder(resources: Template['Resources'], included: ReadonlySet<string>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): void => {
    if (done.has(id)) return;
    if (path.includes(id)) throw cycle(path.slice(path.indexOf(id)));
    path.push(id);
    for (const need of needsOf(id, resources)) if (included.has(need)) visit(need);
    path.pop();
    done.add(id);
  };
  for (const id of Object.keys(resources)) if (included.has(id)) visit(id);
  return [...done];
}

function needsOf(id: string, resources: Template['Resources']): Set<string> {
  const resource = resources[id];
  if (!resource) return new Set();
  const needs = new Set([...resource.DependsOn, ...referencesIn(resource.Properties)]);
  for (const need of resource.DependsOn)
    if (!resources[need]) throw new DependencyError(id, `${id}: DependsOn names ${need}, which is not in the template`);
  needs.delete(id);
  return needs;
}

function cycle(path: readonly string[]): DependencyError {
  return new DependencyError(path[0] ?? '', `Circular dependency between resources: [${path.join(', ')}]`);
}
