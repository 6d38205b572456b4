import type { Attack } from '../attack.ts';
import { must } from '../ask.ts';

export const attacks: readonly Attack[] = [
  {
    row: 'low',
    title: 'a second server runs the schedule of the same home',
    async run(target) {
      let started = '';
      try {
        const second = await target.another({ home: target.home });
        started = second.apiUrl;
        await second.stop();
      } catch (error) {
        const said = (error as Error).message;
        must(/another process serves/.test(said), said);
      }
      must(started === '', `two servers of one home ran at once, the second on ${started}`);
    },
  },
];
