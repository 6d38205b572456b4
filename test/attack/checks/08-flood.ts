import type { Attack } from '../attack.ts';
import { ask, must, newCaller } from '../ask.ts';

const AT_ONCE = 100;

export const attacks: readonly Attack[] = [
  {
    row: '8',
    title: 'one address, or one member, asks as much as it likes',
    async run(target) {
      const product = await target.another();
      const member = await newCaller(target, product, { tier: 'pro' });
      const admin = await newCaller(target, product, { role: 'admin' });
      const flood = async (requests: number, caller?: typeof member): Promise<Map<number, number>> => {
        const seen = new Map<number, number>();
        for (let sent = 0; sent < requests; sent += AT_ONCE) {
          const answers = await Promise.all(
            Array.from({ length: AT_ONCE }, () => ask(product, '/v1/me', caller === undefined ? {} : { caller })),
          );
          for (const { status } of answers) seen.set(status, (seen.get(status) ?? 0) + 1);
        }
        return seen;
      };
      const said = (seen: Map<number, number>): string => [...seen].map(([status, n]) => `${n} × ${status}`).join(', ');
      const one = await flood(600, member);
      must(one.has(429), `600 requests of one member were answered ${said(one)}`);
      const stranger = await flood(3000);
      must(stranger.has(429), `3,000 requests of one stranger were answered ${said(stranger)}`);
      const refused = await ask(product, '/v1/me', { caller: member });
      if (refused.status === 429) must(refused.headers.has('retry-after'), 'a refusal does not say when to come back');
      const kill = await ask(product, '/v1/kill', { caller: admin, json: { active: true, reason: 'attack' } });
      must(kill.status === 200, `the flood kept an admin from the kill switch: ${kill.status}`);
      await product.stop();
    },
  },
];
