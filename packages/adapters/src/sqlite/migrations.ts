/** One numbered step of the state file's schema. Steps are never edited once released: a change is a new step. */
export interface Migration {
  readonly version: number;
  readonly title: string;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    title: 'items with two sparse indexes',
    sql: `
      CREATE TABLE items (
        tbl TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL,
        v INTEGER NOT NULL, rev INTEGER NOT NULL, body TEXT NOT NULL,
        gsi1pk TEXT, gsi1sk TEXT, gsi2pk TEXT, gsi2sk TEXT, expires_s INTEGER,
        PRIMARY KEY (tbl, pk, sk)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX items_gsi1 ON items (tbl, gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL;
      CREATE INDEX items_gsi2 ON items (tbl, gsi2pk, gsi2sk, pk, sk) WHERE gsi2pk IS NOT NULL;
      CREATE INDEX items_expiry ON items (expires_s) WHERE expires_s IS NOT NULL;`,
  },
  {
    version: 2,
    title: 'queues with groups, visibility and dead letters',
    sql: `
      CREATE TABLE messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL, group_id TEXT NOT NULL, dedup_id TEXT NOT NULL, body TEXT NOT NULL,
        sent_ms INTEGER NOT NULL, visible_ms INTEGER NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0,
        receipt TEXT, state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'dead'))
      ) STRICT;
      CREATE INDEX messages_ready ON messages (queue, state, group_id, seq);
      CREATE UNIQUE INDEX messages_receipt ON messages (receipt) WHERE receipt IS NOT NULL;
      CREATE TABLE message_ids (
        queue TEXT NOT NULL, dedup_id TEXT NOT NULL, until_ms INTEGER NOT NULL,
        PRIMARY KEY (queue, dedup_id)
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    version: 3,
    title: 'which home the state belongs to',
    sql: `
      CREATE TABLE home (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;`,
  },
];

export const latestVersion = migrations.at(-1)?.version ?? 0;
