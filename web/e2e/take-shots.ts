import { DemoLogins } from '@aion/contracts';
import { startProduct } from './product.ts';
import { takeShots } from './shots.ts';

/** `npm run shots -- DIR [URL]`: pictures of every page × tier × theme × viewport; without a URL it starts the product. */
const [dir, url] = process.argv.slice(2);
if (dir === undefined || dir.startsWith('-')) {
  console.error('Usage: npm run shots -- DIR [URL of a running site]');
  process.exit(2);
}
const product = url === undefined ? await startProduct() : { url, close: async () => undefined };
try {
  const baseUrl = new URL(product.url).origin;
  const answer = await fetch(`${baseUrl}/v1/demo/logins`);
  if (!answer.ok)
    throw new Error(`${baseUrl} hands out no demo accounts (${answer.status}); pictures need one per tier.`);
  const { logins } = DemoLogins.parse(await answer.json());
  const shots = await takeShots({ baseUrl, logins, dir, onShot: (shot) => console.log(shot.file) });
  console.log(`${shots.length} pictures and index.html in ${dir}`);
} finally {
  await product.close();
}
