import { openBrowser } from './browser.ts';
import { startProduct } from './product.ts';
import { takeShots } from './shots.ts';

/** `npm run shots -- DIR`: starts the product and takes pictures of every page × tier × theme × viewport. */
const [dir] = process.argv.slice(2);
if (dir === undefined || dir.startsWith('-')) {
  console.error('Usage: npm run shots -- DIR');
  process.exit(2);
}
const [product, browser] = await Promise.all([startProduct(), openBrowser()]);
try {
  const logins = Object.values(product.logins);
  const baseUrl = new URL(product.url).origin;
  const shots = await takeShots({ browser, baseUrl, logins, dir, onShot: (shot) => console.log(shot.file) });
  console.log(`${shots.length} pictures and index.html in ${dir}`);
} finally {
  await browser.close();
  await product.close();
}
