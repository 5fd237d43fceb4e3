import type { Requirement } from './principal.ts';
import { type CompiledStatement, compilePolicy } from './statement.ts';

/** The policies that resources carry, by the ARN of the resource. */
export class ResourcePolicies {
  readonly #byResource = new Map<string, readonly CompiledStatement[]>();
  readonly #byService = new Map<string, Map<string, readonly CompiledStatement[]>>();

  put(resourceArn: string, document: unknown): void {
    if (document === undefined) this.#byResource.delete(resourceArn);
    else this.#byResource.set(resourceArn, compilePolicy(document, 'resource', `policy of ${resourceArn}`));
  }

  putForService(service: string, name: string, document: unknown): void {
    const policies = this.#byService.get(service) ?? new Map<string, readonly CompiledStatement[]>();
    policies.set(name, compilePolicy(document, 'resource', `${service} resource policy ${name}`));
    this.#byService.set(service, policies);
  }

  /** The statements that have a say in a call on a resource. */
  of({ action, resource }: Requirement): readonly CompiledStatement[] {
    const own = this.#byResource.get(holderOf(resource)) ?? [];
    const shared = this.#byService.get(action.slice(0, action.indexOf(':')));
    return shared ? [...own, ...[...shared.values()].flat()] : own;
  }
}

/** The resource that carries the policy: an object's is its bucket's. */
function holderOf(resource: string): string {
  if (!resource.startsWith('arn:aws:s3:::')) return resource;
  const slash = resource.indexOf('/');
  return slash < 0 ? resource : resource.slice(0, slash);
}
