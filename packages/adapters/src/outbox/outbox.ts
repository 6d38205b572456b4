import { randomUUID } from 'node:crypto';
import type { OutboxPage } from '@aion/contracts';
import { toIso, type Clock, type ItemTable } from '@aion/core';

const KEEP_DAYS = 30;

/** Notices that a host with a mail service would send: kept here and shown to admins. */
export function makeOutbox(
  items: ItemTable,
  clock: Clock,
): {
  sendMail(mail: { to: string; subject: string; text: string }): Promise<void>;
  list(page: { limit: number; after?: string }): Promise<OutboxPage>;
} {
  return {
    async sendMail({ to, subject, text }) {
      const atMs = clock.nowMs();
      const id = randomUUID();
      await items.put({
        table: 'ephemeral',
        pk: 'OUTBOX',
        sk: `${String(atMs).padStart(15, '0')}#${id}`,
        v: 1,
        body: { id, to, channel: 'mail', subject, text, at: toIso(atMs) },
        expiresAtS: Math.floor(atMs / 1000) + KEEP_DAYS * 86_400,
      });
    },
    async list(page) {
      const found = await items.query({ table: 'ephemeral', pk: 'OUTBOX', descending: true }, page);
      return {
        messages: found.items.map((item) => item.body as OutboxPage['messages'][number]),
        nextCursor: found.next ?? null,
      };
    },
  };
}
