import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';
import { SECURITY_HEADERS } from './src/security-headers.ts';

const config: NextConfig = {
  // The workspace root: what the site imports of the packages is TypeScript source outside this folder.
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
  outputFileTracingRoot: fileURLToPath(new URL('..', import.meta.url)),
  transpilePackages: ['@aion/contracts', '@aion/core'],
  images: { unoptimized: true },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // `tsc -p web` is its own check; repeating it here doubles the build.
  typescript: { ignoreBuildErrors: true },
  // For hosts without the door of `src/server/serve-site.ts`, which covers what Next does not ask this for.
  headers: async () => [
    { source: '/:path*', headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
  ],
};

export default config;
