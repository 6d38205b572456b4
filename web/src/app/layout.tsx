import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { DIRECTION_COOKIE, THEME_COOKIE, toDirection, toTheme } from '../ui/preferences.ts';
import './globals.css';

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
  return (
    <html
      lang="en-IN"
      data-theme={toTheme(jar.get(THEME_COOKIE)?.value)}
      data-direction={toDirection(jar.get(DIRECTION_COOKIE)?.value)}
    >
      <body>{children}</body>
    </html>
  );
}
