import { randomUUID } from 'node:crypto';
import type { Clock, IncomingMessage, Queue } from '@aion/core';
import type { StateFile } from './state-file.ts';

const DEDUPLICATION_MS = 5 * 60_000;

type Row = Record<string, string | number | null>;

/** The Queue port on SQLite: FIFO within a group, one message of a group in flight at a time. */
export function makeSqliteQueue(
  file: StateFile,
  clock: Clock,
  name: string,
  options: { maxDeliveries?: number } = {},
): Queue {
  const { db } = file;
  const maxDeliveries = options.maxDeliveries ?? 5;
  const forgetIds = db.prepare('DELETE FROM message_ids WHERE queue = ? AND until_ms <= ?');
  const rememberId = db.prepare('INSERT OR IGNORE INTO message_ids (queue, dedup_id, until_ms) VALUES (?, ?, ?)');
  const insert = db.prepare(
    'INSERT INTO messages (queue, group_id, dedup_id, body, sent_ms, visible_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // The head of each group: an earlier message that is in flight blocks the rest of its group.
  const heads = db.prepare(
    `SELECT m.* FROM messages m WHERE m.queue = ? AND m.state = 'waiting' AND m.visible_ms <= ?
       AND m.seq = (SELECT min(f.seq) FROM messages f WHERE f.queue = m.queue AND f.state = 'waiting' AND f.group_id = m.group_id)
     ORDER BY m.seq LIMIT ?`,
  );
  const bury = db.prepare(
    "UPDATE messages SET state = 'dead', receipt = NULL WHERE queue = ? AND state = 'waiting' AND visible_ms <= ? AND deliveries >= ?",
  );
  const take = db.prepare('UPDATE messages SET receipt = ?, visible_ms = ?, deliveries = deliveries + 1 WHERE seq = ?');
  const end = db.prepare(
    "DELETE FROM messages WHERE queue = ? AND receipt = ? AND state = 'waiting' AND visible_ms > ?",
  );
  const prolong = db.prepare(
    "UPDATE messages SET visible_ms = ? WHERE queue = ? AND receipt = ? AND state = 'waiting' AND visible_ms > ?",
  );
  const dead = db.prepare("SELECT * FROM messages WHERE queue = ? AND state = 'dead' ORDER BY seq LIMIT ?");
  const revive = db.prepare(
    "UPDATE messages SET state = 'waiting', deliveries = 0, receipt = NULL, visible_ms = ? WHERE queue = ? AND state = 'dead'",
  );

  return {
    async send(message) {
      const now = clock.nowMs();
      await file.write(() => {
        forgetIds.run(name, now);
        const { changes } = rememberId.run(name, message.deduplicationId, now + DEDUPLICATION_MS);
        if (Number(changes) === 0) return;
        insert.run(name, message.groupId, message.deduplicationId, message.body, now, now);
      });
    },
    async receive({ max, visibilityMs }) {
      const now = clock.nowMs();
      return file.write(() => {
        bury.run(name, now, maxDeliveries);
        return (heads.all(name, now, Math.min(max, 10)) as Row[]).map((row) => {
          const receipt = randomUUID();
          take.run(receipt, now + visibilityMs, Number(row['seq']));
          return toMessage(row, receipt, Number(row['deliveries']) + 1);
        });
      });
    },
    async acknowledge(receipt) {
      return file.whenFree(() => Number(end.run(name, receipt, clock.nowMs()).changes) === 1);
    },
    async extend(receipt, visibilityMs) {
      const now = clock.nowMs();
      return file.whenFree(() => Number(prolong.run(now + visibilityMs, name, receipt, now).changes) === 1);
    },
    async deadLetters(limit = 100) {
      return file.whenFree(() =>
        (dead.all(name, limit) as Row[]).map((row) => toMessage(row, '', Number(row['deliveries']))),
      );
    },
    async redrive() {
      return file.whenFree(() => Number(revive.run(clock.nowMs(), name).changes));
    },
  };
}

function toMessage(row: Row, receipt: string, deliveries: number): IncomingMessage {
  return { id: String(row['seq']), body: String(row['body']), groupId: String(row['group_id']), deliveries, receipt };
}
