import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { newFolder, removeFolders } from '../../../../../test/embedded-home.ts';
import { fakeLauncher, serveHome } from '../../../../../test/served-home.ts';
import { lockHome } from './home-lock.ts';

afterAll(removeFolders);

it('two servers of one home are refused, and the first gives it back when it ends', async () => {
  const home = newFolder('two-servers');
  const first = await serveHome(home);
  await expect(serveHome(home, { launcher: fakeLauncher() })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('another process serves') as string,
  });
  await first.close();
  await (await serveHome(home)).close();
});

it('a server that was killed holds nothing', async () => {
  const home = newFolder('killed-server');
  const script = `const { lockHome } = await import(${JSON.stringify(new URL('./home-lock.ts', import.meta.url).href)}); lockHome(${JSON.stringify(home)}); process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(() => lockHome(home)).toThrow(/another process serves/);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockHome(home).release();
});
