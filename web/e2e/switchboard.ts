import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The address from which the browser of a test file comes: it names the port of the file's own fixture API. */
export const callerOf = (apiUrl: string): string => {
  const port = Number(new URL(apiUrl).port);
  return `10.0.${port >> 8}.${port & 255}`;
};

const portOf = (caller: string): number | undefined => {
  const found = /^10\.0\.(\d+)\.(\d+)$/.exec(caller);
  return found === null ? undefined : Number(found[1]) * 256 + Number(found[2]);
};

/** The API of the one site for all browser files: passes each request on to the fixture API of the file whose browser made it. */
export async function startSwitchboard(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((asked, response) => {
    const port = portOf(String(asked.headers['x-aion-viewer']));
    if (port === undefined) return response.writeHead(503).end();
    const { method, headers, url: path } = asked;
    const onward = request({ host: '127.0.0.1', port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    asked.pipe(onward);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
