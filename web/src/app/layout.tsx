import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { preload } from 'react-dom';
import { isForThisSite, NOT_AT_ITS_ADDRESS } from '../session/where.ts';
import { DIRECTION_COOKIE, THEME_COOKIE, toDirection, toTheme } from '../ui/preferences.ts';
import './globals.css';

const INTER = new URL('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', import.meta.url).pathname;

export const metadata: Metadata = {
  title: { default: 'Aion', template: '%s · Aion' },
  description: 'Daily swing signals with entry, stop, targets and reasons.',
};
export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0d1014' },
    { media: '(prefers-color-scheme: light)', color: '#f5f4f0' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  // The letters are there with the first paint, so that no line moves when they come.
  preload(INTER, { as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' });
  return (
    <html
      lang="en-IN"
      data-theme={toTheme(jar.get(THEME_COOKIE)?.value)}
      data-direction={toDirection(jar.get(DIRECTION_COOKIE)?.value)}
    >
      {/* The proxy has refused this before; a path that it took for none of its own comes here. */}
      <body>{isForThisSite(await headers()) ? children : NOT_AT_ITS_ADDRESS}</body>
    </html>
  );
}
