import { ask, must, newAccount } from '../ask.ts';
import type { Attack, Product } from '../attack.ts';
import { loginOf } from '../browse.ts';

const PASSWORD = 'attack-the-product-8';
const signUp = (product: Product, email: string) =>
  ask(product, '/auth/v1/signup', { json: { email, password: PASSWORD } });
const signIn = (product: Product, email: string, password: string) =>
  ask(product, '/auth/v1/token?grant_type=password', { json: { email, password } });

export const attacks: readonly Attack[] = [
  {
    row: '8',
    title: 'ten wrong tries lock the owner out',
    async run(target) {
      const product = await target.another();
      const { email, password } = loginOf(product, 'Basic');
      const tries: number[] = [];
      for (let i = 0; i < 10; i++) tries.push((await signIn(product, email, `wrong ${i}`)).status);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      const owner = await signIn(product, email, password);
      await product.stop();
      must(tries.filter((status) => status === 400).length <= 6, `guesses go on: ${tries.join(' ')}`);
      must(owner.status === 200, `the owner was locked out: ${owner.status} ${owner.text}`);
    },
  },
  {
    row: '8',
    title: 'a restart forgets who guessed',
    async run(target) {
      const product = await target.another();
      const { email } = loginOf(product, 'Basic');
      // Each wrong try costs twice the wait of the one before; a quarter of a minute of guessing outlasts a restart.
      const deadline = performance.now() + 40_000;
      let wrong = 0;
      while (wrong < 10 && performance.now() < deadline) {
        const { status, headers } = await signIn(product, email, 'wrong');
        if (status === 400) wrong++;
        await new Promise((resolve) =>
          setTimeout(resolve, status === 429 ? Number(headers.get('retry-after') ?? 1) * 1000 : 20),
        );
      }
      await product.stop();
      const again = await target.another({ home: product.home });
      const { status } = await signIn(again, email, 'wrong');
      await again.stop();
      must(status === 429, `after ${wrong} wrong tries and a restart the next was looked at (${status})`);
    },
  },
  {
    row: '8',
    title: 'accounts are made by the dozen, of addresses that nobody has shown',
    async run(target) {
      const product = await target.another();
      const names = Array.from({ length: 30 }, (_, i) => `flood-${process.pid}-${i}@example.org`);
      const made = await Promise.all(names.map((email) => signUp(product, email)));
      const taken = made.filter(({ status }) => status === 200).length;
      const opened = await signIn(product, names[0]!, PASSWORD);
      await product.stop();
      must(taken <= 12, `${taken} of 30 sign-ups at once were taken`);
      must(opened.status !== 200, 'an account is open whose address was never shown to be the person’s');
      must(
        made.every(({ text }) => !text.includes('access_token')),
        'a sign-up answers with a session',
      );
    },
  },
  {
    row: '8',
    title: 'a sign-up tells whether an address has an account',
    async run(target) {
      const product = await target.another();
      const { email } = await newAccount(target, product);
      const shape = ({ status, text }: { status: number; text: string }): string =>
        `${status} ${Object.keys(JSON.parse(text) as object)
          .sort()
          .join(' ')}`;
      const [known, unknown] = [
        await signUp(product, email),
        await signUp(product, `nobody-${process.pid}@example.org`),
      ];
      await product.stop();
      must(shape(known) === shape(unknown), `known: ${shape(known)}; unknown: ${shape(unknown)}`);
    },
  },
];
