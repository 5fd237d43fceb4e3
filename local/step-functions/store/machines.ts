import { randomUUID } from 'node:crypto';
import type { Database } from '../../database.ts';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** A machine with its current revision. */
export interface MachineRow {
  arn: string;
  name: string;
  type: MachineType;
  created: number;
  revision: number;
  next_version: number;
  tags: string;
}

/** The id of the revision that a machine is created with. Answers leave it out; callers may name it. */
export const INITIAL_REVISION = 'INITIAL';

/** What a machine was at one time; executions keep to the revision they started with. */
export interface RevisionRow {
  id: number;
  revision_id: string;
  machine: string;
  definition: string;
  role: string;
  /** JSON of the API's loggingConfiguration. */
  logging: string | null;
  tracing: number;
  updated: number;
}

export type NewRevision = Pick<RevisionRow, 'machine' | 'definition' | 'role' | 'logging' | 'tracing' | 'updated'>;

export interface VersionRow {
  machine: string;
  version: number;
  revision: number;
  description: string | null;
  created: number;
}

export interface AliasRow {
  machine: string;
  name: string;
  description: string | null;
  /** JSON of the API's routingConfiguration. */
  routing: string;
  created: number;
  updated: number;
}

/** State machines, their revisions, versions and aliases. */
export class MachineStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  create(machine: Pick<MachineRow, 'arn' | 'name' | 'type' | 'created' | 'tags'>, revision: NewRevision): void {
    const id = this.#addRevision(revision, INITIAL_REVISION);
    this.#database.run(
      'INSERT INTO sfn_machines (arn, name, type, created, revision, tags) VALUES (?, ?, ?, ?, ?, ?)',
      ...[machine.arn, machine.name, machine.type, machine.created, id, machine.tags],
    );
  }

  /** Makes a new revision the current one. */
  update(revision: NewRevision): number {
    const id = this.#addRevision(revision, randomUUID());
    this.#database.run('UPDATE sfn_machines SET revision = ? WHERE arn = ?', id, revision.machine);
    return id;
  }

  #addRevision(revision: NewRevision, revisionId: string): number {
    const { machine, definition, role, logging, tracing, updated } = revision;
    this.#database.run(
      `INSERT INTO sfn_revisions (revision_id, machine, definition, role, logging, tracing, updated)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[revisionId, machine, definition, role, logging, tracing, updated],
    );
    return this.#database.get<{ id: number }>('SELECT last_insert_rowid() AS id')?.id ?? 0;
  }

  get(arn: string): MachineRow | undefined {
    return this.#database.get<MachineRow>('SELECT * FROM sfn_machines WHERE arn = ?', arn);
  }

  revision(id: number): RevisionRow | undefined {
    return this.#database.get<RevisionRow>('SELECT * FROM sfn_revisions WHERE id = ?', id);
  }

  /** By name, beginning after `after`. */
  list(after: string, limit: number): MachineRow[] {
    return this.#database.all<MachineRow>(
      'SELECT * FROM sfn_machines WHERE name > ? ORDER BY name LIMIT ?',
      ...[after, limit],
    );
  }

  /** Deletes the machine with its versions and aliases. Its executions stay readable. */
  delete(arn: string): void {
    this.#database.run('DELETE FROM sfn_aliases WHERE machine = ?', arn);
    this.#database.run('DELETE FROM sfn_versions WHERE machine = ?', arn);
    this.#database.run('DELETE FROM sfn_machines WHERE arn = ?', arn);
  }

  setTags(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#database.run('UPDATE sfn_machines SET tags = ? WHERE arn = ?', JSON.stringify(tags), arn);
  }

  /** Publishes the current revision. The number of a deleted version is not used again. */
  addVersion(machine: MachineRow, description: string | null, created: number): VersionRow {
    const version = machine.next_version;
    this.#database.run('UPDATE sfn_machines SET next_version = ? WHERE arn = ?', version + 1, machine.arn);
    this.#database.run(
      'INSERT INTO sfn_versions (machine, version, revision, description, created) VALUES (?, ?, ?, ?, ?)',
      ...[machine.arn, version, machine.revision, description, created],
    );
    return { machine: machine.arn, version, revision: machine.revision, description, created };
  }

  /** Newest first. */
  versions(machine: string): VersionRow[] {
    return this.#database.all<VersionRow>(
      'SELECT * FROM sfn_versions WHERE machine = ? ORDER BY version DESC',
      machine,
    );
  }

  version(machine: string, version: number): VersionRow | undefined {
    return this.#database.get<VersionRow>(
      'SELECT * FROM sfn_versions WHERE machine = ? AND version = ?',
      ...[machine, version],
    );
  }

  deleteVersion(machine: string, version: number): void {
    this.#database.run('DELETE FROM sfn_versions WHERE machine = ? AND version = ?', machine, version);
  }

  /** Newest first. */
  aliases(machine: string): AliasRow[] {
    return this.#database.all<AliasRow>(
      'SELECT * FROM sfn_aliases WHERE machine = ? ORDER BY created DESC, name',
      machine,
    );
  }

  alias(machine: string, name: string): AliasRow | undefined {
    return this.#database.get<AliasRow>('SELECT * FROM sfn_aliases WHERE machine = ? AND name = ?', machine, name);
  }

  putAlias({ machine, name, description, routing, created, updated }: AliasRow): void {
    this.#database.run(
      `INSERT INTO sfn_aliases (machine, name, description, routing, created, updated) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (machine, name) DO UPDATE SET
       description = excluded.description, routing = excluded.routing, updated = excluded.updated`,
      ...[machine, name, description, routing, created, updated],
    );
  }

  deleteAlias(machine: string, name: string): void {
    this.#database.run('DELETE FROM sfn_aliases WHERE machine = ? AND name = ?', machine, name);
  }
}
