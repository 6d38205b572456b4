import { randomUUID } from 'node:crypto';
import { OutboxPage } from '@aion/contracts';
import { bodyOf, toIso, type Clock, type ItemTable, type StoredForm } from '@aion/core';
import { z } from 'zod';

const KEEP_DAYS = 30;
const NOBODY_SECONDS = 60;
const LEFT_OUT = '(The link is for the recipient alone: it is not kept here.)';

/** A mail. Its `link` opens an account, so it is no part of the text. */
export interface Mail {
  /** Null: nobody. It is the work of a mail without one, so that the time that it takes tells nothing. */
  readonly to: string | null;
  readonly subject: string;
  readonly text: string;
  readonly link?: {
    readonly url: string;
    /** What the link's secret is stored as: by it the link is forgotten when it has been used. */
    readonly id: string;
    readonly seconds: number;
  };
}

export interface Outbox {
  sendMail(mail: Mail): Promise<void>;
  /** Takes the link of a mail away once it has been used. */
  forgetLink(id: string): Promise<void>;
  list(page: { limit: number; after?: string }): Promise<OutboxPage>;
}

const KeptMail = z.object({ ...OutboxPage.shape.messages.element.shape, linkId: z.string().exactOptional() });
const MAIL: StoredForm<z.infer<typeof KeptMail>> = { what: 'mail of the outbox', v: 1, schema: KeptMail };
const KeptLink = z.strictObject({ url: z.string() });
const LINK: StoredForm<z.infer<typeof KeptLink>> = {
  what: 'link of a mail',
  v: 1,
  schema: KeptLink,
  advice: 'ask for another',
};

const linkKey = (id: string) => ({ table: 'ephemeral', pk: 'OUTBOX#LINK', sk: id }) as const;

/**
 * Notices that a host with a mail service would send: kept here and shown to admins. `keepLinks` says whether links that open an
 * account are kept and shown too, until they are used: on a demo alone, where the admin and the recipient are one person.
 */
export function makeOutbox(
  items: ItemTable,
  clock: Clock,
  keepLinks: () => Promise<boolean> = async () => false,
): Outbox {
  return {
    async sendMail({ to, subject, text, link }) {
      const atMs = clock.nowMs();
      const id = randomUUID();
      const nowS = Math.floor(atMs / 1000);
      const keeps = await keepLinks();
      if (link !== undefined && keeps)
        await items.put({ ...linkKey(link.id), v: LINK.v, body: { url: link.url }, expiresAtS: nowS + link.seconds });
      await items.put({
        table: 'ephemeral',
        pk: to === null ? 'OUTBOX#NOBODY' : 'OUTBOX',
        sk: `${String(atMs).padStart(15, '0')}#${id}`,
        v: MAIL.v,
        body: {
          id,
          to,
          channel: 'mail',
          subject,
          text,
          at: toIso(atMs),
          ...(link === undefined ? {} : { linkId: link.id }),
        },
        expiresAtS: nowS + (to === null ? NOBODY_SECONDS : KEEP_DAYS * 86_400),
      });
    },
    forgetLink: (id) => items.delete(linkKey(id)),
    async list(page) {
      const found = await items.query({ table: 'ephemeral', pk: 'OUTBOX', descending: true }, page);
      const shown = await keepLinks();
      const messages = found.items.map(async (item) => {
        const { linkId, ...message } = bodyOf(item, MAIL);
        if (linkId === undefined) return { ...message, text: withoutSecrets(message.text) };
        const link = shown ? bodyOf(await items.get(linkKey(linkId)), LINK) : undefined;
        return { ...message, text: `${message.text}\n${link?.url ?? LEFT_OUT}` };
      });
      return { messages: await Promise.all(messages), nextCursor: found.next ?? null };
    },
  };
}

/** Notices to the operator, on a host without a mail service. */
export const makeTellOperator =
  (items: ItemTable, clock: Clock) =>
  ({ subject, text }: { readonly subject: string; readonly text: string }): Promise<void> =>
    makeOutbox(items, clock).sendMail({ to: 'operator', subject, text });

/** Mails of before links were kept apart have theirs in the text. */
const withoutSecrets = (text: string): string => text.replaceAll(/\S*[?&#](?:token|token_hash)=\S+/g, LEFT_OUT);
