import { dirname } from 'node:path';
import { type Assembly, readAssembly } from '../local/assembly/assembly.ts';
import type { Requirement } from '../local/iam/principal.ts';
import { definitionFindings } from './definition-findings.ts';
import { type DefinitionSource, DefinitionSources } from './definition-source.ts';
import type { Finding } from './finding.ts';
import { makePlan, type PlanProblem } from './plan/make-plan.ts';
import type { Origin } from './plan/plan.ts';
import { machineFindings } from './policies/machine-findings.ts';
import { unusedFindings } from './policies/unused-findings.ts';
import { wiringFindings } from './policies/wiring-findings.ts';
import { templateFindings } from './template-findings.ts';
import { TemplateSources } from './template-source.ts';

/**
 * Everything in a synthesized app that would fail at deployment, or at its first call, as far as it can be known
 * without starting anything. Sorted by file and line.
 * @param assemblyDirectory usually `cdk.out`; the project with `asl/` is the directory around it
 * @param options `properties`: compare every property with AWS's specification too, which needs a development dependency
 * @throws AssemblyError when there is no assembly
 */
export async function preflight(assemblyDirectory: string, options: { properties?: boolean } = {}): Promise<Finding[]> {
  const assembly = readAssembly(assemblyDirectory);
  const templates = new TemplateSources(dirname(assembly.directory));
  const properties = options.properties ? await templateFindings(assembly, templates) : [];
  return sorted([...(await check(assembly, templates)), ...properties]);
}

async function check(assembly: Assembly, templates: TemplateSources): Promise<Finding[]> {
  const { plan, problems } = await makePlan(assembly);
  const definitions = readDefinitions(assembly, plan.declaredMachines, templates);
  const wiring = wiringFindings(plan, templates);
  const used = new Map<string, readonly Requirement[]>(wiring.requirements);
  const machines = plan.machines.flatMap((machine) => {
    const { findings, requirements } = machineFindings(machine, definitions.get(key(machine.origin)), plan, templates);
    used.set(machine.roleArn, [...(used.get(machine.roleArn) ?? []), ...requirements]);
    return findings;
  });
  return [
    ...[...definitions.values()].flatMap(({ origin, ...definition }) =>
      definitionFindings(definition, origin, templates),
    ),
    ...problems.flatMap((problem) => planFinding(problem, templates)),
    ...machines,
    ...wiring.findings,
    ...unusedFindings(plan, used, templates),
  ];
}

type Located = DefinitionSource & { origin: Origin };

function readDefinitions(
  assembly: Assembly,
  machines: Awaited<ReturnType<typeof makePlan>>['plan']['declaredMachines'],
  templates: TemplateSources,
): Map<string, Located> {
  const sources = new DefinitionSources(dirname(assembly.directory), templates);
  return new Map(
    machines.flatMap(({ origin, properties }): [string, Located][] => {
      const definition = sources.of(origin, properties);
      return definition ? [[key(origin), { ...definition, origin }]] : [];
    }),
  );
}

function key({ stack, logicalId }: Origin): string {
  return `${stack.name}/${logicalId}`;
}

/** Placeholders are reported where they stand in the definition, not once more for the resource. */
function planFinding({ origin, path, message }: PlanProblem, templates: TemplateSources): Finding[] {
  if (message.includes('DefinitionSubstitutions has nothing for')) return [];
  const fix = `see ${templates.nameOf(origin)}`;
  return [{ rule: 'resource-not-possible', severity: 'error', message, ...templates.at(origin, path), fix }];
}

function sorted(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
}
