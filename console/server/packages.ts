import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import type { Gate } from '../../cli/session.ts';

/** A gate as the page asks for its packages. */
export const GateReference = z.object({ executionName: z.string(), executionArn: z.string() });
export type GateReference = z.infer<typeof GateReference>;

/** The packages of gates, by execution; none of one whose workflow file can no longer be read. */
export type Packages = Record<string, string[]>;

const Input = z.object({ bucket: z.string(), key: z.string(), versionId: z.optional(z.string()) });
const File = z.object({ packageIds: z.array(z.string()) });

/** More than a page shows are not asked for. */
export const MOST_GATES = 100;
/** Executions never change their file; a few thousand names and packages are a few hundred KB. */
const MOST_REMEMBERED = 5_000;

/** Finds the packages of gates in their workflow files, each of which is read once. */
export function gatePackages(): (gate: Gate, references: readonly GateReference[]) => Promise<Packages> {
  const files = new Map<string, string[]>();
  return async (gate, references) => {
    const found = await Promise.all(
      references.map(async (reference) => {
        const packageIds = await packagesOf(gate, reference, files);
        return packageIds ? [[reference.executionName, packageIds] as const] : [];
      }),
    );
    return Object.fromEntries(found.flat());
  };
}

async function packagesOf(
  { target }: Gate,
  { executionArn }: GateReference,
  files: Map<string, string[]>,
): Promise<string[] | undefined> {
  const known = files.get(executionArn);
  if (known) return known;
  try {
    const { input } = await new SFNClient(target.settings).send(new DescribeExecutionCommand({ executionArn }));
    const { bucket, key, versionId } = z.parse(Input, JSON.parse(input ?? '{}'));
    const { Body } = await new S3Client(target.settings).send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) }),
    );
    const { packageIds } = z.parse(File, JSON.parse((await Body?.transformToString()) ?? ''));
    if (files.size >= MOST_REMEMBERED) files.clear();
    files.set(executionArn, packageIds);
    return packageIds;
  } catch {
    return undefined; // the file is gone, or may not be read: the gate is shown without its packages
  }
}
