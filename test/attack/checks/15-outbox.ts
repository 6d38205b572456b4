import { ask, must, newCaller, type Caller } from '../ask.ts';
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
        await newCaller(target, product, { role: 'admin' }),
        await newCaller(target, product, { tier: 'elite' }),
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
];
