import { defineConfig } from 'vitest/config';

/** `npm run test:aws`: the adapters on DynamoDB Local and moto. One file at a time, since they share moto's clock. */
export default defineConfig({
  test: {
    name: 'aws',
    pool: 'forks',
    include: ['packages/adapters/src/aws/**/*.aws.test.ts', 'test/aws/**/*.aws.test.ts'],
    globalSetup: ['test/aws/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
