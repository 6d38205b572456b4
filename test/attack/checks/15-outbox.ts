import { ask, must, newAccount, type Caller } from '../ask.ts';
import type { Attack, Product } from '../attack.ts';
import { loginOf } from '../browse.ts';

/** The links that an admin reads in the outbox. */
async function linksFor(product: Product, admin: Caller): Promise<string[]> {
  const { text } = await ask(product, '/v1/admin/outbox?limit=200', { caller: admin });
  return [...text.matchAll(/https?:[^\s"\\]*[?&](?:token|token_hash)=[\w-]+/g)].map(([link]) => link);
}

export const attacks: readonly Attack[] = [
  {
    row: '15',
    title: 'an admin reads a member’s recovery link and opens their account',
    async run(target) {
      const product = await target.another({ environment: { AION_DEMO_ACCOUNTS: 'false' } });
      const [admin, member] = [
        await newAccount(target, product, { role: 'admin' }),
        await newAccount(target, product, { tier: 'elite' }),
      ];
      await ask(product, '/auth/v1/recover', { json: { email: member.email } });
      const links = await linksFor(product, admin);
      await product.stop();
      must(links.length === 0, `the outbox shows ${links[0]}`);
    },
  },
  {
    row: '15',
    title: 'a link stays in the outbox of a demo after it was used',
    async run(target) {
      const product = await target.another();
      const { email, password } = loginOf(product, 'Admin');
      const opened = await ask(product, '/auth/v1/token?grant_type=password', { json: { email, password } });
      const admin = { email, token: (JSON.parse(opened.text) as { access_token: string }).access_token };
      await ask(product, '/auth/v1/recover', { json: { email: loginOf(product, 'Basic').email } });
      const [link = ''] = await linksFor(product, admin);
      const token_hash = /(?:token|token_hash)=([\w-]+)/.exec(link)?.[1] ?? '';
      const used = await ask(product, '/auth/v1/verify', { json: { type: 'recovery', token_hash } });
      const left = await linksFor(product, admin);
      await product.stop();
      must(used.status === 200, `the link of a demo does not work: ${used.status} ${used.text}`);
      must(!left.includes(link), 'the used link is shown on');
    },
  },
  {
    row: '15',
    title: 'an admin who looks as a member does more than look, or leaves no trace',
    async run(target) {
      const product = await target.another();
      const [admin, member] = [
        await newAccount(target, product, { tier: 'basic', role: 'admin' }),
        await newAccount(target, product, { tier: 'elite' }),
      ];
      const begun = await ask(product, '/v1/admin/views', {
        caller: admin,
        json: { email: member.email, reason: 'an attack' },
      });
      must(begun.status === 200, `there is no audited way to look as a member: ${begun.status} ${begun.text}`);
      const headers = { 'x-aion-view': (JSON.parse(begun.text) as { view: string }).view };
      const seen = await ask(product, '/v1/me', { caller: admin, headers });
      const writes: string[] = [];
      for (const [path, json] of [
        ['/v1/kill', { active: true, reason: 'an attack' }],
        ['/v1/session/end', { scope: 'global' }],
        ['/v1/live/ticket', {}],
        ['/v1/pipeline/run-daily', {}],
      ] as const) {
        const { status } = await ask(product, path, { caller: admin, headers, json });
        if (status !== 403) writes.push(`${path} ${status}`);
      }
      const closed = await ask(product, '/v1/admin/outbox', { caller: admin, headers });
      const stranger = await ask(product, '/v1/me', { caller: member, headers });
      await product.stop();
      must(seen.text.includes('"tier":"basic"'), `the view raises the admin’s tier: ${seen.text}`);
      must(writes.length === 0, `a view writes: ${writes.join(', ')}`);
      must(closed.status === 403, `a view reaches the administration (${closed.status})`);
      must(stranger.status === 403, `a member uses an admin’s view (${stranger.status})`);
    },
  },
];
