import { AwsError } from '../gateway/aws-error.ts';
import { listMember, membersOf } from '../gateway/input.ts';
import type { Rotations } from './rotations.ts';
import type { SecretRow, SecretStore, VersionRow } from './secret-store.ts';

/** What the actions work on. */
export interface Secrets {
  store: SecretStore;
  rotations: Rotations;
  now(): number;
}

/** Actions that are allowed on a secret that waits for its deletion. */
const ON_DELETED = new Set(['DescribeSecret', 'RestoreSecret', 'DeleteSecret', 'ListSecretVersionIds']);

/** Throws `AwsError` ResourceNotFoundException, InvalidRequestException for a secret that waits for its deletion. */
export function secretRow(store: SecretStore, id: string, action: string): SecretRow {
  const secret = store.find(id);
  if (!secret) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (!secret.deleted || ON_DELETED.has(action)) return secret;
  throw new AwsError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

/** The version with that id, or at that stage; the current one by default. Throws ResourceNotFoundException. */
export function versionOf(versions: readonly VersionRow[], id?: string, stage?: string): VersionRow {
  const wanted = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const found = versions.find(
    (version) =>
      (version.text !== null || version.binary !== null) &&
      (id === undefined || version.id === id) &&
      (wanted === undefined || version.stages.includes(wanted)),
  );
  if (found) return found;
  const what = wanted === undefined ? `VersionId: ${id}` : `staging label: ${wanted}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

/** The `Tags` of an input by name. */
export function tagsOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const tags = listMember(input, 'Tags').map(membersOf);
  return Object.fromEntries(tags.map(({ Key, Value }) => [String(Key), String(Value ?? '')]));
}
