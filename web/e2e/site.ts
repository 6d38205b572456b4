import { serveWeb } from '@aion/runtime';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the built site on a free loopback port, in front of the API at `apiUrl`. */
export async function startSite(apiUrl: string, environment: Readonly<Record<string, string>> = {}): Promise<Site> {
  const { url, close } = await serveWeb({
    apiUrl,
    environment,
    host: '127.0.0.1',
    port: { port: 0, mayMove: true, setBy: 'the test' },
  });
  return { url, close };
}
