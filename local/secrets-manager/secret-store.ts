import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../database.ts';
import { localArn } from '../gateway/arn.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS secrets (
  name TEXT PRIMARY KEY, arn TEXT NOT NULL UNIQUE, description TEXT, tags TEXT NOT NULL,
  created INTEGER NOT NULL, changed INTEGER NOT NULL, deleted INTEGER);
CREATE TABLE IF NOT EXISTS secret_versions (
  name TEXT NOT NULL, id TEXT NOT NULL, text TEXT, binary TEXT, stages TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (name, id));
CREATE TABLE IF NOT EXISTS secret_rotations (
  name TEXT PRIMARY KEY, function_arn TEXT NOT NULL, rules TEXT NOT NULL, enabled INTEGER NOT NULL,
  last INTEGER, next INTEGER);
`;

/** Times are epoch milliseconds. */
export interface SecretRow {
  name: string;
  arn: string;
  description: string | null;
  /** JSON, by name. */
  tags: string;
  created: number;
  changed: number;
  /** When it goes for good, once it was deleted. */
  deleted: number | null;
}

/** A version; it has neither text nor bytes as long as a rotation has not made its value. */
export interface VersionRow {
  id: string;
  text: string | null;
  /** Base64. */
  binary: string | null;
  stages: string[];
  created: number;
}

export type SecretValue = Pick<VersionRow, 'text' | 'binary'>;

/** How a secret is rotated. */
export interface RotationRow {
  functionArn: string;
  /** `RotationRules` as they were given, JSON. */
  rules: string;
  /** 0 once rotation was cancelled. */
  enabled: 0 | 1;
  /** When the last rotation ended. */
  last: number | null;
  /** When the next begins by itself; null without a schedule. */
  next: number | null;
}

/** Secrets and their versions in the runtime's database. One event has one time, which its caller gives. */
export class SecretStore {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #database: Database;

  constructor(clock: Pick<Clock, 'now'>, database: Database) {
    this.#clock = clock;
    this.#database = database;
    database.define(DDL);
  }

  /** By name, ARN, or ARN without the six characters at its end. */
  find(id: string): SecretRow | undefined {
    const sql = 'SELECT * FROM secrets WHERE name = ? OR arn = ? OR substr(arn, 1, length(arn) - 7) = ?';
    const row = this.#database.get<SecretRow>(sql, id, id, id);
    if (!row?.deleted || row.deleted > this.#clock.now()) return row;
    this.remove(row.name);
    return undefined;
  }

  list(): SecretRow[] {
    return this.#database.all<SecretRow>('SELECT * FROM secrets ORDER BY name').filter(({ name }) => this.find(name));
  }

  create(
    name: string,
    description: string | undefined,
    tags: Readonly<Record<string, string>>,
    now: number,
  ): SecretRow {
    const [arn, json] = [secretArn(name), JSON.stringify(tags)];
    const sql = 'INSERT INTO secrets VALUES (?, ?, ?, ?, ?, ?, NULL)';
    this.#database.run(sql, name, arn, description ?? null, json, now, now);
    return { name, arn, description: description ?? null, tags: json, created: now, changed: now, deleted: null };
  }

  change(name: string, changes: Partial<Pick<SecretRow, 'description' | 'tags' | 'deleted'>>, now: number): void {
    const row = this.find(name);
    if (!row) return;
    const { description, tags, deleted } = { ...row, ...changes };
    const sql = 'UPDATE secrets SET description = ?, tags = ?, deleted = ?, changed = ? WHERE name = ?';
    this.#database.run(sql, description, tags, deleted, now, name);
  }

  remove(name: string): void {
    this.#database.run('DELETE FROM secret_rotations WHERE name = ?', name);
    this.#database.run('DELETE FROM secret_versions WHERE name = ?', name);
    this.#database.run('DELETE FROM secrets WHERE name = ?', name);
  }

  rotation(name: string): RotationRow | undefined {
    const sql = 'SELECT function_arn AS functionArn, rules, enabled, last, next FROM secret_rotations WHERE name = ?';
    return this.#database.get<RotationRow>(sql, name);
  }

  putRotation(name: string, { functionArn, rules, enabled, last, next }: RotationRow): void {
    const sql = 'INSERT OR REPLACE INTO secret_rotations VALUES (?, ?, ?, ?, ?, ?)';
    this.#database.run(sql, name, functionArn, rules, enabled, last, next);
  }

  /** The newest first. */
  versions(name: string): VersionRow[] {
    const sql = 'SELECT * FROM secret_versions WHERE name = ? ORDER BY created DESC, rowid DESC';
    const rows = this.#database.all<Omit<VersionRow, 'stages'> & { stages: string }>(sql, name);
    return rows.map((row) => ({ ...row, stages: JSON.parse(row.stages) }));
  }

  /** Adds a version, or gives one that a rotation has begun its value, and moves the stages to it. */
  addVersion(name: string, id: string, { text, binary }: SecretValue, stages: readonly string[], now: number): void {
    const sql = `INSERT INTO secret_versions VALUES (?, ?, ?, ?, '[]', ?)
      ON CONFLICT (name, id) DO UPDATE SET text = excluded.text, binary = excluded.binary`;
    this.#database.run(sql, name, id, text, binary, now);
    for (const stage of stages) this.moveStage(name, stage, id);
    this.change(name, {}, now);
  }

  /** Takes a stage off the version that has it, and gives it to another, if any. What was current becomes previous. */
  moveStage(name: string, stage: string, to?: string): void {
    const former = this.versions(name).find(({ stages }) => stages.includes(stage));
    if (former?.id === to) return;
    if (former) this.#changeStages(name, former.id, (stages) => stages.filter((one) => one !== stage));
    if (to !== undefined) this.#changeStages(name, to, (stages) => [...stages, stage]);
    if (stage === 'AWSCURRENT' && former) this.moveStage(name, 'AWSPREVIOUS', former.id);
  }

  #changeStages(name: string, id: string, change: (stages: readonly string[]) => string[]): void {
    const { stages = [] } = this.versions(name).find((version) => version.id === id) ?? {};
    const sql = 'UPDATE secret_versions SET stages = ? WHERE name = ? AND id = ?';
    this.#database.run(sql, JSON.stringify(change(stages)), name, id);
  }
}

/** AWS ends the ARN with six random characters; here they follow from the name, so that they never change. */
function secretArn(name: string): string {
  const suffix = createHash('sha256')
    .update(name)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 6);
  return localArn('secretsmanager', `secret:${name}-${suffix}`);
}
