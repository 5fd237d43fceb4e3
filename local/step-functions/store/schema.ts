/** Tables of the local Step Functions. Times are epoch milliseconds; documents are JSON text. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS sfn_machines (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, created INTEGER NOT NULL,
  revision INTEGER NOT NULL, next_version INTEGER NOT NULL DEFAULT 1, tags TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sfn_revisions (
  id INTEGER PRIMARY KEY, revision_id TEXT NOT NULL, machine TEXT NOT NULL, definition TEXT NOT NULL,
  role TEXT NOT NULL, logging TEXT, tracing INTEGER NOT NULL, updated INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sfn_versions (
  machine TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL, description TEXT, created INTEGER NOT NULL,
  PRIMARY KEY (machine, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sfn_aliases (
  machine TEXT NOT NULL, name TEXT NOT NULL, description TEXT, routing TEXT NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL,
  PRIMARY KEY (machine, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sfn_executions (
  id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, name TEXT NOT NULL, machine TEXT NOT NULL, version TEXT, alias TEXT,
  revision INTEGER NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL, stopped INTEGER, input TEXT NOT NULL,
  output TEXT, error TEXT, cause TEXT, trace TEXT, redrive_count INTEGER NOT NULL DEFAULT 0, redriven INTEGER,
  waiter TEXT, state TEXT, due INTEGER, in_flight INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS sfn_executions_machine ON sfn_executions (machine);
CREATE INDEX IF NOT EXISTS sfn_executions_due ON sfn_executions (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS sfn_executions_in_flight ON sfn_executions (id) WHERE in_flight = 1;
CREATE INDEX IF NOT EXISTS sfn_executions_waiter ON sfn_executions (id) WHERE waiter IS NOT NULL;
CREATE TABLE IF NOT EXISTS sfn_redrives (
  execution INTEGER NOT NULL, token TEXT NOT NULL, redriven INTEGER NOT NULL, PRIMARY KEY (execution, token)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sfn_history (
  execution INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, events TEXT NOT NULL,
  PRIMARY KEY (execution, first)
) WITHOUT ROWID;
`;
