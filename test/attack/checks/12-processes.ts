import { createServer } from 'node:net';
import type { Attack } from '../attack.ts';
import { answers, ask, must, newCaller, within } from '../ask.ts';
import { isAlive, siteOf } from '../processes.ts';

export const attacks: readonly Attack[] = [
  {
    row: '12',
    title: 'killing the server leaves its site behind',
    async run(target) {
      const product = await target.another({ withSite: true });
      const site = siteOf(product.pid);
      must(site !== undefined, 'the site has no process that could be looked at');
      await product.stop('SIGKILL');
      const gone = await within(10, async () => !isAlive(site) && !(await answers(`${product.siteUrl}/login`)));
      if (gone) return;
      process.kill(site, 'SIGKILL');
      throw new Error(`ten seconds after its server was killed the site still ran on ${product.siteUrl}`);
    },
  },
  {
    row: '12',
    title: 'killing the site takes the API and the kill switch with it',
    async run(target) {
      const product = await target.another({ withSite: true });
      const admin = await newCaller(target, product, { role: 'admin' });
      const site = siteOf(product.pid);
      must(site !== undefined, 'the site has no process that could be looked at');
      process.kill(site, 'SIGKILL');
      must(await within(10, () => !isAlive(site)), 'the site outlived SIGKILL');
      const { status } = await ask(product, '/v1/kill', { caller: admin, json: { active: true, reason: 'attack' } });
      must(status === 200, `the kill switch answered ${status} after the site was gone`);
      const back = await within(60, () => answers(`${product.siteUrl}/login`));
      must(back, 'the site was not back after a minute');
      must(isAlive(product.pid), 'the server had ended');
      await product.stop();
    },
  },
  {
    row: '12',
    title: 'a port that was asked for and is taken is silently another',
    async run(target) {
      const squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
      const { port } = squatter.address() as { port: number };
      try {
        const product = await target.another({ environment: { AION_API_PORT: String(port) } });
        await product.stop();
        throw new Error(`port ${port} was asked for, the API took ${product.apiUrl}`);
      } catch (error) {
        const said = (error as Error).message;
        must(/AION_API_PORT, is taken/.test(said), said);
      } finally {
        squatter.close();
      }
    },
  },
];
